import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  BridgeError,
  emptyCursor,
  readCursor,
  syncBurstMs,
  type Changes,
  type Cursor,
  type Resource,
  type Tick,
} from '#core';
import { record } from './record.ts';
import {
  changesOf,
  eventOf,
  hikes,
  resourceOf,
  snapshotOf,
  StoreBench,
  swims,
  walks,
  wantOf,
} from './store.fixture.ts';
import { pollNow } from './sync.ts';
import { failPoll } from './targets.ts';

let bench: StoreBench;
beforeAll(async () => {
  bench = await StoreBench.open();
});
afterAll(() => bench.close());

/** A poll that found something of every kind. */
function found(tick: Tick, identity = 'one'): Changes {
  return changesOf(tick, {
    snapshots: [snapshotOf(tick.resource, [identity])],
    events: [eventOf(tick.resource, identity)],
    triggers: [{ resource: 'hikes', dates: ['2026-06-14'] }],
    utcOffsetMinutes: 120,
  });
}

async function polled(...resources: readonly Resource[]): Promise<string> {
  const connection = await bench.connection();
  for (const resource of resources) await bench.target(connection, resource);
  return connection;
}

describe('a poll that found something', () => {
  it('is recorded whole: events, snapshots, triggers, offset and cursor', async () => {
    const connection = await polled(walks, hikes);
    const tick = await bench.tick(connection, walks);
    const recorded = await record(bench.poller, tick, found(tick));

    expect(recorded).toMatchObject({ events: 1, snapshots: 1 });
    expect(await bench.events(connection)).toEqual([{ type: 'walksRecorded', sequence: 1, data: { id: 'one' } }]);
    const snapshots = await bench.db
      .selectFrom('snapshots')
      .select(['entity', 'identity', 'hash', 'revision'])
      .where('connection', '=', connection)
      .execute();
    expect(snapshots).toEqual([{ entity: 'walks', identity: '["one"]', hash: 'h1', revision: 1 }]);
    expect(await bench.targetRow(connection, walks)).toMatchObject({
      cursor: { listedAt: tick.at },
      lease_token: null,
      next_due: new Date(recorded.nextDue),
      last_polled_at: new Date(tick.at),
      last_changed_at: new Date(tick.at),
      failures: 0,
    });
    expect((await bench.targetRow(connection, hikes)).cursor).toMatchObject({
      wanted: { '2026-06-14': wantOf(new Date(tick.at).toISOString()) },
    });
    expect(await bench.tick(connection, walks)).toMatchObject({ connection: { utcOffsetMinutes: 120 } });
  });

  it('keeps its lease while there is more to read at once, and gives it up when that is read', async () => {
    const connection = await polled(walks);
    const tick = await bench.tick(connection, walks);
    const wanted = { '2026-06-14': wantOf(new Date(tick.at).toISOString()) };
    const listed = changesOf(tick, { cursor: { ...emptyCursor, listedAt: tick.at, wanted } });
    const before = await bench.targetRow(connection, walks);
    for (const changes of [listed, { ...listed, events: [eventOf(walks, 'two')] }]) {
      const next = { ...tick, cursor: readCursor((await bench.targetRow(connection, walks)).cursor) };
      expect(await record(bench.poller, next, changes)).toMatchObject({ goesOn: true });
      expect(await bench.targetRow(connection, walks)).toMatchObject({
        lease_token: tick.leaseToken,
        next_due: before.next_due,
        cursor: { wanted },
      });
    }
    const last = { ...tick, cursor: readCursor((await bench.targetRow(connection, walks)).cursor) };
    const read = changesOf(last, { cursor: { ...emptyCursor, listedAt: tick.at } });
    const recorded = await record(bench.poller, last, read);
    expect(recorded.goesOn).toBe(false);
    expect(await bench.targetRow(connection, walks)).toMatchObject({
      lease_token: null,
      next_due: new Date(recorded.nextDue),
    });
  });

  it('clears the failures of the polls before it', async () => {
    const connection = await polled(walks);
    await failPoll(bench.poller, await bench.tick(connection, walks), new BridgeError('PROVIDER_TIMEOUT', 'too slow'));
    expect(await bench.targetRow(connection, walks)).toMatchObject({
      failures: 1,
      last_error: 'PROVIDER_TIMEOUT: too slow',
    });
    const tick = await bench.tick(connection, walks);
    await record(bench.poller, tick, found(tick));
    expect(await bench.targetRow(connection, walks)).toMatchObject({ failures: 0, last_error: null });
  });
});

