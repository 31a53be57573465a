import {
  type Tenant,
  type Tenants,
  type Verdict,
  documentedQuota,
  figure,
  isBridgeError,
  listed,
  mostRequests,
  span,
  times,
  verdict,
} from '#core';

const mostNamed = 8;

/** The tenants of a file, or what is wrong with it. */
export interface TenantReading<T extends Tenants = Tenants> {
  readonly tenants: T | undefined;
  readonly verdicts: readonly Verdict[];
}

/** @param load reads the file as the services do */
export function readTenants<T extends Tenants>(file: string, load: () => T): TenantReading<T> {
  try {
    const tenants = load();
    const names = tenants.all().map(({ id, paused }) => (paused ? `${id} (paused)` : id));
    const line = `${times(names.length, 'tenant')} in ${file}: ${listed(names, mostNamed)}.`;
    return { tenants, verdicts: [verdict.ok(line)] };
  } catch (error) {
    if (!isBridgeError(error, 'CONFIG_INVALID')) throw error;
    const advice = `Mend ${file} (TENANTS_FILE); \`bridge tenants check\` tells the same anywhere.`;
    return { tenants: undefined, verdicts: faultsIn(error.message).map((line) => verdict.broken(line, advice)) };
  }
}

/** One line for each fault; a file that cannot be read has one. */
function faultsIn(message: string): readonly string[] {
  const [headline = '', ...faults] = message.split('\n  - ');
  return faults.length === 0 ? [headline] : faults;
}

/** Whether a tenant's own limits let more through than Polar's documentation allows a client id. */
export function lookAtQuotas(tenants: readonly Tenant[]): readonly Verdict[] {
  const wrong = tenants.flatMap(({ id, polar, quota }) =>
    documentedQuota.flatMap(({ requests, seconds }) => {
      const most = mostRequests(quota, seconds);
      if (most <= requests) return [];
      return [
        verdict.warn(
          `The quota of tenant ${id} lets ${figure(most)} requests through in ${span(seconds * 1000)}; Polar's documentation allows a client id ${figure(requests)}.`,
          `Lower \`quota\` of ${id} in the tenant file, unless Polar has granted the client id ${polar.clientId} more.`,
        ),
      ];
    }),
  );
  return wrong.length > 0 ? wrong : [verdict.ok("No quota is above what Polar's documentation allows a client id.")];
}
