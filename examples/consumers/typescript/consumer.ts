/**
 * A consumer in TypeScript: the score of each night, and days of heart rate, kept in SQLite. docs/consume.md says why it is
 * as it is. Any number of them may share a group and a store.
 *
 *   KAFKA_BROKERS=localhost:9092 TOPIC_PREFIX=polar.acme GROUP_ID=coach STORE=coach.db node consumer.ts
 */
import { once } from 'node:events';
import kafkajs, { type KafkaMessage } from 'kafkajs';
// In a project of your own: a copy of this file.
import { hideAborted } from '../../../apps/publisher/src/kafka/aborted.ts';
// And the package in config/contracts/types.
import type { Event } from '../../../config/contracts/types/index.d.ts';
import { Store } from './store.ts';

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '')
    throw new Error(`${name} is not set; the first lines of ${import.meta.filename} show all`);
  return value;
}

function eventOf({ headers = {}, key, value }: KafkaMessage): Event {
  const attributes = Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, String(text)]));
  const event: unknown = {
    ce_type: attributes['ce_type'],
    headers: attributes,
    key: String(key),
    value: JSON.parse(String(value)),
  };
  return event as Event;
}

const prefix = setting('TOPIC_PREFIX');
// Before the first consumer is made: else kafkajs shows some events that were never published.
hideAborted();
const store = new Store(setting('STORE'));
// Here go `ssl` and `sasl`, where the cluster asks for them.
const kafka = new kafkajs.Kafka({ brokers: setting('KAFKA_BROKERS').split(','), logLevel: kafkajs.logLevel.WARN });
const consumer = kafka.consumer({ groupId: setting('GROUP_ID'), readUncommitted: false });

await consumer.connect();
await consumer.subscribe({
  topics: ['connection', 'sleep', 'heart-rate'].map((topic) => `${prefix}.${topic}.v1`),
  fromBeginning: true,
});
await consumer.run({
  // The offsets are committed after this has returned. What is read twice because of that is in `seen`.
  eachBatch: async ({ batch }) => store.take(batch.messages.map((message) => eventOf(message))),
});

await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
await consumer.disconnect();
store.close();
