import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { firstPace, nothingSeen, slotsPerDay, type Resource } from '#core';
import { pacingStore, type StoredDemand } from './pacing.ts';
import { record } from './record.ts';
import { changesOf, hikes, StoreBench, swims, walks } from './store.fixture.ts';

let bench: StoreBench;
beforeAll(async () => {
  bench = await StoreBench.open();
});
afterAll(() => bench.close());

const demand: StoredDemand = { allowed: 100, expected: 90, others: 5, overdue: 1, terms: '', resources: {} };
const store = () => pacingStore(bench.as('accesslink_bridge_poller'));

async function seen(connection: string, { name }: Resource, changes: number, days: number): Promise<void> {
  await bench.db
    .updateTable('poll_targets')
    .set({ seen_changes: changes, seen_days: days })
    .where('connection', '=', connection)
    .where('resource', '=', name)
    .execute();
}

describe('the rates of a tenant', () => {
  it('are summed and counted by resource, of live targets that are polled', async () => {
    await bench.db.deleteFrom('poll_targets').execute();
    for (const [changes, days] of [
      [10, 5],
      [0, 0],
      [4, 4],
    ] as const) {
      const connection = await bench.connection();
      for (const resource of [walks, hikes]) await bench.target(connection, resource);
      await seen(connection, walks, changes, days);
    }
    await bench.db
      .updateTable('poll_targets')
      .set({ suspended: 'scope_missing' })
      .where('resource', '=', 'hikes')
      .execute();
    const sums = await store().sums('acme');
    expect([...sums.keys()]).toEqual(['walks']);
    expect(sums.get('walks')).toEqual({ targets: 2, changes: 14, days: 9, daysSquared: 41, spread: 24 });

    const bins = await store().histogram('acme', new Map([['walks', { changes: 1, days: 1 }]]));
    const rates = (bins.get('walks') ?? []).toSorted(([a], [b]) => a - b);
    expect(rates.map(([, targets]) => targets)).toEqual([2, 1]);
    expect(rates[0]?.[0]).toBeCloseTo(1, 1);
    expect(rates[1]?.[0]).toBeCloseTo(1.8, 1);
    expect(await store().overdue('acme')).toBe(3);
    expect(await store().sums('other')).toEqual(new Map());
  });
});

describe('notes', () => {
  const slots = (count: number): number[] =>
    Array.from({ length: slotsPerDay }, (_, slot) => (slot === 30 ? count : 0));

  it('of the time of day add up, and older ones weigh less', async () => {
    await store().noteProfiles([{ tenant: 'acme', resource: 'walks', slots: slots(4) }]);
    await sql`update day_profiles set noted_at = now() - interval '14 days'`.execute(bench.db);
    await store().noteProfiles([{ tenant: 'acme', resource: 'walks', slots: slots(2) }]);
    const [known] = await store().profiles(0);
    expect(known?.slots).toHaveLength(slotsPerDay);
    expect(known?.slots[30]).toBeCloseTo(2 + 4 / Math.E, 3);
    expect(known?.slots[31]).toBe(0);
    expect(known?.days).toBeGreaterThanOrEqual(0);
    await sql`update day_profiles set since = now() - interval '3 days'`.execute(bench.db);
    await store().noteProfiles([{ tenant: 'acme', resource: 'walks', slots: slots(1) }]);
    expect((await store().profiles(0))[0]?.days).toBeCloseTo(3, 2);
  });

  it('of the time of day are read again only when they are new, or nearly', async () => {
    for (const resource of ['hikes', 'swims'])
      await store().noteProfiles([{ tenant: 'other', resource, slots: slots(1) }]);
    await sql`update day_profiles set noted_at = now() - interval '1 minute' where resource = 'hikes'`.execute(
      bench.db,
    );
    const all = (await store().profiles(0)).filter(({ tenant }) => tenant === 'other');
    const newest = Math.max(...all.map(({ notedAt }) => notedAt));
    expect(all.map(({ resource }) => resource).toSorted()).toEqual(['hikes', 'swims']);
    const later = (await store().profiles(newest)).filter(({ tenant }) => tenant === 'other');
    expect(later.map(({ resource }) => resource)).toEqual(['swims']);
    expect(await store().profiles(newest + 60_000)).toEqual([]);
  });

  it('of requests add up by purpose, over a day', async () => {
    expect(await store().spending('acme')).toEqual({ requests: {}, days: 0 });
    await store().noteSpending([
      { tenant: 'acme', purpose: 'listing', requests: 3 },
      { tenant: 'acme', purpose: 'wanted', requests: 1 },
    ]);
    await store().noteSpending([{ tenant: 'acme', purpose: 'listing', requests: 4 }]);
    const earlier = (hours: number, requests: number) =>
      sql`insert into spendings values ('acme', now() - make_interval(mins => ${hours * 60}), 'listing', ${requests})`.execute(
        bench.db,
      );
    await earlier(12, 1);
    const { requests, days } = await store().spending('acme');
    expect(requests).toEqual({ listing: 8, wanted: 1 });
    expect(days).toBeCloseTo(0.5, 3);

    // A quarter of that hour is a day ago at most.
    await earlier(24.75, 100);
    await earlier(25.1, 1000);
    expect(await store().spending('acme')).toEqual({ requests: { listing: 33, wanted: 1 }, days: 1 });
  });

  it('of requests are dropped when nobody asks for them any more', async () => {
    const hours = async (): Promise<number> =>
      (await bench.db.selectFrom('spendings').select('hour').where('tenant', '=', 'old').execute()).length;
    await sql`insert into spendings values ('old', now() - interval '9 days', 'listing', 1), ('old', now() - interval '7 days', 'listing', 1)`.execute(
      bench.db,
    );
    await store().pruneSpendings();
    expect(await hours()).toBe(1);
  });
});

