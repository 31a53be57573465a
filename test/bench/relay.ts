/**
 * How fast the publisher is: `npm run bench:relay [-- --rows 40000 --rounds 3 --seconds 20]`.
 *
 * Throughput: the publisher as it runs in production, in a process of its own, gets a full outbox (4 lanes, 1 kB payloads)
 * at one moment, because the filling transactions are committed at that moment. The time ends when a read_committed
 * consumer in this process has the last row. The yardstick is kafkajs' idempotent producer in a process of its own, with
 * the same bytes, keys, partitions and batch size and the same kind of consumer. Rounds alternate; medians count.
 *
 * Delay: 20 events a second at random moments, each from the moment that its COMMIT is sent to the consumer's hands.
 */
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs, { type Kafka } from 'kafkajs';
import pg from 'pg';
import type { DomainEvent, Message } from '#core';
import { appendEvents, migrate, openDatabase, type Database } from '#store';
import { freePort } from '../../deploy/local/services/port.ts';
import { startServices } from '../../deploy/local/services/index.ts';
import { commandOf } from '../../deploy/local/stack/stack.ts';
import { connectionOf, messagesOf, type Load } from './outbox-rows.ts';
import { Tally } from './tally.ts';
import { benchOptions } from './options.ts';

const values = benchOptions({
  rows: { type: 'string', default: '40000' },
  rounds: { type: 'string', default: '3' },
  seconds: { type: 'string', default: '20' },
  // As many rows as the relay puts into one transaction and, with these partitions, into one request.
  batch: { type: 'string', default: '1000' },
  verbose: { type: 'boolean', default: false },
});
const lanes = 4;
const rows = Number(values.rows) - (Number(values.rows) % lanes);
const eventsPerSecond = 20;
const partitions = 6;

const progress = (line: string): void => console.error(line);
process.removeAllListeners('warning');

const services = await startServices({ progress });
const run = `bench-${process.pid}`;
const folder = await mkdtemp(join(tmpdir(), 'bench-relay-'));
const kafka = new kafkajs.Kafka({
  clientId: run,
  brokers: services.kafkaBrokers.split(','),
  logLevel: kafkajs.logLevel.ERROR,
});
const database = new URL(services.databaseUrl);
database.pathname = `/${run.replace('-', '_')}`;
const children: ChildProcess[] = [];

try {
  await onServer(`create database ${database.pathname.slice(1)}`);
  const db = openDatabase(database.href);
  await migrate(db);
  await insertConnections(db);
  const relayTopic = `${run}.sleep.v1`;
  const yardTopic = `${run}.yardstick.v1`;
  await createTopic(kafka, yardTopic);
  await startPublisher();
  const relayed = await Tally.of(kafka, relayTopic);
  const yard = await Tally.of(kafka, yardTopic);
  const yardstick = fork(join(import.meta.dirname, 'yardstick.ts'), {
    env: { ...process.env, KAFKA_BROKERS: services.kafkaBrokers },
    execArgv: ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'],
  });
  children.push(yardstick);
  await told(yardstick, 'up');

  const measured: { relay: number; yardstick: number }[] = [];
  // Round 0 warms both sides up and does not count.
  for (let round = 0; round <= Number(values.rounds); round += 1) {
    const load = { topicPrefix: run, round, rows: round === 0 ? 4000 : rows, lanes };
    const sides = [
      async (): Promise<number> => relayRound(load, relayed),
      async (): Promise<number> => yardRound(load, yardstick, yardTopic, yard),
    ];
    const order = round % 2 === 0 ? [0, 1] : [1, 0];
    const rates = [0, 0];
    for (const side of order) rates[side] = (await sides[side]?.()) ?? 0;
    const [relay = 0, idempotent = 0] = rates;
    progress(`round ${round}: relay ${relay.toFixed(0)} rows/s, yardstick ${idempotent.toFixed(0)} rows/s`);
    if (round > 0) measured.push({ relay, yardstick: idempotent });
  }
  yardstick.send('end');
  relayed.assertComplete();
  await yard.close();
  await sleep(1500);
  const delays = await measureDelays(db, relayed);
  await relayed.close();
  await db.destroy();
  report(measured, delays);
} finally {
  await Promise.all(children.map((child) => ended(child)));
  await onServer(`drop database if exists ${database.pathname.slice(1)} with (force)`);
  await services.stop();
  await rm(folder, { recursive: true, force: true });
}

