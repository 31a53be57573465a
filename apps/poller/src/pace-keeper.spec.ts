import { describe, expect, it } from '@jest/globals';
import { firstCadence, noNews, type Tenant, type Tick } from '#core';
import type { AppLogger } from '#platform';
import { resources } from '#resources';
import type { DaySlots, Spent, StoredPace, StoredProfile } from '#store';
import { PaceKeeper, type PaceKeeperPorts } from './pace-keeper.ts';
import { now, tenant, tickOf } from './tick.fixture.ts';

const resource = resources.find(({ name }) => name === 'training-sessions');
if (resource === undefined) throw new Error('no such resource');
const sums = { targets: 20_000, changes: 560_000, days: 280_000, daysSquared: 3_920_000, spread: 1_160_000 };
/** All between seven and nine. */
const morning: StoredProfile = {
  tenant: 'acme',
  resource: 'training-sessions',
  slots: Array.from({ length: 96 }, (_, slot) => (slot >= 28 && slot < 36 ? 500 : 1)),
  days: 1,
  notedAt: now,
};

function setup(overrides: Partial<PaceKeeperPorts> = {}) {
  const noted = {
    profiles: [] as DaySlots[],
    spent: [] as Spent[],
    /** Each with the seconds that the one before has to be old. */
    renewed: [] as (readonly [tenant: string, seconds: number])[],
    /** What was known already when it was asked what is new. */
    known: [] as number[],
    pruned: 0,
    /** The longest pauses that targets were brought back to. */
    longest: [] as object[],
  };
  const clock = { now };
  const paces = new Map<string, StoredPace>();
  const log: string[] = [];
  const keeper = new PaceKeeper(
    {
      tenants: () => [tenant, { ...tenant, id: 'resting', paused: true }],
      resources: new Map(resources.map((one) => [one.name, one])),
      wanted: () => [resource as (typeof resources)[number]],
      now: () => clock.now,
      sums: async () => new Map([['training-sessions', sums]]),
      histogram: async () => new Map([['training-sessions', [[2, sums.targets] as const]]]),
      overdue: async () => 0,
      spending: async () => ({ requests: {}, days: 0 }),
      paces: async (known) => {
        noted.known.push(known);
        return [...paces.values()];
      },
      profiles: async () => [],
      noteProfiles: async (notes) => void noted.profiles.push(...notes),
      noteSpending: async (spent) => void noted.spent.push(...spent),
      pruneSpendings: async () => void (noted.pruned += 1),
      shorten: async (id, longest) => {
        noted.longest.push({ id, ...Object.fromEntries(longest) });
        return 0;
      },
      renew: async (id, seconds, compute) => {
        noted.renewed.push([id, seconds]);
        paces.set(id, { tenant: id, setAt: clock.now, ...(await compute(undefined)) });
        return true;
      },
      ...overrides,
    },
    { warn: (message: string, about: object) => log.push(message, JSON.stringify(about)) } as unknown as AppLogger,
  );
  return { keeper, noted, log, clock };
}

const known = { changes: 28, days: 14 };
const pauseOf = (keeper: PaceKeeper): number =>
  keeper.of(tenant, resource).pause(known, { last: now, utcOffsetMinutes: 0 }, 0.5);

