import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Kafka, Transaction } from 'kafkajs';
import { createKafka, withAdmin } from './client.ts';
import { createTopicLog } from './topic-log.ts';

const topic = `topic-log-${randomUUID()}`;
let kafka: Kafka;

beforeAll(async () => {
  const brokers = process.env['KAFKA_BROKERS'] ?? ''; // oxlint-disable-line node/no-process-env -- given by jest's global setup
  kafka = createKafka({ brokers, deployment: topic, compression: 'none' });
  await withAdmin(kafka, (admin) =>
    admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true }),
  );
});

afterAll(() => withAdmin(kafka, (admin) => admin.deleteTopics({ topics: [topic] })));

async function begin(name: string): Promise<{ transaction: Transaction; close(): Promise<void> }> {
  const producer = kafka.producer({ transactionalId: `${topic}-${name}`, maxInFlightRequests: 1, idempotent: true });
  await producer.connect();
  return { transaction: await producer.transaction(), close: () => producer.disconnect() };
}

describe('the log of a topic', () => {
  it('has what was committed, and nothing of transactions that overlapped and were aborted', async () => {
    const [long, short, good] = await Promise.all(['long', 'short', 'good'].map(begin));
    if (long === undefined || short === undefined || good === undefined) throw new Error('not begun');
    const send = ({ transaction }: typeof long, value: string) =>
      transaction.send({ topic, messages: [{ key: 'k', value }] });
    for (const value of ['long 1', 'long 2', 'long 3']) await send(long, value);
    await send(short, 'short 1');
    await send(good, 'good 1');
    // The broker lists aborted transactions in the order of their ends.
    await short.transaction.abort();
    await send(long, 'long 4');
    await send(good, 'good 2');
    await long.transaction.abort();
    await good.transaction.commit();
    await Promise.all([long, short, good].map((one) => one.close()));

    const values: string[] = [];
    await createTopicLog(kafka, `${topic}-reader`).read([topic], new Date(0), ({ value }) => void values.push(value));
    expect(values).toEqual(['good 1', 'good 2']);
  });
});
