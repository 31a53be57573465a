import type { Budget, Tenant } from '#core';

/** A leased target, ready to be queued. */
export interface Leased {
  readonly connection: string;
}

export interface PlannerPorts<Target extends Leased> {
  tenants(): readonly Tenant[];
  readonly budget: Pick<Budget, 'usage'>;
  /** Makes the poll targets of new connections. */
  enrol(): Promise<unknown>;
  lease(tenant: string, most: number): Promise<readonly Target[]>;
  readonly queue: { add(targets: readonly Target[]): Promise<void>; size(): Promise<number> };
}

/**
 * One tick of the planner: leases what is due and queues it; no more than the workers take in the next moments and the
 * budget lets through, so that the order of what waits is decided as late as possible.
 * @param capacity most jobs that may wait in the queue
 * @returns how many targets were queued
 */
export async function planTick<Target extends Leased>(ports: PlannerPorts<Target>, capacity: number): Promise<number> {
  await ports.enrol();
  const tenants = ports.tenants();
  let room = capacity - (await ports.queue.size());
  let queued = 0;
  for (const [index, tenant] of tenants.entries()) {
    if (room <= 0) break;
    // An equal share of the room that is left, so that no tenant's backlog takes it all.
    const share = Math.ceil(room / (tenants.length - index));
    const targets = await ports.lease(tenant.id, Math.min(share, await affordable(ports.budget, tenant)));
    await ports.queue.add(targets);
    room -= targets.length;
    queued += targets.length;
  }
  return queued;
}

/** How many more requests the tightest window holds. */
async function affordable(budget: Pick<Budget, 'usage'>, tenant: Tenant): Promise<number> {
  const { windows, pausedUntil } = await budget.usage(tenant.id);
  if (pausedUntil !== null) return 0;
  return Math.min(...windows.map(({ limit, used }) => limit - used), Number.MAX_SAFE_INTEGER);
}
