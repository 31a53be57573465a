import type { Budget, Tenants } from '#core';
import type { LeasedTarget } from '#store';
import { PlannerService } from '../../../apps/poller/src/planner.service.ts';
import { RememberedUsage } from '../../../apps/poller/src/remembered-usage.ts';
import type { Process } from '../time/process.ts';
import { leaseSeconds, nameOf, type PollerScene } from './poller-ports.ts';

/** How long a planner that found the budget used up lets the others be. */
const crowdedMs = 120_000;
const hourMs = 3_600_000;

/**
 * Starts the planner of a poller. Ticks that would find nothing are left out, since they were most of all steps: it looks when
 * something falls due.
 * @param capacity most jobs that may wait for a worker
 */
export function startPlanner(
  process: Process,
  { scheduler, network, services, random, log }: PollerScene,
  { tenants, budget, capacity }: { readonly tenants: Tenants; readonly budget: Budget; readonly capacity: number },
): void {
  const { store, queue, turns } = services;
  const remembered = new RememberedUsage(
    budget,
    () => scheduler.now + process.skewMs,
    () => random.next(),
  );
  const call = <Result>(operation: string, effect: () => Result, about?: (result: Result) => string): Promise<Result> =>
    network.call(process, { operation, effect, ...(about && { about }) });
  const patient = <Result>(operation: string, effect: () => Result): Promise<Result> =>
    network.call(process, { operation, effect, waits: true });
  const planner = new PlannerService<LeasedTarget>(
    {
      takeTurn: async () => {
        const token = await call('redis.turn', () => turns.take());
        if (token === undefined) return undefined;
        return () => call('redis.end-turn', () => turns.end(token)).catch(() => undefined);
      },
      tenants: () => tenants.all(),
      budget: remembered,
      enrol: () => call('postgres.enrol', () => undefined),
      due: (ids, most) => call('postgres.due', () => store.due(ids, most)),
      random: () => random.next(),
      lease: async (shares) => {
        const leased = await call(
          'postgres.lease',
          () => store.lease(shares, leaseSeconds),
          (targets) => targets.map(nameOf).join(', ') || 'nothing',
        );
        remembered.leased(leased);
        return leased;
      },
      queue: {
        add: (targets) => patient('redis.enqueue', () => queue.add(targets)),
        waiting: () => patient('redis.waiting', () => queue.waiting()),
      },
    },
    log,
    capacity,
  );
  const look = (): void => {
    planner.tick();
    const due = store.nextDue() - scheduler.now - services.skewMs.postgres;
    setTimeout(look, due <= 0 ? crowdedMs : Math.min(due, hourMs) + 500 * random.next());
  };
  setTimeout(look, 500 * random.next());
}
