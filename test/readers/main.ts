/**
 * `npm run test:readers`: other people's programs read what the bridge publishes. Athletes of the simulator connect, their nights
 * come to a topic, beside a transaction that is aborted; then Kafka's console consumer, kcat, and a consumer in Python have to
 * read the same messages in the same order per athlete as Kafka's Java client, none of the aborted ones, and the Python one
 * the same scores as the README's consumer, which is run as it stands there.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import kafkajs from 'kafkajs';
import { startServices } from '../../deploy/local/services/index.ts';
import { freePort } from '../../deploy/local/services/port.ts';
import { startSimulatedProvider } from '../../deploy/local/stack/simulated-provider.ts';
import { consent, returnUrl, Stack } from '../../deploy/local/stack/stack.ts';
import { until } from '../../deploy/local/stack/until.ts';
import { readTopics } from '../e2e/read-topics.ts';
import { consoleConsumer, kcat, python, type ReadMessage, type Reading } from './programs.ts';
import { readmeConsumer } from './readme.ts';

const people = 5;
const days = 20;
const topic = 'polar.acme.sleep.v1';
const progress = (line: string): void => console.error(line);
const endings: (() => Promise<unknown>)[] = [];

try {
  const services = await startServices({ progress });
  endings.push(() => services.stop());
  const folder = await mkdtemp(join(tmpdir(), 'readers-'));
  endings.push(() => rm(folder, { recursive: true, force: true }));
  const authPort = await freePort();
  const quota = { requests: 1_000_000, seconds: 900 };
  const secret = 'only-for-this-simulator';
  const simulator = await startSimulatedProvider({
    folder,
    args: Object.entries({
      athletes: String(people),
      days: String(days),
      seed: 'readers',
      client: `acme:${secret}:http://127.0.0.1:${authPort}/oauth/callback`,
      quota: `${quota.requests}/${quota.seconds}`,
    }).flatMap(([name, value]) => [`--${name}`, value]),
  });
  endings.push(() => simulator.stop());
  const stack = await Stack.prepare({
    services,
    authPort,
    progress,
    tenants: [
      {
        id: 'acme',
        clientId: 'acme',
        clientSecret: secret,
        apiUrl: simulator.apiUrl,
        authUrl: simulator.authUrl,
        quota: [quota],
        resources: ['sleeps'],
        polling: { minSeconds: 2, maxSeconds: 6, backfillDays: days, confirmDeletionSeconds: 4, finaliseSeconds: 60 },
      },
    ],
  });
  endings.push(() => stack.stop());
  await stack.start('auth');
  await stack.start('publisher');
  await stack.start('poller');

  const reference: ReadMessage[] = [];
  let backfilled = 0;
  const brokers = services.kafkaBrokers;
  const stopReading = await readTopics({
    brokers,
    prefix: 'polar.acme.',
    chunks: 'names',
    onMessage: ({ topic: of, key, headers }) => {
      if (headers['ce_type'] === 'accesslink.BackfillCompleted.v1') backfilled += 1;
      if (of === topic) reference.push({ id: headers['ce_id'] ?? '', key });
    },
  });
  const { athletes } = (await simulator.control('GET', '/athletes')) as { athletes: readonly { name: string }[] };
  for (const { name } of athletes) await consent(await stack.connectLink('acme', name, returnUrl(stack.authUrl)), name);
  await until('all backfills', 240, async () => backfilled >= people);
  await abort(brokers);
  await until('the last nights', 60, async () => reference.length > 0 && !(await grows(reference)));
  await stack.stop();
  await stopReading();
  progress(`${String(reference.length)} messages in ${topic}`);

  const reading: Reading = { brokers, topic, count: reference.length, progress };
  const inPython = await python(reading);
  const scored = inPython.filter(({ score }) => score !== null);
  const inReadme = await readmeConsumer(brokers, topic, scored.length);
  const scores = (
    all: readonly { readonly id: string; readonly user: string; readonly score: number | null }[],
  ): string =>
    JSON.stringify(
      all
        .filter(({ score }) => score !== null)
        .map(({ id, user, score }) => `${id} ${user} ${String(score)}`)
        .toSorted(),
    );
  const rows = [
    row('console consumer (Java, read_committed)', await consoleConsumer(reading), reference),
    row('kcat (read_committed)', await kcat(reading), reference),
    row('confluent-kafka (Python)', inPython, reference),
  ];
  console.table(rows);
  const sameScores = scores(inPython) === scores(inReadme) && scored.length > 0;
  console.log(`scores in Python as by the README's consumer: ${sameScores ? 'yes' : 'NO'} (${String(scored.length)})`);
  const isFine = sameScores && rows.every(({ same, aborted }) => same && aborted === 0);
  console.log(JSON.stringify({ messages: reference.length, scores: scored.length, sameScores, readers: rows }));
  if (!isFine) process.exitCode = 1;
} finally {
  for (const end of endings.toReversed()) await end().catch((error: unknown) => progress(String(error)));
}

/** Messages that nobody may see who reads what is committed. */
async function abort(brokers: string): Promise<void> {
  const kafka = new kafkajs.Kafka({ brokers: brokers.split(','), logLevel: kafkajs.logLevel.ERROR });
  const producer = kafka.producer({ transactionalId: 'readers', idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  const transaction = await producer.transaction();
  const headers = { ce_id: 'aborted', ce_type: 'accesslink.SleepScored.v1' };
  const messages = Array.from({ length: 60 }, (_, index) => ({
    key: `aborted-${String(index)}`,
    value: '{}',
    headers,
  }));
  await transaction.send({ topic, messages });
  await transaction.abort();
  await producer.disconnect();
}

async function grows(list: readonly unknown[]): Promise<boolean> {
  const before = list.length;
  await new Promise((resolve) => {
    setTimeout(resolve, 3000);
  });
  return list.length > before;
}

function row(
  reader: string,
  read: readonly ReadMessage[],
  reference: readonly ReadMessage[],
): { readonly reader: string; readonly messages: number; readonly same: boolean; readonly aborted: number } {
  const order = (all: readonly ReadMessage[]): string =>
    JSON.stringify(
      [...Map.groupBy(all, ({ key }) => key)].map(([key, ones]) => [key, ones.map(({ id }) => id)]).toSorted(),
    );
  return {
    reader,
    messages: read.length,
    same: order(read) === order(reference),
    aborted: read.filter(({ id }) => id === 'aborted').length,
  };
}
