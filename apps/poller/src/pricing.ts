import {
  delayAt,
  firstPace,
  guessOf,
  mannerOf,
  pace,
  pooledRate,
  priceFor,
  requestsAt,
  type DayPlan,
  type Demand,
  type Pace,
  type Resource,
  type Tenant,
} from '#core';
import type { PacingStore, StoredDemand } from '#store';

/**
 * Share of a day's requests that watching may spend. The rest is there for athletes that come new, for backfills, for
 * tries after errors and for refreshes.
 */
const watchShare = 0.95;
/** However much sweeps and last reads take, watching keeps this share. */
const leastShare = 0.2;
const daySeconds = 86_400;
/** What follows from listings; everything else that is spent, but for backfills, lessens what watching may spend. */
const watching: ReadonlySet<string> = new Set(['listing', 'wanted']);

export interface PricingPorts extends Pick<PacingStore, 'sums' | 'histogram' | 'overdue' | 'spending'> {
  planOf(tenant: string, resource: string): DayPlan;
  readonly resources: ReadonlyMap<string, Resource>;
}

/** Requests a day that the strictest window allows. */
export function requestsPerDay({ quota }: Pick<Tenant, 'quota'>): number {
  return Math.min(...quota.map(({ requests, seconds }) => (requests * daySeconds) / seconds));
}

/** What of the tenant file a price depends on. */
export function termsOf({ quota, polling: { minSeconds, maxSeconds } }: Tenant): string {
  return JSON.stringify({ quota, minSeconds, maxSeconds });
}

/** How often a price is set: at most once a minute, and less often where there are many targets to look at. */
const [leastSeconds, mostSeconds, targetsPerSecond] = [60, 3600, 200];

/** @returns seconds until the price has to be set anew: soon where there is none, or where the tenant file asks for another */
export function priceHolds(tenant: Tenant, demand: StoredDemand | undefined): number {
  if (demand?.terms !== termsOf(tenant)) return leastSeconds;
  return Math.min(mostSeconds, Math.max(leastSeconds, targetsOf(demand) / targetsPerSecond));
}

/** How many live targets there were when a tenant's pace was set. */
export function targetsOf({ resources }: Pick<StoredDemand, 'resources'>): number {
  return Object.values(resources).reduce((sum, { rates }) => sum + targetsIn(rates), 0);
}

/** Sets what a request of a tenant is worth, from all that is known of its targets and of what it has spent. */
export async function priceOf(
  tenant: Tenant,
  before: (Pace & { readonly elapsed: number }) | undefined,
  ports: PricingPorts,
): Promise<Pace & { readonly demand: StoredDemand }> {
  const sums = await ports.sums(tenant.id);
  const known = [...sums].flatMap(([name, one]) => {
    const resource = ports.resources.get(name);
    return resource === undefined || !isWatched(resource)
      ? []
      : [{ resource, prior: pooledRate(one, guessOf(resource)) }];
  });
  const priors = new Map(known.map(({ resource, prior }) => [resource.name, prior]));
  const histogram = await ports.histogram(tenant.id, priors);
  const demands = known.map(({ resource, prior }) => ({ resource, prior, rates: histogram.get(resource.name) ?? [] }));

  const { requests, days } = await ports.spending(tenant.id);
  const spentOn = (isMeant: (purpose: string) => boolean): number =>
    Object.entries(requests).reduce((sum, [purpose, count]) => sum + (isMeant(purpose) ? count : 0), 0);
  const others = spentOn((purpose) => !watching.has(purpose) && purpose !== 'backfill');
  const allowed = allowedBeside(others, tenant);
  const overdue = await ports.overdue(tenant.id);
  // Before there is a whole day to look back on, nothing is known to have been foreseen wrongly.
  const spent = days < 1 ? allowed : spentOn((purpose) => watching.has(purpose));
  const asked = demandsOf(tenant, demands, ports);
  const next = pace(
    before ?? firstPace,
    asked,
    { allowed, spent, overdue: days < 1 ? 0 : overdue },
    before?.elapsed ?? 0,
  );
  return {
    ...next,
    demand: {
      allowed,
      others,
      expected: requestsAt(asked, next),
      overdue,
      terms: termsOf(tenant),
      resources: Object.fromEntries(demands.map(({ resource, prior, rates }) => [resource.name, { prior, rates }])),
    },
  };
}

