import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { BudgetUsage } from '#core';
import { planTick, type Leased, type PlannerPorts } from './planner.ts';
import { tenant } from './tick.fixture.ts';

const free: BudgetUsage = { windows: [{ seconds: 900, limit: 3000, used: 0 }], pausedUntil: null };

/** Tenants with so many due targets each. */
function setup(due: readonly number[], waiting = 0, usage: (tenant: string) => BudgetUsage = () => free) {
  const log: string[] = [];
  const left = new Map(due.map((count, index) => [`t${index}`, count]));
  const queued = new Map<string, number>();
  const ports: PlannerPorts<Leased> = {
    tenants: () => [...left.keys()].map((id) => ({ ...tenant, id })),
    budget: { usage: async (id) => usage(id) },
    enrol: async () => log.push('enrol'),
    lease: async (id, most) => {
      log.push(`lease ${id} ${most}`);
      const count = Math.max(0, Math.min(most, left.get(id) ?? 0));
      left.set(id, (left.get(id) ?? 0) - count);
      queued.set(id, count);
      return Array.from({ length: count }, () => ({ connection: id }));
    },
    queue: {
      add: async (targets) => {
        log.push(`add ${targets.length}`);
      },
      size: async () => waiting,
    },
  };
  return { ports, log, queued };
}

describe('planTick', () => {
  it('enrols first, then gives every tenant an equal share of the room', async () => {
    const { ports, log } = setup([100, 100, 100]);
    expect(await planTick(ports, 30)).toBe(30);
    expect(log).toEqual(['enrol', 'lease t0 10', 'add 10', 'lease t1 10', 'add 10', 'lease t2 10', 'add 10']);
  });

  it('passes on what a tenant leaves', async () => {
    const { ports, log } = setup([2, 100, 0]);
    expect(await planTick(ports, 30)).toBe(16);
    expect(log.filter((line) => line.startsWith('lease'))).toEqual(['lease t0 10', 'lease t1 14', 'lease t2 14']);
  });

  it('leases nothing while the queue is full', async () => {
    const { ports, log } = setup([100], 30);
    expect(await planTick(ports, 30)).toBe(0);
    expect(log).toEqual(['enrol']);
  });

  it.each<[string, BudgetUsage, number]>([
    [
      'what the tightest window holds',
      {
        windows: [
          { seconds: 900, limit: 100, used: 97 },
          { seconds: 86_400, limit: 9, used: 7 },
        ],
        pausedUntil: null,
      },
      2,
    ],
    ['nothing during a pause', { ...free, pausedUntil: 5 }, 0],
    ['nothing beyond the limit', { windows: [{ seconds: 900, limit: 5, used: 9 }], pausedUntil: null }, 0],
  ])('leases no more than the budget lets through: %s', async (_, usage, wanted) => {
    const { ports } = setup([100], 0, () => usage);
    expect(await planTick(ports, 30)).toBe(wanted);
  });

  it('never fills the queue beyond its capacity, starves nobody, and leaves no room unused while work waits', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(50), { maxLength: 6 }),
        fc.nat(60),
        fc.nat(60),
        async (due, waiting, capacity) => {
          const { ports, queued } = setup(due, waiting);
          const count = await planTick(ports, capacity);
          const room = Math.max(0, capacity - waiting);
          expect(count).toBeLessThanOrEqual(room);
          expect([...queued.values()].reduce((sum, one) => sum + one, 0)).toBe(count);
          const fair = Math.floor(room / Math.max(1, due.length));
          for (const [index, wanted] of due.entries())
            expect(queued.get(`t${index}`) ?? 0).toBeGreaterThanOrEqual(Math.min(wanted, fair));
          const last = due.at(-1) ?? 0;
          expect(count === room || (queued.get(`t${due.length - 1}`) ?? 0) === last).toBe(true);
        },
      ),
    );
  });

  it('lets an outage of the budget end the tick before anything is leased', async () => {
    const { ports, log } = setup([5]);
    const broken = { ...ports, budget: { usage: () => Promise.reject(new Error('redis')) } };
    await expect(planTick(broken, 30)).rejects.toThrow('redis');
    expect(log).toEqual(['enrol']);
  });
});
