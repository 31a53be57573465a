import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { emptyCursor, type Cursor, type DateRange, type Resource } from '#core';
import { backfillScene, cancelBackfills, demandBackfill, pauseBackfills, resumeBackfills } from './backfills.ts';
import { enrolConnections } from './enrol.ts';
import { record } from './record.ts';
import { writeSnapshots } from './snapshots.ts';
import { backfills, changesOf, eventOf, hikes, live, snapshotOf, StoreBench, tenant, walks } from './store.fixture.ts';
import { leaseDue, noteRequests } from './targets.ts';

let bench: StoreBench;
beforeEach(async () => {
  bench = await StoreBench.open();
});
afterEach(() => bench.close());

const range: DateRange = { from: '2026-04-01', to: '2026-05-10' };
const both = ['hikes', 'walks'];

/** Polled, and without any backfill. */
async function polled(...resources: readonly Resource[]): Promise<string> {
  const connection = await bench.connection();
  for (const resource of resources) await bench.target(connection, resource);
  return connection;
}

const demand = (connection: string, resources = both, wanted = range): Promise<boolean> =>
  demandBackfill(bench.poller, tenant, connection, { ...wanted, resources }, 'alice');
const scene = async (connection: string) => {
  const found = await backfillScene(bench.poller, tenant.id, connection);
  if (found === undefined) throw new Error('there is no such connection');
  return found;
};
const actions = async (): Promise<readonly string[]> => {
  const rows = await bench.db.selectFrom('audit_log').selectAll().orderBy('id').execute();
  return rows.map(({ actor, action, outcome }) => `${actor} ${action} ${outcome}`);
};
/** Polls a backfill's target to its end. */
async function finish(connection: string, resource: Resource, requests: number): Promise<void> {
  const tick = await bench.tick(connection, resource, 'backfill');
  const { remaining: _remaining, backfill, ...over } = tick.cursor;
  if (backfill === undefined) throw new Error('it is the target of no backfill');
  const counts = { [`${resource.name}Recorded`]: 2 };
  await record(
    bench.poller,
    tick,
    changesOf(tick, { cursor: { ...over, backfill: { ...backfill, requests, counts } } }),
  );
}

/** A resource whose scope is not granted, with a backfill beside it. */
async function waitForScope(connection: string, resource: Resource): Promise<void> {
  await bench.target(connection, resource, {
    kind: 'backfill',
    cursor: { ...emptyCursor, remaining: range, backfill: { startedAt: '2026-06-01T10:00:00.000Z', ...range } },
  });
  await bench.db
    .updateTable('poll_targets')
    .set({ suspended: 'scope_missing' })
    .where('connection', '=', connection)
    .where('resource', '=', resource.name)
    .execute();
}

