import { BridgeError } from './errors.ts';

/** One of the provider's limits: at most `requests` in ANY `seconds` long window. */
export interface QuotaWindow {
  readonly requests: number;
  readonly seconds: number;
}

/** What Polar's documentation allows a client id, all of its athletes together. */
export const documentedQuota: readonly QuotaWindow[] = [
  { requests: 3000, seconds: 900 },
  { requests: 100_000, seconds: 86_400 },
];

/** @returns the most requests that the limits together let through in a window of so many seconds */
export function mostRequests(quota: readonly QuotaWindow[], seconds: number): number {
  return Math.min(...quota.map((limit) => limit.requests * Math.ceil(seconds / limit.seconds)));
}

/** How eagerly a tenant's athletes are polled. All values are whole numbers. */
export interface PollingSettings {
  /** Shortest pause between two polls of one target, in seconds. It is also the unit of the sweeps. */
  readonly minSeconds: number;
  /** Longest pause between two polls of one target, in seconds. */
  readonly maxSeconds: number;
  /** How many local days before the connection are fetched once. */
  readonly backfillDays: number;
  /** Least time between the two listings that prove a deletion, in seconds. */
  readonly confirmDeletionSeconds: number;
  /** How long a closed day must have been unchanged before it is final, in seconds. */
  readonly finaliseSeconds: number;
}

export interface TopicSettings {
  readonly prefix: string;
  readonly partitions: number;
  readonly replication: number;
  readonly retentionHours: number;
  /** Whether there is a compacted topic of the newest states beside each topic of a resource's events. */
  readonly state: boolean;
  /** Undefined: the cluster's default. */
  readonly minInsyncReplicas?: number;
  readonly maxMessageBytes?: number;
}

export interface PolarClientSettings {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly apiUrl: string;
  readonly authUrl: string;
}

/** A tenant as the services see it: every default filled in, every secret resolved, frozen. */
export interface Tenant {
  readonly id: string;
  /** What athletes know the tenant by. */
  readonly name: string;
  /** Nothing is asked of the provider for its athletes, and nobody new may connect; consents are kept alive. */
  readonly paused: boolean;
  readonly polar: PolarClientSettings;
  readonly quota: readonly QuotaWindow[];
  readonly returnUrls: readonly string[];
  readonly resources: 'all' | readonly string[];
  readonly polling: PollingSettings;
  readonly topics: TopicSettings;
}

/** Where the services look tenants up; the file behind it may change while they run. */
export interface Tenants {
  /** @throws BridgeError NOT_FOUND naming the tenants that exist */
  get(id: string): Tenant;
  all(): readonly Tenant[];
}

export function findTenant(tenants: Pick<Tenants, 'all'>, id: string | undefined): Tenant | undefined {
  return tenants.all().find((tenant) => tenant.id === id);
}

/**
 * The tenant, if its athletes may be polled now.
 * @throws BridgeError TENANT_NOT_SERVED while it is paused or not in the tenant file
 */
export function servedTenant(tenants: Tenants, id: string): Tenant {
  const tenant = findTenant(tenants, id);
  if (tenant !== undefined && !tenant.paused) return tenant;
  const why = tenant === undefined ? 'is not in the tenant file' : 'is paused';
  throw new BridgeError('TENANT_NOT_SERVED', `The tenant ${why}: nothing is asked of the provider for it`, {
    fields: { tenant: id },
  });
}