/** Requests a day for watching, where so many go elsewhere. */
function allowedBeside(others: number, tenant: Tenant): number {
  const whole = watchShare * requestsPerDay(tenant);
  return Math.max(leastShare * whole, whole - others);
}

/** What others refer to is never listed. */
function isWatched({ request }: Resource): boolean {
  return request.shape !== 'referenced';
}

/** The demand of a tenant's targets, by resource. */
export function demandsOf(
  tenant: Tenant,
  known: readonly { readonly resource: Resource; readonly rates: Demand['rates'] }[],
  { planOf }: Pick<PricingPorts, 'planOf'>,
): readonly Demand[] {
  return known.map(({ resource, rates }) => ({
    ...mannerOf(resource, tenant.polling),
    plan: planOf(tenant.id, resource.name),
    rates,
  }));
}

/** @returns seconds by resource: nothing is to be put off for longer at this price */
export function longestPauses(
  { polling }: Tenant,
  { stretch }: Pick<Pace, 'stretch'>,
  resources: readonly Resource[],
): ReadonlyMap<string, number> {
  return new Map(
    resources.map((resource) => [resource.name, Math.ceil(mannerOf(resource, polling).longest * stretch * daySeconds)]),
  );
}

/** @returns mean seconds that a change waits for the poll that finds it, as a tenant's pace is now; undefined while nothing is known */
export function delayOf(
  tenant: Tenant,
  known: Pace & { readonly demand: Pick<StoredDemand, 'resources'> },
  wanted: readonly Resource[],
  ports: Pick<PricingPorts, 'planOf'>,
): number | undefined {
  const watched = wanted.flatMap((resource) => {
    const rates = known.demand.resources[resource.name]?.rates ?? [];
    return resource.perClient || rates.length === 0 ? [] : [{ resource, rates }];
  });
  if (watched.length === 0) return undefined;
  return delayAt(demandsOf(tenant, watched, ports), known) * daySeconds;
}

/** What a number of athletes costs in delay. */
export interface Capacity {
  readonly athletes: number;
  /** Requests a day for watching them. */
  readonly requestsPerDay: number;
  /** Mean seconds from a change at the provider to the poll that finds it. */
  readonly meanDelaySeconds: number;
}

/**
 * The expected delay of a tenant's changes now, and with so many athletes more who are as those that there are; without
 * any, as resources are by nature.
 */
export function capacityOf(
  tenant: Tenant,
  known: (Pace & { readonly demand: StoredDemand }) | undefined,
  more: number,
  wanted: readonly Resource[],
  ports: Pick<PricingPorts, 'planOf'>,
): { readonly now: Capacity; readonly later: Capacity } {
  const bias = known?.bias ?? 1;
  const others = known?.demand.others ?? 0;
  const watched = wanted
    .filter((resource) => !resource.perClient && isWatched(resource))
    .map((resource) => ({ resource, rates: known?.demand.resources[resource.name]?.rates ?? [] }));
  const athletes = Math.max(0, ...watched.map(({ rates }) => targetsIn(rates)));
  const at = (count: number): Capacity => {
    const demands = demandsOf(
      tenant,
      watched.map(({ resource, rates }) => ({ resource, rates: scaled(resource, rates, count) })),
      ports,
    );
    // Sweeps and last reads grow with the athletes, too.
    const allowed = allowedBeside((others * count) / Math.max(1, athletes), tenant);
    const price = priceFor(demands, allowed / bias);
    return {
      athletes: count,
      requestsPerDay: Math.round(requestsAt(demands, price)),
      meanDelaySeconds: Math.round(delayAt(demands, price) * daySeconds),
    };
  };
  return { now: at(athletes), later: at(athletes + more) };
}

function scaled(resource: Resource, rates: Demand['rates'], athletes: number): Demand['rates'] {
  const targets = targetsIn(rates);
  if (targets === 0) return [[guessOf(resource), athletes]];
  return rates.map(([rate, count]) => [rate, (count * athletes) / targets] as const);
}

function targetsIn(rates: Demand['rates']): number {
  return rates.reduce((sum, [, count]) => sum + count, 0);
}
