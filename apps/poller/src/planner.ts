import type { Budget, TargetKind, Tenant } from '#core';
import type { Share } from '#store';
import { roomIn } from './room.ts';

/** A leased target, ready to be queued. */
export interface Leased {
  readonly tenant: string;
}

export interface PlannerPorts<Target extends Leased> {
  tenants(): readonly Tenant[];
  readonly budget: Pick<Budget, 'usage'>;
  /** Makes the poll targets of new connections. */
  enrol(): Promise<unknown>;
  /** @returns those of the tenants that have anything due, and of which kinds; those that come first are served first */
  due(tenants: readonly string[]): Promise<ReadonlyMap<string, ReadonlySet<TargetKind>>>;
  /** Between 0 and 1. */
  random(): number;
  /** Leases due targets, of each share those that are longest overdue. */
  lease(shares: readonly Share[]): Promise<readonly Target[]>;
  readonly queue: {
    add(targets: readonly Target[]): Promise<void>;
    /** Jobs that a worker could take now. */
    waiting(): Promise<number>;
  };
}

/**
 * One tick of the planner: leases what is due and queues it; no more than the workers take in the next moments and the
 * budget lets through, so that the order of what waits is decided as late as possible. Live polls go before backfills, but
 * for a small share, and a paused tenant's athletes stay as due as they are.
 * @param capacity most jobs that may wait for a worker
 * @returns how many targets were queued
 */
export async function planTick<Target extends Leased>(ports: PlannerPorts<Target>, capacity: number): Promise<number> {
  await ports.enrol();
  const room = capacity - (await ports.queue.waiting());
  let left = room;
  const due = left > 0 ? [...(await ports.due(served(ports)))] : [];
  let hungry: readonly Ration[] = [];
  while (left > 0) {
    // No more budgets are looked at than there is room for: thousands of tenants may have something due.
    while (hungry.length === 0 && due.length > 0) hungry = await rationsOf(ports, due.splice(0, left));
    if (hungry.length === 0) break;
    const given = equalShares(left, hungry);
    const targets = await leaseShares(ports, given);
    if (targets.length > 0) await ports.queue.add(targets);
    left -= targets.length;
    // What some left goes to those who could use more than their share.
    const taken = countsOf(targets);
    hungry = given.flatMap(({ tenant, most, live, backfill }) => {
      const count = taken(tenant);
      const ration = { tenant, live: Math.max(0, live - count), backfill: Math.max(0, backfill - count) };
      return count < most || isEmpty(ration) ? [] : [ration];
    });
  }
  return room > 0 ? room - left : 0;
}

/** What a tenant's budget lets through: `backfill` of them at most for backfills. */
interface Ration {
  readonly tenant: string;
  readonly live: number;
  readonly backfill: number;
}

function served<Target extends Leased>(ports: PlannerPorts<Target>): readonly string[] {
  return ports.tenants().flatMap(({ id, paused }) => (paused ? [] : [id]));
}

async function rationsOf<Target extends Leased>(
  ports: PlannerPorts<Target>,
  due: readonly (readonly [tenant: string, kinds: ReadonlySet<TargetKind>])[],
): Promise<readonly Ration[]> {
  const rations = await Promise.all(
    due.map(async ([tenant, kinds]) => {
      try {
        const { live, backfill } = await ration(ports.budget, tenant);
        return { tenant, live: kinds.has('live') ? live : 0, backfill: kinds.has('backfill') ? backfill : 0 };
      } catch (error) {
        // The tenant file may have changed meanwhile.
        if (served(ports).includes(tenant)) throw error;
        return { tenant, live: 0, backfill: 0 };
      }
    }),
  );
  return rations.filter((one) => !isEmpty(one));
}

function isEmpty({ live, backfill }: Ration): boolean {
  return live <= 0 && backfill <= 0;
}

/** An equal share of the room for each, so that no tenant's backlog takes it all. */
function equalShares(room: number, rations: readonly Ration[]): readonly (Ration & { readonly most: number })[] {
  let left = room;
  return rations.map((one, index) => {
    const most = Math.min(Math.ceil(left / (rations.length - index)), Math.max(one.live, one.backfill, 0));
    left -= most;
    return { ...one, most };
  });
}

async function leaseShares<Target extends Leased>(
  ports: PlannerPorts<Target>,
  shares: readonly (Ration & { readonly most: number })[],
): Promise<readonly Target[]> {
  // Of a room of two places a fifth is a whole place now and then.
  const kept = new Map(shares.map(({ tenant, most }) => [tenant, Math.floor(most * backfillShare + ports.random())]));
  const beforeBackfills = ({ tenant, most, live, backfill }: Ration & { readonly most: number }): number =>
    Math.min(live, most - Math.min(backfill, kept.get(tenant) ?? 0));
  const first = await leaseSome(ports, 'live', shares, beforeBackfills);
  const live = countsOf(first);
  const backfills = await leaseSome(ports, 'backfill', shares, ({ tenant, most, backfill }) =>
    Math.min(backfill, most - live(tenant)),
  );
  const taken = countsOf([...first, ...backfills]);
  // What backfills left; only who took all that there was before them may have more.
  const rest = await leaseSome(ports, 'live', shares, (share) =>
    live(share.tenant) < beforeBackfills(share)
      ? 0
      : Math.min(share.live - live(share.tenant), share.most - taken(share.tenant)),
  );
  return [...first, ...backfills, ...rest];
}

async function leaseSome<Target extends Leased, Of extends Ration>(
  ports: PlannerPorts<Target>,
  kind: TargetKind,
  rations: readonly Of[],
  most: (one: Of) => number,
): Promise<readonly Target[]> {
  const shares = rations.map((one): Share => ({ tenant: one.tenant, kind, most: most(one) }));
  const some = shares.filter((share) => share.most > 0);
  return some.length === 0 ? [] : ports.lease(some);
}

function countsOf(targets: readonly Leased[]): (tenant: string) => number {
  const byTenant = Map.groupBy(targets, ({ tenant }) => tenant);
  return (tenant) => byTenant.get(tenant)?.length ?? 0;
}

/** Share of a tenant's room that is kept for backfills, or live polls that are always due would shut them out. */
const backfillShare = 0.2;

/** How many more requests the tightest window holds. */
async function ration(budget: Pick<Budget, 'usage'>, tenant: string): Promise<Ration> {
  const { windows, pausedUntil } = await budget.usage(tenant);
  if (pausedUntil !== null) return { tenant, live: 0, backfill: 0 };
  const most = (kind: TargetKind): number => roomIn(windows, kind)[0]?.room ?? 0;
  return { tenant, live: most('live'), backfill: most('backfill') };
}
