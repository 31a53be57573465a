import type { TargetState } from '#store';

export interface SyncState {
  readonly status: string;
  /** Why it is not active, or null. */
  readonly statusReason: string | null;
  readonly targets: readonly TargetState[];
}

/** What the sync routes need of the database. A class, so that it is its own injection token. */
export abstract class SyncStore {
  /** @returns undefined when the tenant has no such connection */
  abstract syncOf(tenant: string, connection: string): Promise<SyncState | undefined>;
  /** Makes targets of a connection due, all unless resources are named, and notes who wanted it. @returns how many */
  abstract pollNow(tenant: string, connection: string, actor: string, resources?: readonly string[]): Promise<number>;
}