/** Fills the outbox in one transaction per lane, and measures from their commit to the last row's arrival. */
async function relayRound(load: Load, tally: Tally): Promise<number> {
  const fillers = await Promise.all(Array.from({ length: lanes }, (_, lane) => fill(load, lane)));
  await sleep(500);
  const arrived = tally.expect(load.rows);
  const start = performance.now();
  await Promise.all(fillers.map((client) => client.query('commit')));
  await arrived;
  const seconds = (performance.now() - start) / 1000;
  await Promise.all(fillers.map((client) => client.end()));
  return load.rows / seconds;
}

/** @returns the open transaction that holds the rows */
async function fill(load: Load, lane: number): Promise<pg.Client> {
  const messages = messagesOf(load, lane);
  const client = new pg.Client({ connectionString: database.href });
  await client.connect();
  await client.query('begin');
  const { rows: drawn } = await client.query<{ next: string }>(
    'update lanes set next_position = next_position + $1 where lane = $2 returning next_position as next',
    [messages.length, lane],
  );
  const first = Number(drawn[0]?.next) - messages.length;
  for (let at = 0; at < messages.length; at += 1000)
    await insert(client, lane, first + at, messages.slice(at, at + 1000));
  await client.query("select pg_notify('accesslink_bridge_outbox', $1)", [String(lane)]);
  return client;
}

async function insert(client: pg.Client, lane: number, first: number, messages: readonly Message[]): Promise<void> {
  await client.query(
    `insert into outbox (lane, position, id, aggregatetype, aggregateid, type, payload, headers)
     select $1, $2::bigint + n - 1, id, topic, key, type, payload, headers
     from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
       with ordinality as message (id, topic, key, type, payload, headers, n)`,
    [
      lane,
      first,
      messages.map(({ id }) => id),
      messages.map(({ topic }) => topic),
      messages.map(({ key }) => key),
      messages.map(({ type }) => type),
      messages.map(({ payload }) => payload),
      messages.map(({ headers }) => JSON.stringify(headers)),
    ],
  );
}

async function yardRound(load: Load, yardstick: ChildProcess, topic: string, tally: Tally): Promise<number> {
  yardstick.send({ load, topic, batch: Number(values.batch) });
  await told(yardstick, 'ready');
  await sleep(500);
  const arrived = tally.expect(load.rows);
  const start = performance.now();
  yardstick.send('go');
  await arrived;
  return load.rows / ((performance.now() - start) / 1000);
}

async function measureDelays(db: Database, tally: Tally): Promise<readonly number[]> {
  const committing = new Map<string, number>();
  const delays: number[] = [];
  tally.onMessage((subject) => {
    const start = committing.get(subject);
    if (start !== undefined) delays.push(performance.now() - start);
  });
  const count = Number(values.seconds) * eventsPerSecond;
  const writing: Promise<void>[] = [];
  for (let index = 0; index < count; index += 1) {
    // Arrivals at random, as athletes are.
    await sleep((-Math.log(1 - Math.random()) * 1000) / eventsPerSecond);
    writing.push(append(db, index, committing));
  }
  await Promise.all(writing);
  for (let waited = 0; delays.length < count && waited < 10_000; waited += 50) await sleep(50);
  if (delays.length !== count) throw new Error(`${count - delays.length} of ${count} events did not come`);
  return delays.toSorted((a, b) => a - b);
}

async function append(db: Database, index: number, committing: Map<string, number>): Promise<void> {
  const lane = index % lanes;
  const scope = { connection: connectionOf(lane, index), topicPrefix: run, traceparent: null };
  const event: DomainEvent = {
    type: 'SleepScored',
    topic: 'sleep',
    resource: 'sleeps',
    identity: [`delay-${index}`],
    revision: 1,
    mode: 'live',
    observedAt: new Date().toISOString(),
    polarModifiedAt: null,
    utcOffsetMinutes: 60,
    data: { filler: 'x'.repeat(700) },
  };
  await db.transaction().execute(async (trx) => {
    await appendEvents(trx, scope, [event]);
    committing.set(`sleeps/delay-${index}`, performance.now());
  });
}

