import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { streamOf } from '#core';
import {
  holdLanes,
  lanePositions,
  noteRelayed,
  readOutbox,
  releaseLanes,
  retirePublisher,
  beginPoll,
  createLaneParking,
  dueTargets,
  failPoll,
  giveBack,
  holdLease,
  leaseDue,
  quotaLedger,
  record,
  snapshotsOf,
  termOf,
} from '#store';
import { Bench, names, namesOf } from '../../../apps/publisher/src/publisher.fixture.ts';
import { StoreBench } from '../../../libs/store/src/store.fixture.ts';
import { testRedis } from '../../../libs/queue/src/budget/budget.fixture.ts';
import { createState } from '../../../libs/queue/src/budget/state.ts';
import { createPollQueue, startPollWorker } from '../../../libs/queue/src/poll-queue.ts';
import { createTurn } from '../../../libs/queue/src/turn.ts';
import { budgetStateConforms } from './budget-state.ts';
import { laneProducerConforms } from './lane-producer.ts';
import { lanesConform } from './lanes.ts';
import { parkingConforms } from './parking.ts';
import { pollQueueConforms } from './poll-queue.ts';
import { pollStoreConforms, storeResources } from './poll-store.ts';
import { quotaLedgerConforms, turnsConform } from './small.ts';

lanesConform('PostgreSQL', async () => {
  const bench = await StoreBench.open();
  const { db } = bench;
  const { count } = await db
    .selectFrom('lanes')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  return {
    count: Number(count),
    append: async (lane, rows) => {
      const first = (await lanePositions(db, lane)).nextPosition;
      await sql`
        insert into outbox (lane, position, id, aggregatetype, aggregateid, type, payload, headers)
        select ${lane}, ${first}::bigint + n, gen_random_uuid(), 't', 'k', 'e', '{}', '{}' from generate_series(0, ${rows - 1}) as n`.execute(
        db,
      );
      await sql`update lanes set next_position = next_position + ${rows} where lane = ${lane}`.execute(db);
    },
    read: (lane, after, limits) => readOutbox(db, lane, after, limits),
    hold: (publisher, seconds) => holdLanes(db, publisher, seconds),
    release: (publisher, lanes) => releaseLanes(db, publisher, lanes),
    retire: (publisher) => retirePublisher(db, publisher),
    termOf: (publisher, lane) => termOf(db, publisher, lane),
    positions: (lane) => lanePositions(db, lane),
    note: (lane, position) => noteRelayed(db, lane, position),
    close: () => bench.close(),
  };
});

laneProducerConforms('Kafka', async () => {
  const bench = await Bench.open();
  const connection = await bench.connection(0);
  await bench.append(connection, names(10));
  const rows = await readOutbox(bench.db, 0, 0, { rows: 10, bytes: 1_000_000 });
  return {
    open: (lane) => bench.ports(lane).open(),
    batch: (positions) =>
      Promise.resolve({
        rows: rows.filter(({ position }) => positions.includes(position)),
        last: positions.at(-1) ?? 0,
      }),
    // `names` counts from 0.
    consumeTo: async (position) =>
      namesOf(await bench.consume([`n${position - 1}`])).map((name) => Number(name.slice(1)) + 1),
    close: () => bench.close(),
  };
});

budgetStateConforms('Redis', async () => {
  const redis = testRedis();
  const keyPrefix = `test-${randomUUID()}`;
  const key = `{${keyPrefix}:acme}`;
  const hold = 10_000;
  let caller = 0;
  const clock = "local function clock() return tonumber(redis.call('GET', KEYS[1] .. ':now')) end\n";
  return {
    state: createState({ redis, keyPrefix, hold, now: () => caller, clock }),
    hold,
    setClocks: async (first, second) => {
      caller = second;
      await redis.set(`${key}:now`, first);
    },
    lose: async () => void (await redis.del(key)),
    close: async () => {
      await redis.del(key, `${key}:now`);
      redis.disconnect();
    },
  };
});

pollQueueConforms('BullMQ', () => {
  const url = process.env['REDIS_URL'] ?? '';
  const options = { url, prefix: `test-${randomUUID()}` };
  const queue = createPollQueue(options);
  const workers: ReturnType<typeof startPollWorker>[] = [];
  return Promise.resolve({
    add: (jobs) => queue.add(jobs),
    waiting: () => queue.waiting(),
    work: (handler) => {
      workers.push(startPollWorker({ ...options, concurrency: 1, handler, now: () => Date.now() }));
    },
    close: async () => {
      await Promise.all(workers.map((worker) => worker.drain()));
      await queue.close();
    },
  });
});

pollStoreConforms('PostgreSQL', async () => {
  const bench = await StoreBench.open();
  const db = bench.poller;
  return {
    enrol: async (resources) => {
      const connection = await bench.connection();
      for (const resource of resources) await bench.target(connection, resource);
      return connection;
    },
    due: (most) => dueTargets(db, ['acme'], most),
    lease: (shares) => leaseDue(db, shares, 60),
    begin: (target) => beginPoll(db, target, 60),
    hold: (target, until) => holdLease(db, target, { until, seconds: 60 }),
    giveBack: (target, until) => giveBack(db, target, until),
    fail: (tick, error) => failPoll(db, tick, error),
    known: (tick, fetched) => snapshotsOf(db, tick, fetched),
    record: (tick, changes) => record(db, tick, changes, storeResources),
    expire: (connection, resource) => bench.expire(connection, resource),
    dueAt: async (connection, resource) => (await bench.targetRow(connection, resource)).next_due.getTime(),
    outbox: async (connection) => (await bench.events(connection)).map(({ type, sequence }) => `${type} ${sequence}`),
    close: () => bench.close(),
  };
});

quotaLedgerConforms('PostgreSQL', async () => {
  const bench = await StoreBench.open();
  return { ...quotaLedger(bench.poller), close: () => bench.close() };
});

turnsConform('Redis', () => {
  const redis = testRedis();
  const longestMs = 300;
  const take = createTurn({ redis, key: `test-${randomUUID()}`, longestMs, token: randomUUID });
  return Promise.resolve({ longestMs, take, close: () => Promise.resolve(redis.disconnect()) });
});

parkingConforms('PostgreSQL', async () => {
  const bench = await Bench.open();
  const { db } = bench;
  const [a, b] = [await bench.connection(1), await bench.connection(1)];
  for (const name of names(6)) await bench.append(Number(name.slice(1)) % 2 === 0 ? a : b, [name]);
  await sql`update lanes set owner = 'holder', term = 2 where lane = 1`.execute(db);
  const rows = (await readOutbox(db, 1, 0, { rows: 10, bytes: 1_000_000 })).map((row) => ({
    ...row,
    ...streamOf(JSON.parse(row.headers) as Record<string, string>),
  }));
  return {
    parking: createLaneParking(db, { publisher: 'holder', lane: 1, term: 2 }),
    lost: [
      createLaneParking(db, { publisher: 'loser', lane: 1, term: 2 }),
      createLaneParking(db, { publisher: 'holder', lane: 1, term: 1 }),
    ],
    rows,
    close: () => bench.close(),
  };
});