describe('the pace keeper', () => {
  it('polls a tenant without a pace as if requests cost nothing, and by its price afterwards', async () => {
    const { keeper, noted } = setup();
    expect(pauseOf(keeper)).toBe(
      firstCadence(resource, tenant.polling).pause(known, { last: now, utcOffsetMinutes: 0 }, 0.5),
    );
    await keeper.turn();
    expect(noted.renewed).toEqual([['acme', 60]]);
    expect(pauseOf(keeper)).toBeGreaterThan(3600);
    expect(keeper.pace('acme')?.demand.allowed).toBe(0.95 * 288_000);
    expect(keeper.capacity(tenant, 100_000).later.meanDelaySeconds).toBeGreaterThan(
      keeper.capacity(tenant, 0).later.meanDelaySeconds,
    );
  });

  it('writes down once what was found and what it cost, by the local hour', async () => {
    const { keeper, noted } = setup();
    const tick: Tick = tickOf(resources, 'training-sessions');
    keeper.noteNews(tick, noNews);
    keeper.noteNews(tick, { ...noNews, moments: [now, now + 60_000, now - 3_600_000] });
    for (const purpose of ['listing', 'listing', 'wanted']) keeper.noteRequest('acme', purpose);
    await keeper.turn();
    await keeper.turn();
    expect(noted.spent).toEqual([
      { tenant: 'acme', purpose: 'listing', requests: 2 },
      { tenant: 'acme', purpose: 'wanted', requests: 1 },
    ]);
    expect(noted.profiles).toHaveLength(1);
    // noon in UTC, two hours later where the athlete is
    expect(noted.profiles[0]?.slots[4 * 14]).toBe(2);
    expect(noted.profiles[0]?.slots[4 * 13]).toBe(1);
  });

  it('says so when a turn fails, and goes on with the next', async () => {
    let isBroken = true;
    const { keeper, log } = setup({
      profiles: async () => (isBroken ? Promise.reject(new Error('no database')) : []),
    });
    keeper.tick();
    await keeper.beforeApplicationShutdown();
    expect(log).toEqual(['pace not set', '{"reason":"no database"}']);
    isBroken = false;
    await keeper.turn();
    expect(keeper.pace('acme')).toBeDefined();
  });

  it('sets a pace the less often the more targets it has to look at, and soon after the tenant file asks for another', async () => {
    let served = tenant;
    const { keeper, noted, clock } = setup({ tenants: () => [served] });
    const renewals = async (seconds: number): Promise<number> => {
      const before = noted.renewed.length;
      clock.now += seconds * 1000;
      await keeper.turn();
      return noted.renewed.length - before;
    };
    expect(await renewals(0)).toBe(1);
    // 20 000 targets at 200 a second
    expect(await renewals(99)).toBe(0);
    expect(await renewals(1)).toBe(1);
    expect(noted.renewed.at(-1)).toEqual(['acme', 100]);
    served = { ...tenant, polling: { ...tenant.polling, maxSeconds: 3600 } };
    expect(await renewals(59)).toBe(0);
    expect(await renewals(1)).toBe(1);
    expect(noted.renewed.at(-1)).toEqual(['acme', 60]);
  });

  it('goes on to the others when one tenant fails, and comes back to it a minute later', async () => {
    const others = ['broken', 'whole'].map((id) => ({ ...tenant, id }));
    const { keeper, noted, log, clock } = setup({
      tenants: () => others,
      sums: async (id) => (id === 'broken' ? Promise.reject(new Error('no sums')) : new Map()),
    });
    await keeper.turn();
    expect(keeper.pace('whole')).toBeDefined();
    expect(log).toEqual(['pace not set', '{"tenant":"broken","reason":"no sums"}']);
    await keeper.turn();
    expect(noted.renewed).toHaveLength(2);
    clock.now += 60_000;
    await keeper.turn();
    expect(noted.renewed.slice(2).map(([id]) => id)).toEqual(['broken', 'whole']);
  });

  it('asks only for what is new, but for once an hour, when it also drops what is old', async () => {
    const { keeper, noted, clock } = setup();
    await keeper.turn();
    await keeper.turn();
    expect(noted.known).toEqual([0, 0, now]);
    expect(noted.pruned).toBe(1);
    clock.now += 3_600_000;
    await keeper.turn();
    expect(noted.known[3]).toBe(0);
    expect(noted.pruned).toBe(2);
  });

  it('brings targets back that were put off for longer than they may be, each time that it sets the pace', async () => {
    let served: Tenant = { ...tenant, quota: [{ requests: 1000, seconds: 86_400 }] };
    const { keeper, noted, clock } = setup({ tenants: () => [served] });
    await keeper.turn();
    const stretch = keeper.pace('acme')?.stretch ?? 1;
    expect(stretch).toBeGreaterThan(10);
    served = tenant;
    clock.now += 60_000;
    await keeper.turn();
    expect(noted.longest).toEqual([
      { id: 'acme', 'training-sessions': Math.ceil(43_200 * stretch) },
      { id: 'acme', 'training-sessions': 43_200 },
    ]);
  });

  it('keeps the pace that there is until the plans of the day are made', async () => {
    let profiles: readonly StoredProfile[] = [];
    const { keeper, noted, clock } = setup({ profiles: async () => profiles });
    await keeper.turn();
    profiles = [morning];
    clock.now += 100_000;
    await keeper.turn();
    expect(noted.renewed).toHaveLength(1);
    await keeper.planned();
    await keeper.turn();
    expect(noted.renewed).toHaveLength(2);
  });

  it('learns the hours of the day from what all replicas noted', async () => {
    const { keeper } = setup({ profiles: async () => [morning] });
    await keeper.turn();
    await keeper.planned();
    await keeper.turn();
    const midnight = Date.parse('2026-06-15T00:00:00Z');
    const at = (hour: number): number =>
      keeper
        .of(tenant, resource)
        .pause({ changes: 280, days: 14 }, { last: midnight + hour * 3_600_000, utcOffsetMinutes: 0 }, 0.5);
    // After the morning nothing is to be expected for long.
    expect(at(11)).toBeGreaterThan(3 * at(7));
  });
});
