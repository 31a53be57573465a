import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import {
  countLanes,
  holdLanes,
  lanePositions,
  laneStates,
  noteRelayed,
  releaseLanes,
  retirePublisher,
  lanesChannel,
  termOf,
} from './lanes.ts';
import { listen } from './listener.ts';
import { appendEvents, outboxChannel } from './outbox.ts';
import { readOutbox, tendOutbox } from './outbox-reader.ts';
import { eventOf, StoreBench, walks } from './store.fixture.ts';
import type { Database } from './database.ts';

const lane = 3;
const all = { rows: 100, bytes: 1_000_000 };

let bench: StoreBench;
let publisher: Database;
beforeEach(async () => {
  bench = await StoreBench.open();
  publisher = bench.as('accesslink_bridge_publisher');
});
afterEach(() => bench.close());

/** Writes events as the poller does; `between` runs before the commit. */
async function append(connection: string, names: readonly string[], between?: () => Promise<void>): Promise<void> {
  const scope = { connection, topicPrefix: 'polar.acme', traceparent: null };
  await bench.poller.transaction().execute(async (trx) => {
    await appendEvents(
      trx,
      scope,
      names.map((name) => eventOf(walks, name)),
    );
    await between?.();
  });
}

const positions = async (after = 0, limits = all) =>
  (await readOutbox(publisher, lane, after, limits)).map(({ position }) => position);

describe('reading the outbox', () => {
  it('gives the rows of one lane after a position, in their order, whatever the connection', async () => {
    const [first, second] = [await bench.connection({ lane }), await bench.connection({ lane })];
    const elsewhere = await bench.connection({ lane: lane + 1 });
    await append(first, ['a']);
    await append(elsewhere, ['x', 'y']);
    await append(second, ['b', 'c']);
    await append(first, ['d']);
    const rows = await readOutbox(publisher, lane, 1, all);
    expect(rows.map(({ position, key }) => [position, key])).toEqual([
      [2, second],
      [3, second],
      [4, first],
    ]);
    expect(rows[0]).toMatchObject({ topic: 'polar.acme.walks.v1' });
    expect(JSON.parse(rows[0]?.headers ?? '')).toMatchObject({ ce_subject: 'walks/b', ce_sequence: '1' });
    expect(await positions(4)).toEqual([]);
  });

  it('keeps the order of numbers, not of digits', async () => {
    const connection = await bench.connection({ lane });
    await append(
      connection,
      Array.from({ length: 12 }, (_, index) => `n${index}`),
    );
    expect(await positions(8)).toEqual([9, 10, 11, 12]);
  });

  it('stops at the limit of rows', async () => {
    const connection = await bench.connection({ lane });
    await append(connection, ['a', 'b', 'c']);
    expect(await positions(0, { ...all, rows: 2 })).toEqual([1, 2]);
    expect(await positions(2, { ...all, rows: 2 })).toEqual([3]);
  });

  it('stops before the row that would pass the limit of bytes, and counts bytes, not letters', async () => {
    const connection = await bench.connection({ lane });
    await append(connection, ['aaaa', 'höhe', '😀', 'd']);
    const sizes = (await readOutbox(publisher, lane, 0, all)).map(({ payload, headers, bytes }) => {
      expect(bytes).toBe(Buffer.byteLength(payload) + Buffer.byteLength(headers));
      return bytes;
    });
    const [one = 0, two = 0, three = 0] = sizes;
    expect(await positions(0, { ...all, bytes: one + two + three })).toEqual([1, 2, 3]);
    expect(await positions(0, { ...all, bytes: one + two + three - 1 })).toEqual([1, 2]);
  });

  it('gives the first row however big it is, alone', async () => {
    const connection = await bench.connection({ lane });
    await append(connection, ['a', 'b']);
    expect(await positions(0, { ...all, bytes: 1 })).toEqual([1]);
    expect(await positions(1, { ...all, bytes: 1 })).toEqual([2]);
  });

  it('shows a gap by its positions', async () => {
    const connection = await bench.connection({ lane });
    await append(connection, ['a', 'b', 'c']);
    await sql`delete from outbox where lane = ${lane} and position = 2`.execute(bench.db);
    expect(await positions()).toEqual([1, 3]);
    expect(await lanePositions(publisher, lane)).toEqual({ nextPosition: 4, relayed: 0 });
  });

  it('never sees a row before the ones in front of it, because who comes second waits', async () => {
    const [slow, quick] = [await bench.connection({ lane }), await bench.connection({ lane })];
    let second = Promise.resolve();
    await append(slow, ['a'], async () => {
      second = append(quick, ['b']);
      await bench.blocked(1);
      expect(await positions()).toEqual([]);
    });
    await second;
    const rows = await readOutbox(publisher, lane, 0, all);
    expect(rows.map(({ key }) => key)).toEqual([slow, quick]);
  });

  it('finds no hole where a writer gave up', async () => {
    const connection = await bench.connection({ lane });
    await expect(append(connection, ['a', 'b'], () => Promise.reject(new Error('gave up')))).rejects.toThrow('gave up');
    await append(connection, ['c']);
    expect(await positions()).toEqual([1]);
  });
});

