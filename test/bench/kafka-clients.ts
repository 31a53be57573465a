/**
 * What a Kafka client does with the relay's work: `npm run bench:kafka-clients [-- --transactions 10 --rounds 5 --only events]`.
 *
 * kafkajs, which the publisher has, beside @platformatic/kafka, on the same broker: transactions of 500 messages of 1 kB and
 * the lane's position on one and on four lanes, transactions of one small message, and events as the contracts have them
 * with each compression. Each client is in a process of its own; rounds alternate, the first one warms up, medians count.
 * Afterwards a read_committed consumer must get each message once and in order, and the positions must be right.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Admin } from '@platformatic/kafka';
import kafkajs from 'kafkajs';
import { startServices } from '../../deploy/local/services/index.ts';
import { compressions, type Done, type Work } from './kafka-clients/client.ts';
import { partitions } from './kafka-clients/messages.ts';
import { numbers, tableOf, type Cell } from './kafka-clients/report.ts';
import './kafka-clients/codecs.ts';
import { benchOptions } from './options.ts';
import { Tally } from './relay/tally.ts';

const values = benchOptions({
  transactions: { type: 'string', default: '10' },
  rounds: { type: 'string', default: '5' },
  /** Cases whose names begin so. */
  only: { type: 'string', default: '' },
});
const transactions = Number(values.transactions);
const rounds = Number(values.rounds);

type Case = Pick<Work, 'name' | 'lanes' | 'transactions' | 'batch' | 'payload' | 'compression'>;

const batches = { transactions, batch: 500 };
const cases: readonly Case[] = [
  { ...batches, name: '1 lane, 500 x 1 kB', lanes: 1, payload: 'samples', compression: 'none' },
  { ...batches, name: '4 lanes, 500 x 1 kB', lanes: 4, payload: 'samples', compression: 'none' },
  { name: 'one of 200 B', lanes: 1, transactions: 300, batch: 1, payload: 'small', compression: 'none' },
  ...compressions.map((compression): Case => {
    return { ...batches, name: `events, ${compression}`, lanes: 4, payload: 'events', compression };
  }),
];

const clients = ['kafkajs', 'platformatic'] as const;
const progress = (line: string): void => console.error(line);
process.removeAllListeners('warning');

const services = await startServices({ only: ['kafka'], progress });
const brokers = services.kafkaBrokers.split(',');
const run = `clients-${process.pid}`;
const lanesTopic = `${run}.lanes`;
const kafka = new kafkajs.Kafka({ clientId: run, brokers, logLevel: kafkajs.logLevel.ERROR });
const admin = kafka.admin();
const logs = new Admin({ clientId: run, bootstrapBrokers: brokers });
const workers = new Map<string, ChildProcess>();

try {
  await admin.connect();
  await createTopic(lanesTopic, 8);
  for (const client of clients) workers.set(client, await startWorker(client));
  const cells: Cell[] = [];
  for (const one of cases.filter(({ name }) => name.startsWith(values.only))) cells.push(...(await measure(one)));
  console.log(tableOf(cells));
  console.log(JSON.stringify(numbers(cells)));
} finally {
  for (const worker of workers.values()) worker.kill('SIGKILL');
  await Promise.all([admin.disconnect(), logs.close()]);
  await services.stop();
}

async function measure(one: Case): Promise<readonly Cell[]> {
  const works = clients.map((client) => {
    const id = `${run}.${client}.${one.name.replaceAll(/[^a-z0-9]+/gi, '-')}`;
    return { client, work: { ...one, round: 0, brokers, run, lanesTopic, topic: id, group: id } };
  });
  for (const { work } of works) {
    await createTopic(work.topic, partitions);
    await appointCoordinator(work.group);
  }
  const done = new Map<string, Done[]>(clients.map((client) => [client, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const { client, work } of round % 2 === 0 ? works : works.toReversed()) {
      const result = await perform(client, { ...work, round });
      progress(`${one.name}, round ${round}: ${client} ${(result.messages / result.seconds).toFixed(0)} messages/s`);
      done.get(client)?.push(result);
    }
  }
  return Promise.all(
    works.map(async ({ client, work }) => {
      const all = done.get(client) ?? [];
      const total = all.reduce((sum, { messages }) => sum + messages, 0);
      await assertComplete(work, total);
      return { client, name: one.name, bytesInLog: (await bytesInLog(work.topic)) / total, done: all.slice(1) };
    }),
  );
}

async function perform(client: string, work: Work): Promise<Done> {
  const worker = workers.get(client);
  if (worker === undefined) throw new Error(`${client} has no process`);
  worker.send(work);
  await told(worker);
  worker.send('go');
  return (await told(worker)) as Done;
}

/** @throws when a message is missing, twice or out of order, or a lane's position is another one */
async function assertComplete({ topic, group, ...work }: Work, total: number): Promise<void> {
  const tally = await Tally.of(kafka, topic);
  await tally.expect(total);
  tally.assertComplete();
  await tally.close();
  const wanted = String((rounds + 1) * work.transactions * work.batch);
  const [found] = await admin.fetchOffsets({ groupId: group, topics: [lanesTopic] });
  const positions = found?.partitions.filter(({ partition }) => partition < work.lanes).map(({ offset }) => offset);
  if (positions?.length !== work.lanes || positions.some((offset) => offset !== wanted)) {
    throw new Error(`${group} stands at ${String(positions)} instead of ${wanted}`);
  }
}

async function bytesInLog(topic: string): Promise<number> {
  const all = Array.from({ length: partitions }, (_, partition) => partition);
  const found = await logs.describeLogDirs({ topics: [{ name: topic, partitions: all }] });
  const parts = found.flatMap(({ results }) =>
    results.flatMap(({ topics }) => topics.flatMap((one) => one.partitions)),
  );
  return parts.reduce((sum, { partitionSize }) => sum + Number(partitionSize), 0);
}

async function createTopic(topic: string, numPartitions: number): Promise<void> {
  await admin.createTopics({ topics: [{ topic, numPartitions, replicationFactor: 1 }], waitForLeaders: true });
}

/** A fresh cluster says NOT_COORDINATOR for a moment, and kafkajs asks once. */
async function appointCoordinator(groupId: string): Promise<void> {
  for (let tries = 20; ; tries -= 1) {
    try {
      await admin.fetchOffsets({ groupId });
      return;
    } catch (error) {
      if (tries === 0) throw error;
      await new Promise((resolve) => {
        setTimeout(resolve, 250);
      });
    }
  }
}

async function startWorker(client: string): Promise<ChildProcess> {
  const worker = fork(join(import.meta.dirname, 'kafka-clients/worker.ts'), [client], {
    execArgv: ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'],
  });
  await told(worker);
  return worker;
}

async function told(worker: ChildProcess): Promise<unknown> {
  const end = new AbortController();
  try {
    const { signal } = end;
    const gone = once(worker, 'exit', { signal }).then(([code]) => {
      throw new Error(`a client's process ended with ${String(code)}`);
    });
    const [message] = (await Promise.race([once(worker, 'message', { signal }), gone])) as [unknown];
    return message;
  } finally {
    end.abort();
  }
}