describe('a demand', () => {
  it('begins a backfill beside the live targets, and tells so', async () => {
    const connection = await polled(walks, hikes);
    expect(await demand(connection)).toBe(true);
    expect(await bench.targets(connection)).toEqual(['live hikes', 'live walks', 'backfill hikes', 'backfill walks']);
    const [started] = await bench.events(connection);
    expect(started).toMatchObject({ type: 'BackfillStarted', data: { ...range, origin: 'demand', resources: both } });
    expect(await bench.targetRow(connection, walks, 'backfill')).toMatchObject({
      cursor: { remaining: range, backfill: { ...range, origin: 'demand' } },
    });
    expect(await leaseDue(bench.poller, [{ ...backfills, most: 10 }], 60)).toHaveLength(2);
    expect(await actions()).toEqual(['alice backfill.started done']);
  });

  it('is one at a time: the second one changes nothing', async () => {
    const connection = await polled(walks, hikes);
    const begun = await Promise.all([demand(connection), demand(connection), demand(connection)]);
    expect(begun.toSorted()).toEqual([false, false, true]);
    expect(await bench.eventTypes(connection)).toEqual(['BackfillStarted']);
    expect(await actions()).toHaveLength(1);
  });

  it.each(['needs_reauth', 'revoked', 'paused'] as const)(
    'begins nothing for a connection that is %s',
    async (status) => {
      const connection = await bench.connection({ status });
      await bench.target(connection, walks);
      expect(await demand(connection, ['walks'])).toBe(false);
      expect(await bench.targets(connection)).toEqual(['live walks']);
    },
  );

  it('begins nothing for the connection of another tenant', async () => {
    const connection = await bench.connection({ tenant: 'beta' });
    expect(await demand(connection, ['walks'])).toBe(false);
    expect(await backfillScene(bench.poller, tenant.id, connection)).toBeUndefined();
  });

  it('lets the live polls go on with all of their days, and tells them which ones are fetched again', async () => {
    const connection = await polled(walks, hikes);
    await demand(connection, ['walks']);
    expect(await bench.tick(connection, walks)).toMatchObject({ backfilling: false, refilling: range });
    expect(await bench.tick(connection, hikes)).not.toHaveProperty('refilling');
  });

  it('ends with all that it has cost and told, and its days are the live poll’s', async () => {
    const connection = await polled(walks, hikes);
    await demand(connection);
    const { startedAt } = (await scene(connection)).underWay[0] ?? {};
    await finish(connection, walks, 5);
    await finish(connection, hikes, 2);
    expect(await bench.targets(connection)).toEqual(['live hikes', 'live walks']);
    expect((await bench.events(connection)).slice(1)).toMatchObject([
      {
        type: 'BackfillProgressed',
        data: { startedAt, resource: 'walks', left: ['hikes'], requestsUsed: 5, counts: { walksRecorded: 2 } },
      },
      {
        type: 'BackfillCompleted',
        data: {
          startedAt,
          ...range,
          cancelled: false,
          requestsUsed: 7,
          counts: { walksRecorded: 2, hikesRecorded: 2 },
          missingDays: [],
        },
      },
    ]);
    expect((await scene(connection)).underWay).toEqual([]);
    // The tenant asks for 28 days before 2026-06-01: these reach farther back, and join them.
    expect(await bench.targetRow(connection, walks)).toMatchObject({ cursor: { historyFrom: '2026-04-01' } });
    expect(await bench.tick(connection, walks)).not.toHaveProperty('refilling');
  });

  it('leaves the history as it was when its days lie apart', async () => {
    const connection = await polled(walks);
    await demand(connection, ['walks'], { from: '2026-03-01', to: '2026-03-08' });
    await finish(connection, walks, 1);
    expect((await bench.targetRow(connection, walks)).cursor).not.toHaveProperty('historyFrom');
  });

  it('is not lost on a live poll that was under way at its end', async () => {
    const connection = await polled(walks);
    await demand(connection, ['walks']);
    const late = await bench.tick(connection, walks);
    await finish(connection, walks, 1);
    await record(bench.poller, late, changesOf(late));
    expect((await bench.targetRow(connection, walks)).cursor).toMatchObject({ historyFrom: range.from });
  });
});

describe('the progress', () => {
  it('tells by resource what is done, left, and was paid for', async () => {
    const connection = await polled(walks, hikes);
    await demand(connection);
    await finish(connection, walks, 5);
    const tick = await bench.tick(connection, hikes, 'backfill');
    const left = { from: '2026-04-01', to: '2026-04-20' };
    const wanted = { '2026-04-25': { since: '2026-06-01T11:00:00.000Z', tries: 0, notBefore: 0 } };
    const { backfill } = tick.cursor;
    const cursor = { ...tick.cursor, remaining: left, wanted, backfill: { ...backfill, requests: 3 } } as Cursor;
    await record(bench.poller, tick, changesOf(tick, { cursor, events: [eventOf(hikes, 'one')] }));
    const { underWay } = await scene(connection);
    const [one] = underWay;
    expect(underWay).toHaveLength(1);
    expect(one).toMatchObject({
      ...range,
      origin: 'demand',
      pausedAt: null,
      requestsUsed: 8,
      counts: { walksRecorded: 2 },
    });
    expect(one?.resources).toMatchObject([
      { resource: 'hikes', done: false, remaining: left, daysWanted: 1, requestsUsed: 3 },
      { resource: 'walks', done: true, remaining: null, daysWanted: 0, requestsUsed: 5 },
    ]);
  });

  it('counts requests of polls that came to nothing, but none of a poll whose lease is lost', async () => {
    const connection = await polled(walks);
    await demand(connection, ['walks']);
    const leased = await bench.lease(connection, walks, 'backfill');
    await noteRequests(bench.poller, leased, 3);
    await noteRequests(bench.poller, leased, 2);
    await bench.lease(connection, walks, 'backfill');
    await noteRequests(bench.poller, leased, 100);
    expect((await scene(connection)).underWay[0]).toMatchObject({ requestsUsed: 5 });
  });

  it('knows the days that have data, by resource', async () => {
    const connection = await polled(walks);
    const tick = await bench.tick(connection, walks);
    const days = ['2026-05-01', '2026-05-03', '2026-05-03'].map((date, n) => snapshotOf(walks, [`w${n}`], { date }));
    const gone = snapshotOf(walks, ['gone'], { date: '2026-01-01', goneAt: 1 });
    await bench.poller.transaction().execute((trx) => writeSnapshots(trx, tick, [...days, gone]));
    expect((await scene(connection)).known).toEqual(
      new Map([['walks', { first: '2026-05-01', last: '2026-05-03', days: 2 }]]),
    );
  });
});