describe('events of a connection that is gone', () => {
  it('are refused', async () => {
    await expect(append('6f0e7a5e-7a39-4c02-a7a0-5b7a0f3f7d6c', ['a'])).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a listener', () => {
  /** Waits for what it is told, in order. */
  function listening() {
    const told: string[] = [];
    let tell = (): void => undefined;
    const note = (what: string): void => {
      told.push(what);
      tell();
    };
    const listener = listen(bench.url, {
      role: 'accesslink_bridge_publisher',
      applicationName: 'listener under test',
      channels: { [outboxChannel]: (payload) => note(`lane ${payload}`), [lanesChannel]: () => note('lanes free') },
      onConnect: () => note('connected'),
      onError: () => note('lost'),
    });
    return {
      listener,
      async reached(count: number): Promise<readonly string[]> {
        while (told.length < count) await new Promise<void>((resolve) => (tell = resolve));
        return told;
      },
    };
  }

  it('is woken by what is committed, and by nothing else', async () => {
    const [three, four] = [await bench.connection({ lane: 3 }), await bench.connection({ lane: 4 })];
    const { listener, reached } = listening();
    await reached(1);
    await expect(append(three, ['a'], () => Promise.reject(new Error('gave up')))).rejects.toThrow('gave up');
    await append(four, ['a', 'b']);
    await append(three, ['c']);
    await releaseLanes(publisher, 'p', [0]);
    expect(await reached(4)).toEqual(['connected', 'lane 4', 'lane 3', 'lanes free']);
    await listener.close();
  });

  it('says that it was lost and is back, so that what it missed is looked for', async () => {
    const { listener, reached } = listening();
    await reached(1);
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'listener under test'`.execute(
      bench.db,
    );
    expect(await reached(3)).toEqual(['connected', 'lost', 'connected']);
    await listener.close();
  });

  it('that is closed leaves no connection behind', async () => {
    const { listener, reached } = listening();
    await reached(1);
    await listener.close();
    let left = 1;
    while (left > 0) {
      const { rows } = await sql`select from pg_stat_activity where application_name = 'listener under test'`.execute(
        bench.db,
      );
      left = rows.length;
    }
    expect(await reached(1)).toEqual(['connected']);
  });
});

describe('lanes', () => {
  const held = async (id: string, seconds = 60) => (await holdLanes(publisher, id, seconds)).lanes;
  const silence = (id: string, seconds: number) =>
    sql`update publishers set seen_at = now() - make_interval(secs => ${seconds}) where id = ${id}`.execute(bench.db);

  it('all go to a publisher that is alone, and no lane to two when many begin at once', async () => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    const first = await Promise.all(ids.map((id) => held(id)));
    expect(first.flat().toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(new Set(first.flat()).size).toBe(8);
    expect((await holdLanes(publisher, 'a', 60)).share).toBe(2);
  });

  it('of a publisher that is silent for as long as its lease are claimed by the others', async () => {
    expect(await held('silent')).toHaveLength(8);
    expect(await held('heir')).toEqual([]);
    await silence('silent', 61);
    await sql`update lanes set lease_until = now() - interval '1 second' where lane < 5`.execute(bench.db);
    expect(await held('heir')).toEqual([0, 1, 2, 3, 4]);
    expect(await Promise.all([1, 7].map((one) => termOf(publisher, 'heir', one)))).toEqual([2, undefined]);
  });

  it('forget a publisher that was silent for very long', async () => {
    await held('silent');
    await silence('silent', 599);
    await held('alive');
    await silence('silent', 601);
    const known = async () =>
      (await bench.db.selectFrom('publishers').select('id').orderBy('id').execute()).map(({ id }) => id);
    expect(await known()).toEqual(['alive', 'silent']);
    await held('alive');
    expect(await known()).toEqual(['alive']);
  });

  it('are freed by their owner only', async () => {
    await held('a');
    await releaseLanes(publisher, 'thief', [0, 1]);
    expect((await laneStates(publisher)).map(({ owner }) => owner)).toEqual(Array.from({ length: 8 }, () => 'a'));
    await releaseLanes(publisher, 'a', [0, 1]);
    expect(await held('b')).toEqual([0, 1]);
    await retirePublisher(publisher, 'a');
    expect(await held('b')).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('have a hint that only rises, and for which nobody waits', async () => {
    const connection = await bench.connection({ lane });
    await append(connection, ['a', 'b', 'c']);
    expect(await noteRelayed(publisher, lane, 2)).toBe(true);
    expect(await noteRelayed(publisher, lane, 1)).toBe(true);
    expect(await lanePositions(publisher, lane)).toEqual({ nextPosition: 4, relayed: 2 });
    await append(connection, ['d'], async () => {
      expect(await noteRelayed(publisher, lane, 3)).toBe(false);
    });
    expect(await lanePositions(publisher, lane)).toEqual({ nextPosition: 5, relayed: 2 });
  });

  it('tell how far they lag behind', async () => {
    const connection = await bench.connection({ lane });
    await append(connection, ['a', 'b', 'c']);
    await sql`update outbox set created_at = now() - make_interval(secs => 100 * position)`.execute(bench.db);
    await noteRelayed(publisher, lane, 1);
    const state = (await laneStates(publisher))[lane];
    expect(state).toMatchObject({ lane, nextPosition: 4, relayed: 1, lagRows: 2, owner: null, leaseUntil: null });
    expect(state?.lagSeconds).toBeGreaterThanOrEqual(200);
    expect(state?.lagSeconds).toBeLessThan(300);
    await noteRelayed(publisher, lane, 3);
    expect((await laneStates(publisher))[lane]).toMatchObject({ lagRows: 0, lagSeconds: 0 });
  });

  it('are counted, and one that does not exist is said not to', async () => {
    expect(await countLanes(publisher)).toBe(8);
    await expect(lanePositions(publisher, 8)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('the days of the outbox', () => {
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);

  /** Moves what was written until now some days back. */
  async function age(days: number): Promise<void> {
    const at = daysAgo(days);
    await sql`select tend_outbox_day(${at}::date)`.execute(bench.db);
    await bench.db.updateTable('outbox').set({ created_at: at }).where('created_at', '>', daysAgo(1)).execute();
  }

  const relayed = (position: number) =>
    bench.db.updateTable('lanes').set({ relayed: position }).where('lane', '=', lane).execute();
  const partitions = async (): Promise<readonly string[]> => {
    const { rows } = await sql<{ name: string }>`
      select relname as name from pg_inherits join pg_class on oid = inhrelid
      where inhparent = 'outbox'::regclass order by relname`.execute(bench.db);
    return rows.map(({ name }) => name);
  };

  it('are there a week ahead, and dropped as a whole when they are old and relayed', async () => {
    const connection = await bench.connection({ lane });
    const ahead = await partitions();
    expect(ahead).toHaveLength(9);
    await append(connection, ['a', 'b', 'c']);
    await age(9);
    await append(connection, ['d', 'e']);
    await age(8);
    await append(connection, ['f']);
    await relayed(2);
    expect(await tendOutbox(publisher, 168)).toEqual([]);
    await relayed(4);
    expect(await tendOutbox(publisher, 168)).toEqual([daysAgo(9).toISOString().slice(0, 10)]);
    expect(await positions()).toEqual([4, 5, 6]);
    await relayed(6);
    expect(await tendOutbox(publisher, 24 * 30)).toEqual([]);
    expect(await tendOutbox(publisher, 168)).toHaveLength(1);
    expect(await positions()).toEqual([6]);
    expect(await partitions()).toEqual(ahead);
  });

  it('stay while a replay is to read them', async () => {
    const connection = await bench.connection({ lane });
    await append(connection, ['a']);
    await age(9);
    await relayed(1);
    const replay = {
      id: '6f0e7a5e-7a39-4c02-a7a0-5b7a0f3f7d6c',
      tenant: 'acme',
      types: [],
      modes: [],
      from_time: daysAgo(20),
      to_time: daysAgo(0),
      per_second: 1,
      events: 1,
    };
    await bench.db.insertInto('replays').values(replay).execute();
    expect(await tendOutbox(publisher, 168)).toEqual([]);
    await bench.db.updateTable('replays').set({ status: 'done' }).execute();
    expect(await tendOutbox(publisher, 168)).toHaveLength(1);
  });

  it('take what nobody has made a day for, and know an event of any other day', async () => {
    const connection = await bench.connection({ lane });
    await append(connection, ['a']);
    const at = daysAgo(40);
    await bench.db.updateTable('outbox').set({ created_at: at }).execute();
    await append(connection, ['b']);
    expect(await positions()).toEqual([1, 2]);
    await expect(append(connection, ['a'])).rejects.toMatchObject({ code: 'DATABASE_CONFLICT' });
    await relayed(2);
    await tendOutbox(publisher, 168);
    expect(await positions()).toEqual([2]);
  });

  it('are made ahead although an old one cannot be dropped, since somebody reads it', async () => {
    const connection = await bench.connection({ lane });
    await append(connection, ['a']);
    await age(9);
    await relayed(1);
    const all = await partitions();
    const newest = all.at(-2) ?? '';
    await sql`drop table ${sql.id(newest)}`.execute(bench.db);
    await bench.db.transaction().execute(async (trx) => {
      await sql`lock table ${sql.id(all[0] ?? '')} in access share mode`.execute(trx);
      expect(await tendOutbox(publisher, 168)).toEqual([]);
    });
    expect(await partitions()).toEqual(all);
    expect(await tendOutbox(publisher, 168)).toHaveLength(1);
  });

  it('are tended by one at a time', async () => {
    await bench.db.transaction().execute(async (trx) => {
      await sql`select pg_advisory_xact_lock(hashtext('accesslink_bridge.outbox_days'))`.execute(trx);
      await sql`drop table outbox_rest`.execute(trx);
      // Neither waits nor fails, although it could not do its work.
      expect(await tendOutbox(publisher, 1)).toEqual([]);
    });
  });
});
