import type { Budget, Tenant } from '#core';
import type { Share } from '#store';

/** A leased target, ready to be queued. */
export interface Leased {
  readonly tenant: string;
}

export interface PlannerPorts<Target extends Leased> {
  tenants(): readonly Tenant[];
  readonly budget: Pick<Budget, 'usage'>;
  /** Makes the poll targets of new connections. */
  enrol(): Promise<unknown>;
  /** @returns those of the tenants that have anything due */
  due(tenants: readonly string[]): Promise<ReadonlySet<string>>;
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
 * budget lets through, so that the order of what waits is decided as late as possible. Live polls go before backfills, and a
 * paused tenant's athletes stay as due as they are.
 * @param capacity most jobs that may wait for a worker
 * @returns how many targets were queued
 */
export async function planTick<Target extends Leased>(ports: PlannerPorts<Target>, capacity: number): Promise<number> {
  await ports.enrol();
  const room = capacity - (await ports.queue.waiting());
  let left = room;
  const due = left > 0 ? await ports.due(served(ports)) : new Set<string>();
  let hungry = await rationsOf(ports, due);
  while (left > 0 && hungry.length > 0) {
    const given = equalShares(left, hungry);
    const targets = await leaseShares(ports, given);
    if (targets.length === 0) break;
    await ports.queue.add(targets);
    left -= targets.length;
    // What some left goes to those who could use more than their share.
    const taken = Map.groupBy(targets, ({ tenant }) => tenant);
    hungry = given.flatMap(({ tenant, most, live, backfill }) => {
      const count = taken.get(tenant)?.length ?? 0;
      return count < most ? [] : [{ tenant, live: live - count, backfill: Math.min(backfill, live) - count }];
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
  due: ReadonlySet<string>,
): Promise<readonly Ration[]> {
  const rations = await Promise.all(
    [...due].map(async (tenant) => {
      try {
        return await ration(ports.budget, tenant);
      } catch (error) {
        // The tenant file may have changed meanwhile.
        if (served(ports).includes(tenant)) throw error;
        return { tenant, live: 0, backfill: 0 };
      }
    }),
  );
  return rations.filter(({ live, backfill }) => live > 0 || backfill > 0);
}

/** An equal share of the room for each, so that no tenant's backlog takes it all. */
function equalShares(room: number, rations: readonly Ration[]): readonly (Ration & { readonly most: number })[] {
  let left = room;
  return rations.map((one, index) => {
    const most = Math.min(Math.ceil(left / (rations.length - index)), Math.max(one.live, one.backfill));
    left -= most;
    return { ...one, most };
  });
}

async function leaseShares<Target extends Leased>(
  ports: PlannerPorts<Target>,
  shares: readonly (Ration & { readonly most: number })[],
): Promise<readonly Target[]> {
  const live = await leaseSome(
    ports,
    shares.map(({ tenant, most, live: room }) => ({ tenant, kind: 'live', most: Math.min(most, room) })),
  );
  const taken = Map.groupBy(live, ({ tenant }) => tenant);
  const backfills = shares.map(({ tenant, most, backfill }): Share => {
    const count = taken.get(tenant)?.length ?? 0;
    return { tenant, kind: 'backfill', most: Math.min(most - count, backfill) };
  });
  return [...live, ...(await leaseSome(ports, backfills))];
}

async function leaseSome<Target extends Leased>(
  ports: PlannerPorts<Target>,
  shares: readonly Share[],
): Promise<readonly Target[]> {
  const some = shares.filter(({ most }) => most > 0);
  return some.length === 0 ? [] : ports.lease(some);
}

/** Share of the shortest window that is left free of listings, so that what they find can be read at once. */
const detailShare = 0.08;

/** How many more requests the tightest window holds. */
async function ration(budget: Pick<Budget, 'usage'>, tenant: string): Promise<Ration> {
  const { windows, pausedUntil } = await budget.usage(tenant);
  if (pausedUntil !== null) return { tenant, live: 0, backfill: 0 };
  const shortest = Math.min(...windows.map(({ seconds }) => seconds));
  return {
    tenant,
    live: Math.min(
      ...windows.map(({ left, limit, seconds }) => left - (seconds === shortest ? Math.floor(limit * detailShare) : 0)),
    ),
    backfill: Math.min(...windows.map(({ leftForBackfill }) => leftForBackfill)),
  };
}
