import { budgetLanes, type BudgetLane } from '#core';
import { quotaLedger } from '#store';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { createTestDatabase, type TestDatabase } from '../../../../test/integration/database.ts';
import { AdverseWorld, type Fate, type Scale } from './adversity.fixture.ts';
import { testRedis } from './budget.fixture.ts';

const redis = testRedis();
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  redis.disconnect();
  await database.drop();
});

interface Event {
  readonly kind: Kind;
  readonly play: (world: AdverseWorld) => Promise<void> | void;
}

/** Of the kinds but `work`, some stay away in each run: what happens seldom alone is never seen among everything. */
const kinds = ['order', 'clock', 'loss', 'crash', 'pause'] as const;
type Kind = (typeof kinds)[number] | 'work';

/** Doubles alone are nearly all next to 0. */
const part = fc.oneof(
  fc.double({ min: 0, max: 0.7, noNaN: true }),
  fc.integer({ min: 0, max: 14 }).map((twentieths) => twentieths / 20),
);
const scale = fc.constantFrom<Scale>(0, 1, 2);
const replica = fc.nat(2);
const tenant = fc.constantFrom(0, 0, 0, 1);
const count = fc.oneof(fc.integer({ min: 1, max: 5 }), fc.constant(30));
const charge = fc.tuple(replica, tenant, often<BudgetLane>('refresh', budgetLanes), count);
const fate = often<Fate>('done', ['lost', 'unanswered', 'late']);
/** Up to which of its calls (count, write, look; or count, ticket, read, write, count ...) a charge gets for now. */
const calls = fc.nat(5);
/** Counted and overtaken before it was written, by a state that is there again; read, by one that is being made. */
const overtakings = fc.oneof(fc.tuple(calls, calls), fc.constantFrom<[number, number]>([1, 5], [3, 2]));

const clockStep = fc.tuple(
  fc.constantFrom('redis' as const, 'callers' as const),
  fc.oneof(fc.constantFrom(-1.2, 0, 1.2), fc.double({ min: -1.5, max: 1.5, noNaN: true })),
  scale,
);

const event = fc.oneof(
  happens(8, 'work', 'send', charge, (world, ...what) => charged(world, what)),
  happens(6, 'work', 'send and settle', charge, (world, ...what) => sendAndSettle(world, what)),
  happens(4, 'work', 'settle', fc.tuple(fc.nat(99), count), (world, ...which) => world.settle(...which)),
  happens(5, 'work', 'advance', fc.tuple(part, scale), (world, ...time) => world.advance(...time)),
  happens(6, 'order', 'charge', fc.tuple(charge, calls), (world, what, calls) => charged(world, what, calls)),
  happens(6, 'order', 'proceed', fc.tuple(fc.nat(20), fate), (world, ...which) => world.proceed(...which)),
  happens(4, 'order', 'go on', fc.tuple(replica), (world, by) => world.goOn(by)),
  happens(3, 'order', 'stand still', fc.tuple(charge, part, scale), standStill),
  happens(3, 'clock', 'step', clockStep, (world, ...step) => world.step(...step)),
  happens(3, 'clock', 'step and back', fc.tuple(clockStep, charge), async (world, step, what) => {
    await world.step(...step);
    await sendAndSettle(world, what);
    await world.step('redis', 0, 0);
    await world.advance(0.1, step[2]);
  }),
  happens(1, 'pause', 'pause', fc.tuple(replica, tenant, part, calls), async (world, by, of, part, calls) => {
    await world.pause(by, of, part);
    await world.goOn(by, calls);
  }),
  happens(2, 'crash', 'crash', fc.tuple(replica), (world, by) => world.crash(by)),
  happens(2, 'loss', 'lose', fc.tuple(), (world) => world.lose()),
  happens(3, 'loss', 'lose and charge', fc.tuple(charge, calls), async (world, what, calls) => {
    await world.lose();
    await charged(world, what, calls);
  }),
  happens(4, 'loss', 'overtaken', fc.tuple(charge, overtakings, fc.boolean()), overtaken),
  happens(2, 'loss', 'restart', fc.tuple(charge), async (world, what) => {
    await world.copy();
    await charged(world, what);
    await world.restart();
  }),
  happens(1, 'loss', 'audit', fc.tuple(), (world) => world.audit()),
);

type Charge = readonly [by: number, of: number, lane: BudgetLane, count: number];

async function charged(world: AdverseWorld, [by, ...what]: Charge, calls?: number): Promise<void> {
  await world.charge(by, ...what);
  await world.goOn(by, calls);
}

/** A charge, or the rebuild that it begins with, stands still while the state is lost, made anew by others and lost again. */
async function overtaken(world: AdverseWorld, what: Charge, [calls, others]: [number, number], lost: boolean) {
  const [by, ...rest] = what;
  if (lost) await world.lose();
  await charged(world, what, calls);
  if (!lost) await world.lose();
  await charged(world, [by + 1, ...rest]);
  await world.lose();
  await charged(world, [by + 2, ...rest], others);
  await world.goOn(by);
}

/** All is paid, but a process hears of it when the others have gone on for a while. */
async function standStill(world: AdverseWorld, what: Charge, part: number, of: Scale): Promise<void> {
  const [by, ...rest] = what;
  await charged(world, what, 2);
  await world.goOn(by, 1, 'late');
  await world.advance(2 * part, 0);
  await world.advance(2 * part, of);
  await charged(world, [by + 1, ...rest]);
  await world.goOn(by);
}

async function sendAndSettle(world: AdverseWorld, what: Charge): Promise<void> {
  const [by] = what;
  await charged(world, what);
  await world.settle(0, Infinity);
  await world.goOn(by);
}

/** What may happen, and how often, with its words for the report of a failure. */
function happens<Args extends readonly unknown[]>(
  weight: number,
  kind: Kind,
  name: string,
  args: fc.Arbitrary<Args>,
  play: (world: AdverseWorld, ...args: Args) => Promise<void> | void,
) {
  const arbitrary = args.map((values) => {
    const event: Event = { kind, play: (world) => play(world, ...values) };
    return Object.assign(event, { [fc.toStringMethod]: () => `${name}(${values.join(', ')})` });
  });
  return { weight, arbitrary };
}

function often<T>(most: T, others: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof({ weight: 4, arbitrary: fc.constant(most) }, fc.constantFrom(...others));
}

const window = fc.record({
  requests: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 40 })),
  seconds: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(60, 900)),
});
const quota = fc.tuple(window, window);
const hold = fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 60 }));

describe('three replicas and two tenants, whatever happens to them, to Redis, to the ledger and to the clocks', () => {
  it('never exceed a window of the provider, and never forget a request', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(quota, quota),
        hold,
        fc.array(event, { minLength: 20, maxLength: 60, size: 'max' }),
        fc.subarray([...kinds]),
        async (quotas, holdSeconds, events, away) => {
          const world = new AdverseWorld(redis, quotaLedger(database.db), quotas, holdSeconds);
          await world.advance(0, 0);
          for (const one of events) {
            if (away.some((kind) => kind === one.kind)) continue;
            await one.play(world);
            await world.look();
          }
          expect(await world.end()).toEqual([]);
        },
      ),
      // A failure is made small for so long.
      { numRuns: 100, interruptAfterTimeLimit: 90_000 },
    );
  }, 120_000);
});