describe('a pause', () => {
  it('stops what is under way and is over when it is resumed, each once', async () => {
    const connection = await polled(walks);
    await demand(connection, ['walks']);
    await pauseBackfills(bench.poller, tenant.id, connection, 'alice');
    const paused = await scene(connection);
    expect(paused.underWay[0]?.pausedAt).not.toBeNull();
    expect(await leaseDue(bench.poller, [{ ...backfills, most: 10 }], 60)).toEqual([]);
    expect(await leaseDue(bench.poller, [{ ...live, most: 10 }], 60)).toHaveLength(1);
    await pauseBackfills(bench.poller, tenant.id, connection, 'alice');
    expect((await scene(connection)).underWay).toEqual(paused.underWay);

    await resumeBackfills(bench.poller, tenant.id, connection, 'bob');
    await resumeBackfills(bench.poller, tenant.id, connection, 'bob');
    expect((await scene(connection)).underWay[0]).toMatchObject({ pausedAt: null });
    expect(await leaseDue(bench.poller, [{ ...backfills, most: 10 }], 60)).toHaveLength(1);
    expect(await actions()).toEqual([
      'alice backfill.started done',
      'alice backfill.paused done',
      'alice backfill.paused unchanged',
      'bob backfill.resumed done',
      'bob backfill.resumed unchanged',
    ]);
  });

  it('that is over brings nothing back into the plan while nobody may poll the connection', async () => {
    const connection = await polled(walks);
    await demand(connection, ['walks']);
    await pauseBackfills(bench.poller, tenant.id, connection, 'alice');
    await bench.db.updateTable('connections').set({ status: 'needs_reauth' }).where('id', '=', connection).execute();
    await resumeBackfills(bench.poller, tenant.id, connection, 'bob');
    expect(await bench.targetRow(connection, walks, 'backfill')).toMatchObject({ suspended: 'needs_reauth' });
  });

  it('lets the poll that is under way end, and nothing after it', async () => {
    const connection = await polled(walks);
    await demand(connection, ['walks']);
    const tick = await bench.tick(connection, walks, 'backfill');
    await pauseBackfills(bench.poller, tenant.id, connection, 'alice');
    const remaining = { ...range, to: '2026-04-20' };
    await record(bench.poller, tick, changesOf(tick, { cursor: { ...tick.cursor, remaining } }));
    expect((await scene(connection)).underWay[0]?.resources).toMatchObject([
      { remaining, suspended: 'backfill_paused' },
    ]);
    await bench.expire(connection, walks, 'backfill');
    expect(await leaseDue(bench.poller, [{ ...backfills, most: 10 }], 60)).toEqual([]);
  });

  it('outlasts a new consent', async () => {
    const connection = await bench.connection({ scopes: ['walks:read'], enrolledPlan: null });
    const enrol = () => enrolConnections(bench.poller, new Map([[tenant.id, { tenant, resources: [walks] }]]));
    await enrol();
    await pauseBackfills(bench.poller, tenant.id, connection, 'alice');
    await bench.db
      .updateTable('poll_targets')
      .set({ suspended: 'token_rejected' })
      .where('connection', '=', connection)
      .execute();
    await bench.db.updateTable('connections').set({ enrolled_plan: null }).where('id', '=', connection).execute();
    await enrol();
    expect(await leaseDue(bench.poller, [{ ...live, most: 10 }], 60)).toHaveLength(1);
    expect(await leaseDue(bench.poller, [{ ...backfills, most: 10 }], 60)).toEqual([]);
    await resumeBackfills(bench.poller, tenant.id, connection, 'alice');
    expect(await leaseDue(bench.poller, [{ ...backfills, most: 10 }], 60)).toHaveLength(1);
  });
});