describe('the pace of a tenant', () => {
  it('is set once, whoever comes at the same time, and again when it is old', async () => {
    const asked: unknown[] = [];
    const set = (tenant: string) =>
      store().renew(tenant, 60, async (before) => {
        asked.push(before);
        return { ...firstPace, price: 0.5, demand };
      });
    const all = await Promise.all(Array.from({ length: 8 }, () => set('acme')));
    expect(all.filter((isSet) => isSet)).toHaveLength(1);
    expect(asked).toEqual([undefined]);
    expect(await store().paces(0)).toEqual([
      { tenant: 'acme', price: 0.5, stretch: 1, bias: 1, demand, setAt: expect.any(Number) },
    ]);
    const setAt = (await store().paces(0))[0]?.setAt ?? 0;
    expect(await store().paces(setAt)).toHaveLength(1);
    expect(await store().paces(setAt + 60_000)).toEqual([]);
    expect(await set('acme')).toBe(false);
    await sql`update paces set set_at = now() - interval '12 hours'`.execute(bench.db);
    expect(await set('acme')).toBe(true);
    expect(asked[1]).toEqual({ price: 0.5, stretch: 1, bias: 1, elapsed: expect.closeTo(0.5, 3) });
  });

  it('stays as it was when setting it fails', async () => {
    await expect(store().renew('failing', 60, () => Promise.reject(new Error('no sums')))).rejects.toThrow('no sums');
    expect((await store().paces(0)).some(({ tenant }) => tenant === 'failing')).toBe(false);
  });
});

describe('a longest pause that has become shorter', () => {
  beforeEach(() => bench.db.deleteFrom('poll_targets').execute());

  const minute = 60_000;

  /** Listed an hour ago, to be listed again a day after that. */
  async function putOff(resource: Resource, overrides = sql`failures = 0`): Promise<string> {
    const connection = await bench.connection();
    await bench.target(connection, resource);
    await sql`
      update poll_targets set interval_seconds = 86400, next_due = now() + interval '23 hours',
        cursor = cursor || jsonb_build_object('listedAt', extract(epoch from now() - interval '1 hour') * 1000), ${overrides}
      where connection = ${connection}`.execute(bench.db);
    return connection;
  }

  async function dueIn(connection: string, resource: Resource): Promise<readonly [seconds: number, ms: number]> {
    const { next_due, interval_seconds } = await bench.targetRow(connection, resource);
    const { rows } = await sql<{ now: Date }>`select now() as now`.execute(bench.db);
    return [interval_seconds, next_due.getTime() - (rows[0]?.now.getTime() ?? 0)];
  }

  it('brings the targets back that were put off for longer', async () => {
    const [walk, hike, swim] = [await putOff(walks), await putOff(hikes), await putOff(swims)];
    const longest = new Map([
      ['walks', 7200],
      // not a quarter too long
      ['hikes', 72_000],
      ['rides', 1],
    ]);
    expect(await store().shorten('other', longest)).toBe(0);
    expect(await store().shorten('acme', longest)).toBe(1);
    const [seconds, ms] = await dueIn(walk, walks);
    expect(seconds).toBe(7200);
    expect(Math.abs(ms - 60 * minute)).toBeLessThan(minute);
    for (const [connection, resource] of [
      [hike, hikes],
      [swim, swims],
    ] as const)
      expect((await dueIn(connection, resource))[0]).toBe(86_400);
    expect(await store().shorten('acme', longest)).toBe(0);
  });

  it.each([
    ['is being polled', sql`lease_token = gen_random_uuid()`],
    ['backs off', sql`failures = 2`],
    ['is suspended', sql`suspended = 'scope_missing'`],
    ['is of a backfill', sql`kind = 'backfill'`],
  ])('leaves alone what %s', async (_, overrides) => {
    await putOff(swims, overrides);
    expect(await store().shorten('acme', new Map([['swims', 7200]]))).toBe(0);
  });

  it('makes nothing later: there may be days to read before', async () => {
    const connection = await putOff(swims);
    await sql`update poll_targets set next_due = now() + interval '5 minutes' where connection = ${connection}`.execute(
      bench.db,
    );
    await store().shorten('acme', new Map([['swims', 7200]]));
    expect((await dueIn(connection, swims))[1]).toBeLessThan(6 * minute);
  });
});

