/**
 * `npm run test:readers [-- --examples]`: other people's programs read what the bridge publishes; with the flag only the
 * examples, as `npm test` does it.
 *
 * The examples of `examples/consumers` read along while athletes of the simulator connect, sync, withdraw their consent, come
 * back and are erased. Each example is killed twice, goes on as two processes, and has to have what the simulator's ledger
 * says in the end. Then Kafka's console consumer, kcat, and a consumer in Python have to read the same messages in the same
 * order per athlete as Kafka's Java client, none of a transaction that was aborted, and the Python one the same scores as the
 * README's consumer, which is run as it stands there.
 */
import { parseArgs } from 'node:util';
import kafkajs from 'kafkajs';
import { Example } from './example.ts';
import { tryExamples } from './examples.ts';
import { consoleConsumer, kcat, python, type ReadMessage, type Reading } from './programs.ts';
import { readmeConsumer } from './readme.ts';
import { openScene, sleepTopic as topic } from './scene.ts';

/** What the examples do something about. */
const handled = [
  'SleepScored',
  'SleepRevised',
  'SleepDeleted',
  'HeartRateDayChunk',
  'HeartRateDayUpdated',
  'HeartRateDayFinalized',
  'ConsentRevoked',
  'ConnectionErased',
];
const isShort = parseArgs({ options: { examples: { type: 'boolean' } } }).values.examples === true;
const progress = (line: string): void => console.error(line);
const endings: (() => Promise<unknown>)[] = [];
const onEnd = (end: () => Promise<unknown>): void => void endings.push(end);

try {
  const scene = await openScene({ people: 6, days: 14, progress, onEnd });
  const { brokers, nights } = scene;
  const examples = await Example.all(scene);
  onEnd(() => Promise.all(examples.map((example) => example.stop())));
  const outcomes = await tryExamples(scene, examples, () => abort(brokers));
  console.table(outcomes);
  const types = Map.groupBy(scene.forExamples.values(), (type) => type);
  progress([...types].map(([type, { length }]) => `${length} ${type}`).join(', '));
  const untold = handled.filter((type) => !types.has(type));
  if (untold.length > 0) progress(`the story did not bring ${untold.join(', ')}`);

  // A Java program that ends in order at SIGTERM says 143.
  const isGood =
    untold.length === 0 &&
    Object.values(outcomes).every(({ fault, ended, kept }) => fault === '' && ['0', '143'].includes(ended) && kept > 0);
  const others = isShort ? undefined : await readByOthers({ brokers, topic, count: nights.length, progress }, nights);
  console.log(JSON.stringify({ examples: outcomes, ...others }));
  if (!isGood || others?.isFine === false) process.exitCode = 1;
} finally {
  for (const end of endings.toReversed()) await end().catch((error: unknown) => progress(String(error)));
}

/** The console consumer, kcat and a consumer in Python, held against Kafka's own client, and the README's consumer against Python. */
async function readByOthers(reading: Reading, reference: readonly ReadMessage[]) {
  const inPython = await python(reading);
  const scored = inPython.filter(({ score }) => score !== null);
  const inReadme = await readmeConsumer(reading.brokers, reading.topic, scored.length);
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
  return { messages: reference.length, scores: scored.length, sameScores, readers: rows, isFine };
}

/** Messages that nobody may see who reads what is committed: of transactions that overlap, which some clients mistake. */
async function abort(brokers: string): Promise<void> {
  const kafka = new kafkajs.Kafka({ brokers: brokers.split(','), logLevel: kafkajs.logLevel.ERROR });
  const begin = async (transactionalId: string) => {
    const producer = kafka.producer({ transactionalId, idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    return { producer, transaction: await producer.transaction() };
  };
  const headers = { ce_id: 'aborted', ce_type: 'accesslink.SleepScored.v1', ce_sequence: '1' };
  const data = { sleepDate: '2026-01-01', sleepScore: { sleepScore: 1 } };
  const messages = Array.from({ length: 60 }, (_, index) => ({
    key: `aborted-${String(index)}`,
    value: JSON.stringify({ connection: 'aborted', userReference: 'nobody', identity: [data.sleepDate], data }),
    headers,
  }));
  const long = await begin('readers-long');
  const short = await begin('readers-short');
  for (const { transaction } of [long, short]) await transaction.send({ topic, messages });
  await short.transaction.abort();
  await long.transaction.send({ topic, messages });
  await long.transaction.abort();
  for (const { producer } of [long, short]) await producer.disconnect();
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