function report(measured: readonly { relay: number; yardstick: number }[], delays: readonly number[]): void {
  const ratio = median(measured.map(({ relay, yardstick }) => relay / yardstick));
  const rowsPerSecond = median(measured.map(({ relay }) => relay));
  const yardstickPerSecond = median(measured.map(({ yardstick }) => yardstick));
  const [p50, p99] = [quantile(delays, 0.5), quantile(delays, 0.99)];
  const verdict = (good: boolean): string => (good ? 'met' : 'MISSED');
  console.table([
    { what: 'relay, rows/s', value: Math.round(rowsPerSecond), aim: '', verdict: '' },
    { what: 'idempotent producer, rows/s', value: Math.round(yardstickPerSecond), aim: '', verdict: '' },
    { what: 'ratio', value: round(ratio, 3), aim: '>= 0.8', verdict: verdict(ratio >= 0.8) },
    { what: 'commit to consumer p50, ms', value: round(p50, 1), aim: '<= 30', verdict: verdict(p50 <= 30) },
    { what: 'commit to consumer p99, ms', value: round(p99, 1), aim: '<= 150', verdict: verdict(p99 <= 150) },
    { what: 'commit to consumer worst, ms', value: round(delays.at(-1) ?? 0, 1), aim: '', verdict: '' },
  ]);
  console.log(
    JSON.stringify({
      ratio: round(ratio, 3),
      rowsPerSecond: Math.round(rowsPerSecond),
      yardstickRowsPerSecond: Math.round(yardstickPerSecond),
      p50Ms: round(p50, 1),
      p99Ms: round(p99, 1),
      worstMs: round(delays.at(-1) ?? 0, 1),
      rows,
      lanes,
      yardstickBatch: Number(values.batch),
      rounds: measured.map(({ relay, yardstick }) => [Math.round(relay), Math.round(yardstick)]),
    }),
  );
}

async function startPublisher(): Promise<void> {
  const file = join(folder, 'tenants.yaml');
  await writeFile(
    file,
    `tenants:
  - id: bench
    polar: { clientId: bench, clientSecret: { env: BENCH_SECRET } }
    topics: { prefix: ${run}, partitions: ${partitions}, replication: 1, retentionHours: 1 }
`,
  );
  const port = await freePort();
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...commandOf('publisher')], {
    env: {
      ...process.env,
      DATABASE_URL: database.href,
      KAFKA_BROKERS: services.kafkaBrokers,
      TENANTS_FILE: file,
      DEPLOYMENT: run,
      PORT: String(port),
      HOST: '127.0.0.1',
      ADMIN_TOKEN: 'bench',
      LOG_LEVEL: values.verbose ? 'debug' : 'warn',
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  children.push(child);
  for (let tries = 0; tries < 200; tries += 1) {
    await sleep(100);
    if (child.exitCode !== null) throw new Error(`the publisher ended with ${child.exitCode}`);
    const answer = await fetch(`http://127.0.0.1:${port}/v1/lanes`, {
      headers: { authorization: 'Bearer bench' },
    }).catch(() => undefined);
    const body = (await answer?.json()) as { lanes: { owner: string | null }[] } | undefined;
    if (body?.lanes.every(({ owner }) => owner !== null)) return;
  }
  throw new Error('the publisher holds no lanes');
}

async function insertConnections(db: Database): Promise<void> {
  for (let lane = 0; lane < lanes; lane += 1) {
    const ids = [...new Set(Array.from({ length: 1000 }, (_, index) => connectionOf(lane, index)))];
    await db
      .insertInto('connections')
      .values(
        ids.map((id) => ({
          id,
          tenant: 'bench',
          user_reference: id,
          polar_user_id: null,
          scopes: [],
          status: 'active' as const,
          lane,
          established_at: new Date(),
          updated_at: new Date(),
        })),
      )
      .execute();
  }
}

async function createTopic(kafka: Kafka, topic: string): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({
    topics: [
      {
        topic,
        numPartitions: partitions,
        replicationFactor: 1,
        configEntries: [{ name: 'retention.ms', value: '3600000' }],
      },
    ],
    waitForLeaders: true,
  });
  await admin.disconnect();
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: services.databaseUrl });
  await client.connect();
  await client.query(statement);
  await client.end();
}

async function told(child: ChildProcess, word: string): Promise<void> {
  for (;;) {
    const [message] = (await once(child, 'message')) as [unknown];
    if (message === word) return;
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const end = once(child, 'exit');
  child.kill('SIGTERM');
  await end;
}

function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN;
}

function median(numbers: readonly number[]): number {
  return quantile(
    numbers.toSorted((a, b) => a - b),
    0.5,
  );
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
