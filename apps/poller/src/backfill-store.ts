import type { DateRange, Tenant } from '#core';
import type { BackfillScene } from '#store';

/** What the backfill routes need of the database. A class, so that it is its own injection token. */
export abstract class BackfillStore {
  /** @returns undefined when the tenant has no such connection */
  abstract scene(tenant: string, connection: string): Promise<BackfillScene | undefined>;
  /** @returns false when there is one already, or the connection is not polled (any more) */
  abstract demand(
    tenant: Tenant,
    connection: string,
    wanted: DateRange & { readonly resources: readonly string[] },
    actor: string,
  ): Promise<boolean>;
  abstract pause(tenant: Tenant, connection: string, actor: string): Promise<void>;
  abstract resume(tenant: Tenant, connection: string, actor: string): Promise<void>;
  abstract cancel(tenant: Tenant, connection: string, actor: string): Promise<void>;
}
