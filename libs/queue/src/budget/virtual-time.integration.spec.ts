import { randomUUID } from 'node:crypto';
import { budgetLanes, type BudgetLane, type QuotaWindow } from '#core';
import { afterAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { countAt, fullest, testRedis, virtualBudget, type Sent } from './budget.fixture.ts';
import { pay } from './charges.ts';
import { halved } from './lanes.ts';
import { onState, rebuild } from './rebuild.ts';
import type { Charged } from './state.ts';

const redis = testRedis();
afterAll(() => redis.disconnect());

const window = (requests: number) =>
  fc.record({
    requests: fc.integer({ min: 1, max: requests }),
    seconds: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(60, 900, 3601, 86_400)),
  });
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('advance' as const),
      by: fc.double({ min: 0, max: 0.7, noNaN: true }),
      of: fc.nat(2),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('charge' as const),
      lane: fc.constantFrom(...budgetLanes),
      count: fc.integer({ min: 1, max: 30 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('settle' as const),
      pick: fc.nat(),
      count: fc.integer({ min: 1, max: 30 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), lane: fc.constantFrom(...budgetLanes) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lose' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('pause' as const), by: fc.double({ min: 0, max: 0.5, noNaN: true }) }),
  },
);

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

interface Group {
  readonly charged: Charged;
  /** Requests that are under way. */
  readonly open: { start: number; end: number }[];
}

/** Plays the steps, and returns what shouldn't have happened. */
async function play(
  quota: readonly QuotaWindow[],
  holdSeconds: number,
  steps: readonly Step[],
): Promise<readonly string[]> {
  const budget = await virtualBudget(redis, quota, holdSeconds);
  const { parts, tenant, windows, ledger } = budget;
  const scales = [parts.hold, ...windows.map(({ length }) => length)];
  const brake = Math.min(...windows.map(({ length }) => length));
  const brakeLimit = Math.min(...windows.filter(({ length }) => length === brake).map(({ limit }) => limit));
  const sent: Sent[] = [];
  const groups: Group[] = [];
  const problems: string[] = [];
  const never = (wrong: boolean, what: string) => {
    if (wrong) problems.push(what);
  };
  let pausedUntil = 0;

  const charge = async (lane: BudgetLane, count: number) => {
    const charged = await pay(parts, tenant, [{ lane, count }], () => 0);
    const { granted, waitUntil } = charged.lanes[0] ?? { granted: 0, waitUntil: 0 };
    // Until it's settled, a request may go on for as long as it's held.
    const open = Array.from({ length: granted }, () => ({ start: charged.at, end: charged.heldUntil }));
    sent.push(...open);
    groups.push({ charged, open });
    const slow = granted > 0 && charged.at < pausedUntil + brake;
    never(granted > 0 && charged.at < pausedUntil, 'charged in a pause');
    never(slow && countAt(sent, charged.at, brake) > halved(brakeLimit), 'too fast after a pause');
    return { granted, waitUntil };
  };

  const settle = async ({ charged, open }: Group, count: number) => {
    const ended = open.splice(0, count);
    for (const request of ended) request.end = Math.min(request.end, budget.now());
    const settled = [{ heldUntil: charged.heldUntil, count: ended.length }];
    if (ended.length > 0) await parts.state.settle(tenant, charged.generation, settled);
  };

  const pause = async (until: number) => {
    const call = () => parts.state.pause(tenant, windows, until);
    await onState(call, () => rebuild(parts, tenant, windows));
    pausedUntil = Math.max(pausedUntil, until);
  };

  const wait = async (lane: BudgetLane) => {
    const { granted, waitUntil } = await charge(lane, 1000);
    never(granted >= 1000, 'no limit');
    never(waitUntil <= budget.now(), 'a wait into the past');
    await budget.setNow(waitUntil - 1);
    never((await charge(lane, 1)).granted > 0, 'a wait that is too long');
    await budget.setNow(waitUntil);
    never((await charge(lane, 1)).granted === 0, 'a wait that is too short');
  };

  for (const one of steps) {
    const group = one.do === 'settle' ? groups[one.pick % Math.max(1, groups.length)] : undefined;
    if (one.do === 'advance') await budget.setNow(budget.now() + Math.floor(one.by * (scales[one.of] ?? 1000)));
    if (one.do === 'charge') await charge(one.lane, one.count);
    if (one.do === 'settle' && group !== undefined) await settle(group, one.count);
    if (one.do === 'pause') await pause(budget.now() + Math.floor(one.by * brake));
    if (one.do === 'wait') await wait(one.lane);
    if (one.do === 'restart') await redis.hset(budget.key, 'run', 'another');
    if (one.do === 'lose') {
      await budget.lose();
      // Here nobody but the state knew of it.
      pausedUntil = 0;
    }
  }

  for (const { length, limit, id } of windows) never(fullest(sent, length) > limit, `${id} is over`);
  const usage = await onState(
    () => parts.state.usage(tenant, windows),
    () => rebuild(parts, tenant, windows),
  );
  const fields = Object.entries(await redis.hgetall(budget.key));
  windows.forEach(({ id }, i) => {
    const buckets = fields.filter(([name]) => name.startsWith(`${id}:`) && /:\d+$/.test(name));
    const counts = buckets.map(([, count]) => Number(count));
    never(counts.reduce((sum, count) => sum + count, 0) !== usage.used[i], `${id}: sum and buckets differ`);
    never(
      counts.some((count) => count <= 0),
      `${id}: an empty bucket`,
    );
  });
  const written = [...ledger.minutes.values()].reduce((sum, requests) => sum + requests, 0);
  never(written < sent.length, 'the ledger misses requests');
  await budget.clean();
  return problems;
}

describe('the budget in virtual time', () => {
  it('never exceeds a sliding window, names the exact wait, and keeps sums and buckets equal', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(window(60), window(60)),
        fc.integer({ min: 1, max: 90 }),
        fc.array(step, { minLength: 5, maxLength: 60 }),
        async (quota, holdSeconds, steps) => {
          expect(await play(quota, holdSeconds, steps)).toEqual([]);
        },
      ),
      { numRuns: 150 },
    );
  }, 120_000);

  it('fills a tenth of the default quota for a day and more, and no window is ever over', async () => {
    const quota = [
      { requests: 300, seconds: 900 },
      { requests: 10_000, seconds: 86_400 },
    ];
    const budget = await virtualBudget(redis, quota, 60);
    const start = budget.now();
    const sent: Sent[] = [];
    while (budget.now() < start + 1.25 * 86_400_000) {
      const charged = await pay(budget.parts, budget.tenant, [{ lane: 'refresh', count: 50 }], () => 0);
      const { granted, waitUntil } = charged.lanes[0] ?? { granted: 0, waitUntil: 0 };
      const end = charged.at + 400;
      for (let i = 0; i < granted; i += 1) sent.push({ start: charged.at, end });
      await budget.setNow(end);
      if (granted > 0) {
        await budget.parts.state.settle(budget.tenant, charged.generation, [
          { heldUntil: charged.heldUntil, count: granted },
        ]);
      } else await budget.setNow(Math.max(end, waitUntil));
    }
    for (const { length, limit } of budget.windows) {
      const edges = [...new Map(sent.map((one) => [one.start, one])).values()];
      expect(Math.max(...edges.map(({ start }) => countAt(sent, start, length)))).toBe(limit);
    }
    await budget.clean();
  }, 120_000);

  it('asks for a ticket again when the state was lost between the ledger and the writing', async () => {
    const budget = await virtualBudget(redis, [{ requests: 10, seconds: 900 }], 60);
    const { parts, tenant, windows, ledger } = budget;
    // A slow replica reads the empty ledger ...
    const slow = randomUUID();
    await parts.state.begin(tenant, windows, slow);
    // ... while a fast one builds the state, pays and sends, and then the state is lost once more.
    expect((await pay(parts, tenant, [{ lane: 'hot', count: 8 }], () => 0)).lanes[0]?.granted).toBe(8);
    await budget.lose();
    await parts.state.begin(tenant, windows, randomUUID());
    await parts.state.commit(tenant, slow, randomUUID(), []);
    expect(await parts.state.usage(tenant, windows)).toBeNull();
    await rebuild(parts, tenant, windows);
    expect((await parts.state.usage(tenant, windows))?.used).toEqual([8]);
    expect(ledger.minutes.size).toBe(1);
    await budget.clean();
  });
});