describe('a poll that found nothing', () => {
  it('moves the cursor, and writes no event and no position', async () => {
    const connection = await polled(walks);
    const before = await bench.contents();
    const tick = await bench.tick(connection, walks);
    const recorded = await record(bench.poller, tick, changesOf(tick, { markerOnly: 2 }));

    expect(recorded).toMatchObject({ events: 0, snapshots: 0, markerOnly: 2 });
    expect(recorded.nextDue).toBeGreaterThan(tick.at);
    const { targets: _before, ...others } = before as { targets: unknown };
    expect(await bench.contents()).toMatchObject(others);
    expect(await bench.targetRow(connection, walks)).toMatchObject({
      cursor: { listedAt: tick.at },
      lease_token: null,
      next_due: new Date(recorded.nextDue),
      last_changed_at: null,
    });
  });
});

describe('a lost lease', () => {
  const kinds: readonly [string, (tick: Tick) => Changes][] = [
    ['changes', found],
    ['no change', (tick) => changesOf(tick)],
  ];

  it.each(kinds)('writes nothing for a poll with %s that was taken over', async (_, changes) => {
    const connection = await polled(walks, hikes);
    const late = await bench.tick(connection, walks);
    await bench.tick(connection, walks);
    const before = await bench.contents();
    await expect(record(bench.poller, late, changes(late))).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect(await bench.contents()).toEqual(before);
  });

  it.each(kinds)('writes nothing for a poll with %s that comes after the one that took it over', async (_, changes) => {
    const connection = await polled(walks, hikes);
    const late = await bench.tick(connection, walks);
    const heir = await bench.tick(connection, walks);
    await record(bench.poller, heir, found(heir, 'heir'));
    const before = await bench.contents();
    await expect(record(bench.poller, late, changes(late))).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect(await bench.contents()).toEqual(before);
  });

  it.each(kinds)('writes nothing for a poll with %s that is recorded twice', async (_, changes) => {
    const connection = await polled(walks, hikes);
    const tick = await bench.tick(connection, walks);
    const copies = await Promise.allSettled([1, 2, 3].map(() => record(bench.poller, tick, changes(tick))));
    expect(copies.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(await bench.events(connection)).toHaveLength(changes(tick).events.length);
  });

  it('writes nothing for a failure either', async () => {
    const connection = await polled(walks);
    const late = await bench.tick(connection, walks);
    await bench.tick(connection, walks);
    const before = await bench.contents();
    await failPoll(bench.poller, { ...late, failures: 2 }, new BridgeError('PROVIDER_TIMEOUT', 'too slow'));
    expect(await bench.contents()).toEqual(before);
  });

  it('is not lost by time alone: a slow poll that nobody took over is recorded', async () => {
    const connection = await polled(walks, hikes);
    const slow = await bench.tick(connection, walks);
    await bench.expire(connection, walks);
    await record(bench.poller, slow, found(slow));
    expect(await bench.eventTypes(connection)).toEqual(['walksRecorded']);
  });
});

describe('an error in the middle', () => {
  const faults: readonly [string, (changes: Changes, connection: string) => Changes | Promise<Changes>, object][] = [
    [
      'in the snapshots',
      (changes) => ({ ...changes, snapshots: [...changes.snapshots, snapshotOf(walks, ['two'], { date: 'never' })] }),
      { code: '22007' },
    ],
    [
      'in the last event, which was recorded before',
      (changes) => ({ ...changes, events: [...changes.events, ...changes.events] }),
      { code: 'DATABASE_CONFLICT', disposition: 'retry' },
    ],
    [
      'at the lane, the last thing that is written',
      async (changes, connection) => {
        await bench.db.updateTable('connections').set({ lane: 99 }).where('id', '=', connection).execute();
        return changes;
      },
      { message: 'no result' },
    ],
  ];

  it.each(faults)('leaves nothing when it is %s', async (_, broken, error) => {
    const connection = await polled(walks, hikes);
    const tick = await bench.tick(connection, walks);
    const changes = await broken(found(tick), connection);
    const before = await bench.contents();
    await expect(record(bench.poller, tick, changes)).rejects.toMatchObject(error);
    expect(await bench.contents()).toEqual(before);
  });

  it('leaves the lease, so that the same poll can be recorded after all, without a gap', async () => {
    const connection = await polled(walks, hikes);
    const tick = await bench.tick(connection, walks);
    const twice = [eventOf(walks, 'same'), eventOf(walks, 'same')];
    await expect(record(bench.poller, tick, { ...found(tick), events: twice })).rejects.toThrow();
    await record(bench.poller, tick, found(tick));
    expect((await bench.events(connection)).map(({ sequence }) => sequence)).toEqual([1]);
  });
});

describe('what arrives while a poll is under way', () => {
  const days: readonly [string, (tick: Tick) => Changes][] = [
    ['found nothing', (tick) => changesOf(tick)],
    ['found something', (tick) => changesOf(tick, { events: [eventOf(tick.resource, 'own')] })],
    ['read that very day', (tick) => changesOf(tick, { cursor: { ...tick.cursor, wanted: {}, listedAt: tick.at } })],
  ];

  it.each(days)('stays wanted, and is gone on with, when the poll %s', async (_, changes) => {
    const connection = await polled(walks);
    await bench.target(connection, hikes, {
      cursor: { ...emptyCursor, wanted: { '2026-06-14': wantOf('2026-06-14T08:00:00.000Z') } },
    });
    const late = await bench.tick(connection, hikes);
    const trigger = await bench.tick(connection, walks);
    await record(bench.poller, trigger, found(trigger));
    expect(await bench.targetRow(connection, hikes)).toMatchObject({ lease_token: late.leaseToken });
    expect(await record(bench.poller, late, changes(late))).toMatchObject({ nextDue: late.at, goesOn: true });

    const target = await bench.targetRow(connection, hikes);
    expect(readCursor(target.cursor)).toMatchObject({
      listedAt: late.at,
      wanted: { '2026-06-14': wantOf(new Date(trigger.at).toISOString()) },
    });
    expect(target.lease_token).toBe(late.leaseToken);
  });

  it('stays wanted when the poll fails', async () => {
    const connection = await polled(walks, hikes);
    const late = await bench.tick(connection, hikes);
    const trigger = await bench.tick(connection, walks);
    await record(bench.poller, trigger, found(trigger));
    await failPoll(bench.poller, late, new BridgeError('PROVIDER_TIMEOUT', 'too slow'));
    expect(await bench.targetRow(connection, hikes)).toMatchObject({
      failures: 1,
      cursor: { wanted: { '2026-06-14': wantOf(new Date(trigger.at).toISOString()) } },
    });
  });

  it.each(days)('is waited for when both are recorded at the same moment and the poll %s', async (_, changes) => {
    const connection = await polled(walks, hikes);
    const late = await bench.tick(connection, hikes);
    const trigger = await bench.tick(connection, walks);
    // With the lane taken, the trigger has changed the target of hikes but cannot commit yet.
    const { triggering, recording } = await bench.db.transaction().execute(async (trx) => {
      await trx.selectFrom('lanes').select('lane').where('lane', '=', 0).forUpdate().execute();
      const first = record(bench.poller, trigger, found(trigger));
      await bench.blocked(1);
      const second = record(bench.poller, late, changes(late));
      await bench.blocked(2);
      return { triggering: first, recording: second };
    });
    await Promise.all([triggering, recording]);
    expect(await bench.targetRow(connection, hikes)).toMatchObject({
      lease_token: late.leaseToken,
      cursor: { listedAt: late.at, wanted: { '2026-06-14': wantOf(new Date(trigger.at).toISOString()) } },
    });
  });

  it('leaves a suspended target alone', async () => {
    const connection = await polled(walks, hikes);
    await bench.db
      .updateTable('poll_targets')
      .set({ suspended: 'scope_missing' })
      .where('connection', '=', connection)
      .where('resource', '=', 'hikes')
      .execute();
    const before = await bench.targetRow(connection, hikes);
    const tick = await bench.tick(connection, walks);
    await record(bench.poller, tick, found(tick));
    expect(await bench.targetRow(connection, hikes)).toEqual(before);
  });

  it('is a demand of an operator to list again', async () => {
    const connection = await bench.connection();
    await bench.target(connection, walks, { cursor: { ...emptyCursor, listedAt: 1 } });
    const tick = await bench.tick(connection, walks);
    expect(await pollNow(bench.poller, 'acme', connection, 'test')).toBe(1);
    expect(await bench.targetRow(connection, walks)).toMatchObject({ lease_token: tick.leaseToken });
    const { nextDue } = await record(bench.poller, tick, changesOf(tick));
    expect(nextDue).toBe(tick.at);
    expect((await bench.targetRow(connection, walks)).cursor).not.toHaveProperty('listedAt');

    // and so is one that comes while the poll that was demanded is under way
    const demanded = await bench.tick(connection, walks);
    await pollNow(bench.poller, 'acme', connection, 'test');
    const listed = changesOf(demanded, { cursor: { ...demanded.cursor, listedAt: demanded.at } });
    expect((await record(bench.poller, demanded, listed)).nextDue).toBe(demanded.at);
    const last = await bench.tick(connection, walks);
    const settled = changesOf(last, { cursor: { ...last.cursor, listedAt: last.at } });
    expect((await record(bench.poller, last, settled)).nextDue).toBeGreaterThan(last.at);
  });
});

describe('a backfill', () => {
  const range = { from: '2026-05-04', to: '2026-06-01' };
  const backfill = { startedAt: '2026-06-01T10:00:00.000Z', ...range };
  const under: Cursor = { ...emptyCursor, remaining: range, backfill };
  const over: Cursor = { ...emptyCursor, backfill };

  async function backfilled(...resources: readonly Resource[]): Promise<string> {
    const connection = await polled(...resources);
    for (const resource of resources) await bench.target(connection, resource, { kind: 'backfill', cursor: under });
    return connection;
  }

  it('goes on while a part of its range is left', async () => {
    const connection = await backfilled(walks);
    const tick = await bench.tick(connection, walks, 'backfill');
    const left = { ...under, remaining: { ...range, to: '2026-05-20' } };
    await record(bench.poller, tick, changesOf(tick, { cursor: left }));
    expect(await bench.targetRow(connection, walks, 'backfill')).toMatchObject({ cursor: left, lease_token: null });
    expect(await bench.eventTypes(connection)).toEqual([]);
  });

  it('tells of each resource that ends, and that all is there with the last one', async () => {
    const connection = await backfilled(walks, hikes);
    const first = await bench.tick(connection, walks, 'backfill');
    await record(bench.poller, first, changesOf(first, { cursor: over }));
    expect(await bench.targets(connection)).toEqual(['live hikes', 'live walks', 'backfill hikes']);
    const progress = { ...backfill, resource: 'walks', left: ['hikes'], counts: {}, requestsUsed: 0 };
    expect(await bench.events(connection)).toEqual([{ type: 'BackfillProgressed', sequence: 1, data: progress }]);

    const last = await bench.tick(connection, hikes, 'backfill');
    const events = [eventOf(hikes, 'oldest')];
    expect(await record(bench.poller, last, changesOf(last, { cursor: over, events }))).toMatchObject({ events: 2 });
    expect(await bench.targets(connection)).toEqual(['live hikes', 'live walks']);
    expect(await bench.events(connection)).toEqual([
      { type: 'BackfillProgressed', sequence: 1, data: progress },
      { type: 'hikesRecorded', sequence: 2, data: { id: 'oldest' } },
      {
        type: 'BackfillCompleted',
        sequence: 3,
        data: { ...backfill, cancelled: false, counts: {}, requestsUsed: 0, missingDays: [] },
      },
    ]);
  });

  it('tells it once when all resources end at the same moment', async () => {
    const resources = ['a', 'b', 'c', 'd', 'e', 'f'].map(resourceOf);
    for (let round = 0; round < 5; round += 1) {
      const connection = await backfilled(...resources);
      const ticks: Tick[] = [];
      for (const resource of resources) ticks.push(await bench.tick(connection, resource, 'backfill'));
      await Promise.all(ticks.map((tick) => record(bench.poller, tick, changesOf(tick, { cursor: over }))));
      const progress = Array.from({ length: 5 }, () => 'BackfillProgressed');
      expect(await bench.eventTypes(connection)).toEqual([...progress, 'BackfillCompleted']);
    }
  });

  it('tells it once when its end is recorded twice', async () => {
    const connection = await backfilled(walks);
    const tick = await bench.tick(connection, walks, 'backfill');
    const copies = await Promise.allSettled(
      [1, 2].map(() => record(bench.poller, tick, changesOf(tick, { cursor: over }))),
    );
    expect(copies.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await bench.eventTypes(connection)).toEqual(['BackfillCompleted']);
  });

  it('hands what is left over to the live target, whose own knowledge is newer', async () => {
    const connection = await bench.connection();
    const given = { ...wantOf('2026-06-01T11:00:00.000Z'), tries: 5, skippedAt: '2026-06-01T12:00:00.000Z' };
    await bench.target(connection, walks, { cursor: { ...emptyCursor, open: { '2026-05-31': 2 } } });
    await bench.target(connection, walks, { kind: 'backfill', cursor: under });
    const live = await bench.tick(connection, walks);
    const tick = await bench.tick(connection, walks, 'backfill');
    const cursor = { ...over, suspects: { '2026-05-10': given }, open: { '2026-05-31': 1, '2026-05-30': 1 } };
    await record(bench.poller, tick, changesOf(tick, { cursor }));
    expect((await bench.events(connection))[0]?.data).toMatchObject({ missingDays: ['2026-05-10'] });

    await record(bench.poller, live, changesOf(live));
    expect((await bench.targetRow(connection, walks)).cursor).toMatchObject({
      listedAt: live.at,
      suspects: { '2026-05-10': given },
      open: { '2026-05-31': 2, '2026-05-30': 1 },
    });
  });

  it('is not over when a day arrives at its last poll', async () => {
    const connection = await backfilled(walks, hikes);
    const late = await bench.tick(connection, hikes, 'backfill');
    const trigger = await bench.tick(connection, walks, 'backfill');
    const wants = [{ resource: 'hikes', dates: ['2026-05-10'] }];
    await record(bench.poller, trigger, changesOf(trigger, { cursor: over, triggers: wants }));
    await record(bench.poller, late, changesOf(late, { cursor: over }));
    expect(await bench.targets(connection)).toEqual(['live hikes', 'live walks', 'backfill hikes']);
    const progress = { ...backfill, resource: 'walks', left: ['hikes'], counts: {}, requestsUsed: 0 };
    expect(await bench.events(connection)).toEqual([{ type: 'BackfillProgressed', sequence: 1, data: progress }]);
  });
});

describe('records at the same moment', () => {
  it('get gapless positions in each lane and gapless sequences in each connection, in the same order', async () => {
    const resources = [walks, hikes, swims];
    const counts = fc.array(fc.nat({ max: 4 }), { minLength: 3, maxLength: 24 });
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(counts, async (sizes) => {
        runs += 1;
        const ticks: Tick[] = [];
        let connection = '';
        // Three resources each, so that records meet in the connection and in the lane; every fifth one fails in the end.
        for (const index of sizes.keys()) {
          if (index % resources.length === 0) connection = await bench.connection({ lane: 6 + (index % 2) });
          const resource = resources[index % resources.length] ?? walks;
          await bench.target(connection, resource);
          ticks.push(await bench.tick(connection, resource));
        }
        const outcomes = await Promise.allSettled(
          ticks.map((tick, index) => {
            const events = Array.from({ length: sizes[index] ?? 0 }, (__, n) => eventOf(tick.resource, `n${n}`));
            const fails = index % 5 === 4 && events[0] !== undefined ? [events[0]] : [];
            return record(bench.poller, tick, changesOf(tick, { events: [...events, ...fails] }));
          }),
        );
        const failed = outcomes.filter(({ status }) => status === 'rejected');
        expect(failed).toHaveLength(sizes.filter((size, index) => index % 5 === 4 && size > 0).length);
      }),
      { numRuns: 8 },
    );

    const rows = await bench.db
      .selectFrom('outbox')
      .select(['lane', 'position', 'aggregateid', 'headers'])
      .where('lane', 'in', [6, 7])
      .orderBy('lane')
      .orderBy('position')
      .execute();
    expect(rows.length).toBeGreaterThan(runs);
    for (const one of Map.groupBy(rows, ({ lane }) => lane).values())
      expect(one.map(({ position }) => Number(position))).toEqual(one.map((_, index) => index + 1));
    for (const one of Map.groupBy(rows, ({ aggregateid }) => aggregateid).values()) {
      const sequences = one.map(({ headers }) =>
        Number((JSON.parse(headers) as Record<string, string>)['ce_sequence']),
      );
      expect(sequences).toEqual(one.map((_, index) => index + 1));
    }
  });
});

describe('a sync of the watch', () => {
  it('is told by the first resource that it moved, and by none of the others', async () => {
    const connection = await polled(walks, hikes);
    const synced = { synced: ['2026-06-14'] };
    for (const resource of [walks, hikes]) {
      const tick = await bench.tick(connection, resource);
      await record(bench.poller, tick, changesOf(tick, { ...synced, events: [eventOf(resource, 'one')] }));
    }
    expect(await bench.eventTypes(connection)).toEqual(['DeviceSynced', 'walksRecorded', 'hikesRecorded']);

    await bench.db
      .updateTable('connections')
      .set({ device_synced_at: new Date(Date.now() - syncBurstMs - 60_000) })
      .execute();
    const tick = await bench.tick(connection, walks);
    await record(bench.poller, tick, changesOf(tick, { ...synced, events: [eventOf(walks, 'two')] }));
    expect((await bench.eventTypes(connection)).slice(3)).toEqual(['DeviceSynced', 'walksRecorded']);
  });
});
