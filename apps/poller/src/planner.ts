import type { Budget, TargetKind, Tenant } from '#core';

/** A leased target, ready to be queued. */
export interface Leased {
  readonly connection: string;
}

export interface PlannerPorts<Target extends Leased> {
  tenants(): readonly Tenant[];
  readonly budget: Pick<Budget, 'usage'>;
  /** Makes the poll targets of new connections. */
  enrol(): Promise<unknown>;
  /** Leases due targets, longest overdue first. */
  lease(tenant: string, kind: TargetKind, most: number): Promise<readonly Target[]>;
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
  const tenants = served(ports);
  let room = capacity - (await ports.queue.waiting());
  let queued = 0;
  for (const [index, tenant] of tenants.entries()) {
    if (room <= 0) break;
    // The tenant file may have changed while the ones before were served.
    if (!served(ports).some(({ id }) => id === tenant.id)) continue;
    // An equal share of the room that is left, so that no tenant's backlog takes it all.
    const share = Math.ceil(room / (tenants.length - index));
    const { live, backfill } = await affordable(ports.budget, tenant);
    const targets = [...(await lease(ports, tenant, 'live', Math.min(share, live)))];
    targets.push(...(await lease(ports, tenant, 'backfill', Math.min(share - targets.length, backfill))));
    await ports.queue.add(targets);
    room -= targets.length;
    queued += targets.length;
  }
  return queued;
}

function served<Target extends Leased>(ports: PlannerPorts<Target>): readonly Tenant[] {
  return ports.tenants().filter(({ paused }) => !paused);
}

async function lease<Target extends Leased>(
  ports: PlannerPorts<Target>,
  { id }: Tenant,
  kind: TargetKind,
  most: number,
): Promise<readonly Target[]> {
  return most > 0 ? ports.lease(id, kind, most) : [];
}

/** Share of the shortest window that is left free of listings, so that what they find can be read at once. */
const detailShare = 0.08;

/** How many more requests the tightest window holds. */
async function affordable(
  budget: Pick<Budget, 'usage'>,
  tenant: Tenant,
): Promise<{ readonly live: number; readonly backfill: number }> {
  const { windows, pausedUntil } = await budget.usage(tenant.id);
  if (pausedUntil !== null) return { live: 0, backfill: 0 };
  const shortest = Math.min(...windows.map(({ seconds }) => seconds));
  return {
    live: Math.min(
      ...windows.map(({ left, limit, seconds }) => left - (seconds === shortest ? Math.floor(limit * detailShare) : 0)),
    ),
    backfill: Math.min(...windows.map(({ leftForBackfill }) => leftForBackfill)),
  };
}
