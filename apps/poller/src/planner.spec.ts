import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { BudgetUsage } from '#core';
import { pauseAfter, planTick, type Leased, type PlannerPorts } from './planner.ts';
import { tenant } from './tick.fixture.ts';

const window = (seconds: number, left: number, leftForBackfill = left): BudgetUsage['windows'][number] => ({
  seconds,
  limit: 3000,
  used: 0,
  left,
  leftForBackfill,
});
const free: BudgetUsage = { windows: [window(900, 2940)], pausedUntil: null };

/** Tenants with so many due live targets each, and so many backfills. */
function setup(
  due: readonly number[],
  {
    waiting = 0,
    usage = () => free,
    backfills = 0,
    paused = [],
  }: {
    readonly waiting?: number;
    readonly usage?: (tenant: string) => BudgetUsage;
    readonly backfills?: number;
    readonly paused?: readonly string[];
  } = {},
) {
  const log: string[] = [];
  const left = new Map(due.map((count, index) => [`t${index}`, count]));
  const queued = new Map<string, number>();
  const ports: PlannerPorts<Leased> = {
    takeTurn: async () => async () => undefined,
    tenants: () => [...left.keys()].map((id) => ({ ...tenant, id, paused: paused.includes(id) })),
    budget: { usage: async (id) => usage(id) },
    enrol: async () => log.push('enrol'),
    random: () => 0,
    due: async (ids, most) =>
      ids
        .map((id) => ({ tenant: id, live: Math.min(most, left.get(id) ?? 0), backfill: Math.min(most, backfills) }))
        .filter(({ live, backfill }) => live + backfill > 0),
    lease: async (shares) =>
      shares.flatMap(({ tenant: id, kind, most }) => {
        log.push(kind === 'live' ? `lease ${id} ${most}` : `lease ${id} ${most} backfills`);
        const count = Math.min(most, kind === 'live' ? (left.get(id) ?? 0) : backfills);
        if (kind === 'live') left.set(id, (left.get(id) ?? 0) - count);
        queued.set(id, (queued.get(id) ?? 0) + count);
        return Array.from({ length: count }, () => ({ tenant: id }));
      }),
    queue: {
      add: async (targets) => {
        log.push(`add ${targets.length}`);
      },
      waiting: async () => waiting,
    },
  };
  return { ports, log, queued };
}

const queuedBy = async (...what: Parameters<typeof planTick>): Promise<number> => (await planTick(...what)).queued;

