import { findTenant, type Tenants } from '#core';
import { Problem } from '#platform';

/** The poller must not take these two for a verdict on an athlete's consent: it knows them by their codes. */

export const tenantPaused = (): Problem =>
  new Problem(409, 'The tenant is paused. It goes on when `paused` is taken out of the tenant file.', {
    code: 'TENANT_PAUSED',
  });

export const tenantUnknown = (): Problem =>
  new Problem(404, 'The tenant of this connection is not in the tenant file (any more).', { code: 'TENANT_UNKNOWN' });

export function isKnown(tenants: Tenants, id: string): boolean {
  return findTenant(tenants, id) !== undefined;
}

/** @throws Problem 404 TENANT_UNKNOWN or 409 TENANT_PAUSED */
export function requireServed(tenants: Tenants, id: string): void {
  const tenant = findTenant(tenants, id);
  if (tenant === undefined) throw tenantUnknown();
  if (tenant.paused) throw tenantPaused();
}