describe('a cancelled backfill', () => {
  it('says so, with what it has cost and which days nobody has read, and no poll of it counts any more', async () => {
    const connection = await polled(walks, hikes);
    await demand(connection);
    await finish(connection, hikes, 2);
    const first = await bench.tick(connection, walks, 'backfill');
    const { backfill } = first.cursor;
    const remaining = { from: range.from, to: '2026-04-04' };
    const cursor = { ...first.cursor, remaining, backfill: { ...backfill, requests: 4 } } as Cursor;
    await record(bench.poller, first, changesOf(first, { cursor }));
    const late = await bench.tick(connection, walks, 'backfill');

    await cancelBackfills(bench.poller, tenant, connection, 'alice');
    expect(await bench.targets(connection)).toEqual(['live hikes', 'live walks']);
    expect((await bench.events(connection)).at(-1)).toMatchObject({
      type: 'BackfillCompleted',
      data: {
        ...range,
        cancelled: true,
        requestsUsed: 6,
        counts: { hikesRecorded: 2 },
        missingDays: ['2026-04-01', '2026-04-02', '2026-04-03'],
      },
    });
    await expect(record(bench.poller, late, changesOf(late))).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect((await scene(connection)).underWay).toEqual([]);
    // What has been read stays.
    expect((await bench.targetRow(connection, walks)).cursor).toMatchObject({ historyFrom: '2026-04-04' });
    expect((await bench.targetRow(connection, hikes)).cursor).toMatchObject({ historyFrom: '2026-04-01' });
    expect(await demand(connection)).toBe(true);
  });

  it('changes nothing where there is none', async () => {
    const connection = await polled(walks);
    await cancelBackfills(bench.poller, tenant, connection, 'alice');
    expect(await bench.eventTypes(connection)).toEqual([]);
    expect(await actions()).toEqual(['alice backfill.cancelled unchanged']);
  });

  it('of a connect leaves the days that it has not read to nobody', async () => {
    const connection = await bench.connection({ scopes: ['walks:read'], enrolledPlan: null });
    await enrolConnections(bench.poller, new Map([[tenant.id, { tenant, resources: [walks] }]]));
    const tick = await bench.tick(connection, walks, 'backfill');
    const remaining = { from: '2026-05-04', to: '2026-05-20' };
    await record(bench.poller, tick, changesOf(tick, { cursor: { ...tick.cursor, remaining } }));
    await cancelBackfills(bench.poller, tenant, connection, 'alice');
    expect(await bench.eventTypes(connection)).toEqual(['BackfillStarted', 'BackfillCompleted']);
    expect((await bench.targetRow(connection, walks)).cursor).toMatchObject({ historyFrom: '2026-05-20' });
  });

  it('leaves resources alone that wait for their scope', async () => {
    const connection = await polled(walks, hikes);
    await waitForScope(connection, hikes);
    expect((await scene(connection)).resources).toEqual(['walks']);
    expect(await demand(connection, ['walks'])).toBe(true);
    await cancelBackfills(bench.poller, tenant, connection, 'alice');
    expect(await bench.targets(connection)).toEqual(['live hikes', 'live walks', 'backfill hikes']);
  });
});

describe('a watch that comes back', () => {
  const today = new Date();
  const ago = (days: number): Date => new Date(today.getTime() - days * 86_400_000);
  const dateOf = (moment: Date): string => moment.toISOString().slice(0, 10);

  async function synced(connection: string, before: Date | null): Promise<void> {
    await bench.db
      .updateTable('connections')
      .set({ device_synced_at: before, established_at: ago(60), utc_offset_minutes: 0 })
      .where('id', '=', connection)
      .execute();
    const tick = await bench.tick(connection, walks);
    await record(bench.poller, tick, changesOf(tick, { synced: [dateOf(today)] }), [walks, hikes]);
  }

  it('begins a backfill of the days that it has missed and that are not watched', async () => {
    const connection = await polled(walks, hikes);
    await synced(connection, ago(12));
    expect(await bench.targets(connection)).toEqual(['live hikes', 'live walks', 'backfill hikes', 'backfill walks']);
    const events = await bench.events(connection);
    expect(events.map(({ type }) => type)).toEqual(['DeviceSynced', 'BackfillStarted']);
    const missed = { from: dateOf(ago(13)), to: dateOf(ago(3)) };
    expect(events[1]?.data).toMatchObject({
      origin: 'device',
      ...missed,
      resources: expect.arrayContaining(both) as unknown,
    });
    expect(await bench.targetRow(connection, hikes, 'backfill')).toMatchObject({ cursor: { remaining: missed } });
  });

  it.each([
    ['was away for less than what is watched', ago(2)],
    ['syncs for the first time', null],
  ])('begins none when it %s', async (_, before) => {
    const connection = await polled(walks, hikes);
    await synced(connection, before);
    expect(await bench.eventTypes(connection)).toEqual(['DeviceSynced']);
  });

  it('begins none while another one is under way', async () => {
    const connection = await polled(walks, hikes);
    await demand(connection, ['walks']);
    await synced(connection, ago(12));
    expect(await bench.eventTypes(connection)).toEqual(['BackfillStarted', 'DeviceSynced']);
  });

  it('begins one beside resources that wait for their scope', async () => {
    const connection = await polled(walks, hikes);
    await waitForScope(connection, hikes);
    await synced(connection, ago(12));
    expect((await bench.events(connection))[1]?.data).toMatchObject({ origin: 'device', resources: ['walks'] });
  });
});
