/**
 * How fast the publisher is: `npm run bench:relay [-- --rows 40000 --rounds 3 --seconds 20 --backlog 1000000]`.
 *
 * Throughput: publishers as they run in production, each in a process of its own, get a full outbox at one moment, because the
 * filling transactions are committed at that moment. The time ends when a read_committed consumer in this process has the last
 * row. Beside it, with the same bytes, keys, partitions and the same kind of consumer: kafkajs' idempotent producer alone,
 * which reads no database and gives no guarantee across a crash, and Debezium's engine with the properties that we ship, on an
 * outbox of its own. Rounds alternate; medians count. Lanes, sizes and publishers are varied around 4 lanes, 1 kB and one.
 *
 * Delay: 100 events a second at random moments, each from the moment that its COMMIT is sent to the consumer's hands.
 * Memory: a backlog of a million rows, and the most that the publisher has in each fifth of it; and while the broker stands still.
 * Handover: from SIGTERM of one of two publishers until the other has all lanes.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs from 'kafkajs';
import { sql } from 'kysely';
import { startServices } from '../../deploy/local/services/index.ts';
import { openDebezium } from '../integration/debezium.ts';
import { benchOptions } from './options.ts';
import { measureDelays } from './relay/delays.ts';
import { measureMemory, measureStandstill } from './relay/memory.ts';
import { Publishers } from './relay/publishers.ts';
import { report, type Measured } from './relay/report.ts';
import { outboxSide, Yardstick } from './relay/sides.ts';
import { Tally } from './relay/tally.ts';
import { createTopic, World } from './relay/world.ts';

const values = benchOptions({
  rows: { type: 'string', default: '40000' },
  rounds: { type: 'string', default: '3' },
  seconds: { type: 'string', default: '20' },
  backlog: { type: 'string', default: '1000000' },
  verbose: { type: 'boolean', default: false },
});
const reference = '4 lanes, 1 kB';
const handoverTurns = 5;
/** Large rows are fewer, so that each round has about the same bytes or takes about the same time. */
const cases = [
  { name: reference, lanes: 4, bytes: 1000, publishers: 1, share: 1 },
  { name: '1 lane, 1 kB', lanes: 1, bytes: 1000, publishers: 1, share: 0.5 },
  { name: '8 lanes, 1 kB', lanes: 8, bytes: 1000, publishers: 1, share: 1 },
  { name: '4 lanes, 200 B', lanes: 4, bytes: 200, publishers: 1, share: 1.5 },
  { name: '4 lanes, 100 kB', lanes: 4, bytes: 100_000, publishers: 1, share: 0.04 },
  { name: '4 lanes, 1 kB, two publishers', lanes: 4, bytes: 1000, publishers: 2, share: 1 },
  { name: '8 lanes, 1 kB, two publishers', lanes: 8, bytes: 1000, publishers: 2, share: 1 },
];

const progress = (line: string): void => console.error(line);
process.removeAllListeners('warning');

const services = await startServices({ progress, ways: ['local'] });
const run = `bench-${process.pid}`;
const folder = await mkdtemp(join(tmpdir(), 'bench-relay-'));
const brokers = services.kafkaBrokers;
const kafka = new kafkajs.Kafka({
  clientId: run,
  brokers: brokers.split(','),
  logLevel: kafkajs.logLevel.ERROR,
});
const database = run.replace('-', '_');
const endings: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true }), () => services.stop()];

try {
  const world = await World.create(services.databaseUrl, database);
  endings.push(() => world.drop());
  const captured = await World.create(services.databaseUrl, `${database}_captured`);
  endings.push(() => captured.drop());
  await sql`create publication accesslink_bridge_outbox for table outbox
    with (publish = 'insert', publish_via_partition_root = true)`.execute(captured.db);

  const topics = { relay: `${run}.sleep.v1`, producer: `${run}.yardstick.v1`, debezium: `${run}-captured.sleep.v1` };
  await createTopic(kafka, topics.producer);
  await createTopic(kafka, topics.debezium);
  const publishers = new Publishers({ folder, run, databaseUrl: world.url, brokers, verbose: values.verbose });
  endings.push(() => publishers.end());
  await publishers.scale(1);
  const engine = await openDebezium({ url: captured.url, brokers, settings: { 'slot.name': database } });
  endings.push(() => engine.stop());
  const yardstick = await Yardstick.start(brokers);
  endings.push(() => yardstick.end());

  const tallies = {
    relay: await Tally.of(kafka, topics.relay),
    producer: await Tally.of(kafka, topics.producer),
    debezium: await Tally.of(kafka, topics.debezium),
  };
  endings.push(() => Promise.all(Object.values(tallies).map((tally) => tally.close())));
  const sides = [
    ['relay', run, outboxSide(world, tallies.relay)],
    ['producer', run, yardstick.side(topics.producer, tallies.producer)],
    ['debezium', `${run}-captured`, outboxSide(captured, tallies.debezium)],
  ] as const;

  const measured: Measured[] = [];
  let round = 0;
  for (const { name, lanes, bytes, publishers: count, share } of cases) {
    await publishers.scale(count);
    const rates = { relay: [] as number[], producer: [] as number[], debezium: [] as number[] };
    // The first round of all warms the sides up and does not count.
    for (let turn = measured.length === 0 ? -1 : 0; turn < Number(values.rounds); turn += 1) {
      round += 1;
      const rows = Math.round((Number(values.rows) * share) / lanes) * lanes;
      const order = sides.map((_, index) => sides[(index + round) % sides.length]);
      for (const side of order) {
        if (side === undefined) continue;
        const [what, topicPrefix, perform] = side;
        const rate = await perform({ topicPrefix, round, rows: turn < 0 ? 4000 : rows, lanes, bytes });
        if (turn >= 0) rates[what].push(rate);
      }
      const last = Object.entries(rates).map(([what, list]) => `${what} ${list.at(-1)?.toFixed(0) ?? 'warm'}`);
      progress(`${name}: ${last.join(', ')} rows/s`);
    }
    measured.push({ name, ...rates });
  }
  for (const tally of Object.values(tallies)) tally.assertComplete();
  await Promise.all([yardstick.end(), engine.stop()]);
  await publishers.scale(1);
  const backlog = { rows: Number(values.backlog), topic: topics.relay, progress };
  const memory = await measureMemory(world, tallies.relay, publishers, backlog);
  tallies.relay.assertComplete();
  const standstill = await measureStandstill(world, publishers, {
    rows: 100_000,
    topic: `${run}.activity.v1`,
    pid: services.pidOf('kafka'),
    seconds: 15,
  });
  progress(`memory: ${standstill.toFixed(0)} MB at most while the broker stood still`);
  const handovers: number[] = [];
  for (let turn = 0; turn < handoverTurns; turn += 1) {
    await publishers.scale(2);
    handovers.push(await publishers.handOver());
  }
  await sleep(1500);
  const delays = await measureDelays(world.db, tallies.relay, {
    topicPrefix: run,
    lanes: 4,
    perSecond: 100,
    seconds: Number(values.seconds),
  });
  report({ reference, cases: measured, delays, memory, standstill, handovers });
} finally {
  for (const end of endings.toReversed()) await end().catch((error: unknown) => progress(String(error)));
}