describe('planTick', () => {
  it('enrols first, then gives every tenant an equal share of the room', async () => {
    const { ports, log } = setup([100, 100, 100]);
    expect(await queuedBy(ports, 30)).toBe(30);
    expect(log).toEqual(['enrol', 'lease t0 10', 'lease t1 10', 'lease t2 10', 'add 30']);
  });

  it('leaves it to the replica that is planning, and lets others plan when it has ended, well or not', async () => {
    const { ports, log } = setup([100]);
    expect(await planTick({ ...ports, takeTurn: async () => undefined }, 30)).toEqual({ queued: 0, isFull: false });
    expect(log).toEqual([]);
    const takeTurn = async () => async () => {
      log.push('end');
    };
    await planTick({ ...ports, takeTurn }, 30);
    await expect(planTick({ ...ports, takeTurn, enrol: () => Promise.reject(new Error('away')) }, 30)).rejects.toThrow(
      'away',
    );
    expect(log).toEqual(['enrol', 'lease t0 30', 'add 30', 'end', 'end']);
  });

  it('passes on what a tenant leaves', async () => {
    const { ports, log } = setup([2, 100, 0]);
    expect(await queuedBy(ports, 30)).toBe(30);
    expect(log.filter((line) => line.startsWith('lease'))).toEqual(['lease t0 2', 'lease t1 28']);
  });

  it('leases nothing of a paused tenant, and does not even ask what it has left', async () => {
    const asked: string[] = [];
    const usage = (id: string): BudgetUsage => {
      asked.push(id);
      return free;
    };
    const { ports, log } = setup([100, 100, 100], { paused: ['t1'], usage });
    expect(await queuedBy(ports, 30)).toBe(30);
    expect(log).toEqual(['enrol', 'lease t0 15', 'lease t2 15', 'add 30']);
    expect(asked).toEqual(['t0', 't2']);
  });

  it('leaves out a tenant that goes while the others are served', async () => {
    const { ports, log } = setup([10, 10, 10]);
    const all = ports.tenants();
    let gone: readonly string[] = [];
    const changing: typeof ports = {
      ...ports,
      tenants: () => all.filter(({ id }) => !gone.includes(id)),
      due: async (ids) => {
        gone = ['t1'];
        return ports.due(ids, 100);
      },
      budget: { usage: async (id) => (gone.includes(id) ? Promise.reject(new Error(`no tenant ${id}`)) : free) },
    };
    expect(await queuedBy(changing, 30)).toBe(20);
    expect(log.filter((line) => line.startsWith('lease'))).toEqual(['lease t0 10', 'lease t2 10']);
  });

  it('goes on to the others when the one whose turn it is has nothing left', async () => {
    const { ports, queued } = setup([2, 2, 3]);
    expect(await queuedBy(ports, 7)).toBe(7);
    expect(queued.get('t2')).toBe(3);
  });

  it('looks again at a tenant that has more due than was counted', async () => {
    const { ports, log } = setup([100, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(await queuedBy(ports, 30)).toBe(30);
    expect(log).toEqual(['enrol', 'lease t0 12', 'add 12', 'lease t0 18', 'add 18']);
  });

  it('ends when what was counted is no longer to be had', async () => {
    const { ports, log } = setup([5, 100]);
    const others: typeof ports = { ...ports, lease: async (shares) => (await ports.lease(shares)).slice(0, 20) };
    expect(await queuedBy(others, 30)).toBe(20);
    expect(log).toEqual(['enrol', 'lease t0 5', 'lease t1 25', 'add 20']);
  });

  it('leases so much that it is short, however much room there is', async () => {
    const { ports } = setup([100, 100]);
    expect(await planTick(ports, 128)).toEqual({ queued: 64, isFull: true });
  });

  it('looks at no more tenants than it takes to fill the room, by chance', async () => {
    const { ports, queued } = setup(Array.from({ length: 200 }, () => 100));
    const looked: string[] = [];
    let drawn = 0;
    // The last are the first.
    const others: typeof ports = {
      ...ports,
      random: () => 1 - (drawn += 1) / 1000,
      due: async (ids, most) => {
        looked.push(...ids);
        return ports.due(ids, most);
      },
    };
    expect(await queuedBy(others, 60)).toBe(60);
    expect(looked).toEqual(Array.from({ length: 64 }, (_, index) => `t${199 - index}`));
    expect([...queued.values()]).toEqual(looked.slice(0, 60).map(() => 1));
  });

  it('looks at all tenants when few have anything due', async () => {
    const { ports, queued } = setup(Array.from({ length: 200 }, (_, index) => (index % 50 === 49 ? 3 : 0)));
    expect(await queuedBy(ports, 128)).toBe(12);
    expect([...queued.keys()]).toEqual(['t49', 't99', 't149', 't199']);
  });

  it('keeps a place for backfills now and then where there are only few', async () => {
    const backfills = async (random: number): Promise<boolean> => {
      const { ports, log } = setup([100], { backfills: 100 });
      await planTick({ ...ports, random: () => random }, 2);
      return log.includes('lease t0 1 backfills');
    };
    // Two fifths of a place: in two of five ticks.
    expect(await Promise.all([0.59, 0.61].map(backfills))).toEqual([false, true]);
  });

  it('asks for no more budgets than there is room, but for as many as it takes to fill it', async () => {
    const asked: string[] = [];
    const usage = (id: string): BudgetUsage => {
      asked.push(id);
      return id === 't1' ? { windows: [window(900, 0)], pausedUntil: null } : free;
    };
    const { ports, queued } = setup([1, 5, 0, 1, 9, 9], { usage });
    expect(await queuedBy(ports, 3)).toBe(3);
    expect(asked).toEqual(['t0', 't1', 't3', 't4']);
    expect([...queued]).toEqual([
      ['t0', 1],
      ['t3', 1],
      ['t4', 1],
    ]);
  });

  it('leases nothing while the queue is full', async () => {
    const { ports, log } = setup([100], { waiting: 30 });
    expect(await queuedBy(ports, 30)).toBe(0);
    expect(log).toEqual(['enrol']);
  });

  it.each<[string, BudgetUsage, number]>([
    ['what the tightest window holds', { windows: [window(900, 300), window(86_400, 2)], pausedUntil: null }, 2],
    ['room for the details', { windows: [window(900, 245), window(86_400, 99)], pausedUntil: null }, 5],
    ['nothing during a pause', { ...free, pausedUntil: 5 }, 0],
    ['nothing beyond the limit', { windows: [window(900, 0)], pausedUntil: null }, 0],
  ])('leases no more than the budget lets through: %s', async (_, usage, wanted) => {
    const { ports } = setup([100], { usage: () => usage });
    expect(await queuedBy(ports, 30)).toBe(wanted);
  });

  it('never fills the queue beyond its capacity, starves nobody, and leaves no room unused while work waits', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(50), { maxLength: 6 }),
        fc.nat(60),
        fc.nat(60),
        async (due, waiting, capacity) => {
          const { ports, queued } = setup(due, { waiting });
          const { queued: count, isFull } = await planTick(ports, capacity);
          const room = Math.max(0, capacity - waiting);
          expect(count).toBeLessThanOrEqual(room);
          expect(isFull).toBe(room > 0 && count === room);
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

  it('leases backfills only where live polls leave room, and within their own part of the budget', async () => {
    const some = { windows: [window(900, 300, 3), window(86_400, 50, 7)], pausedUntil: null };
    const roomy = setup([4], { usage: () => some, backfills: 9 });
    expect(await queuedBy(roomy.ports, 30)).toBe(7);
    expect(roomy.log).toEqual(['enrol', 'lease t0 4', 'lease t0 3 backfills', 'add 7']);

    const full = setup([30], { backfills: 9 });
    expect(await queuedBy(full.ports, 30)).toBe(30);
    expect(full.log).toEqual(['enrol', 'lease t0 24', 'lease t0 6 backfills', 'add 30']);
  });

  it('lets an outage of the budget end the tick before anything is leased', async () => {
    const { ports, log } = setup([5]);
    const broken = { ...ports, budget: { usage: () => Promise.reject(new Error('redis')) } };
    await expect(planTick(broken, 30)).rejects.toThrow('redis');
    expect(log).toEqual(['enrol']);
  });
});

describe('pauseAfter', () => {
  it.each([
    ['ends the round when nothing was due', { queued: 0, isFull: false }, 3, undefined],
    ['comes back as soon as there may be room again', { queued: 64, isFull: true }, 20, 25],
    ['comes back soon when ticks are fast', { queued: 5, isFull: false }, 2, 25],
    ['works a tenth of the time when they are not', { queued: 5, isFull: false }, 30, 270],
    ['is never away for longer than when nothing was due', { queued: 5, isFull: false }, 100, 500],
  ])('%s', (_, planned, tookMs, wanted) => {
    expect(pauseAfter(planned, tookMs)).toBe(wanted);
  });
});