describe('a sync of the watch', () => {
  const hot = [walks, hikes, swims].map((resource) => ({ ...resource, hot: true }));

  it('wakes the targets that move with it, where that is worth a request', async () => {
    const connection = await bench.connection();
    for (const resource of [walks, hikes, swims]) await bench.target(connection, resource);
    const hour = 3_600_000;
    const listed = (resource: Resource, ago: number, dueIn: number) =>
      sql`update poll_targets set lease_token = null, interval_seconds = 7200, next_due = now() + make_interval(secs => ${dueIn / 1000}),
        cursor = cursor || jsonb_build_object('listedAt', extract(epoch from now()) * 1000 - ${ago}::float8)
        where connection = ${connection} and resource = ${resource.name}`.execute(bench.db);
    await listed(hikes, hour, hour);
    await listed(swims, 1000, hour);
    const tick = await bench.tick(connection, walks);
    await record(bench.db, tick, changesOf(tick, { synced: ['2026-06-14'], utcOffsetMinutes: 60 }), hot);
    const dueIn = async ({ name }: Resource): Promise<number> => {
      const row = await bench.targetRow(connection, { ...walks, name });
      return (row?.next_due.getTime() ?? 0) - tick.at;
    };
    expect(await dueIn(hikes)).toBe(0);
    expect((await bench.targetRow(connection, hikes))?.interval_seconds).toBeCloseTo(3600, -2);
    // It was listed a second ago.
    expect(await dueIn(swims)).toBeGreaterThan(hour / 2);
  });

  it('wakes nothing where a request is worth more', async () => {
    const connection = await bench.connection();
    for (const resource of [walks, hikes]) await bench.target(connection, resource);
    await sql`update poll_targets set next_due = now() + interval '1 hour', cursor = cursor || '{"listedAt": 1}' where connection = ${connection} and resource = 'hikes'`.execute(
      bench.db,
    );
    const tick = await bench.tick(connection, walks);
    const cadence = Object.assign(Object.create(tick.schedule.cadence), { patience: () => 2 * 3_600_000 });
    const schedule = { ...tick.schedule, cadence, rate: nothingSeen };
    const { cursor } = tick;
    await record(
      bench.db,
      { ...tick, schedule },
      changesOf(tick, { synced: ['2026-06-14'], cursor, utcOffsetMinutes: 60 }),
      hot,
    );
    expect((await bench.targetRow(connection, hikes))?.next_due.getTime()).toBeGreaterThan(tick.at + 1_800_000);
  });

  it('leaves a target that backs off to its time', async () => {
    const connection = await bench.connection();
    for (const resource of [walks, hikes]) await bench.target(connection, resource);
    await sql`update poll_targets set next_due = now() + interval '1 hour', failures = 3, cursor = cursor || '{"listedAt": 1}'
      where connection = ${connection} and resource = 'hikes'`.execute(bench.db);
    const tick = await bench.tick(connection, walks);
    await record(bench.db, tick, changesOf(tick, { synced: ['2026-06-14'], utcOffsetMinutes: 60 }), hot);
    expect((await bench.targetRow(connection, hikes)).next_due.getTime()).toBeGreaterThan(tick.at + 1_800_000);
  });
});
