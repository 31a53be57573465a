import type { Admin, Consumer, Kafka } from 'kafkajs';
import { BridgeError } from '#core';
import type { TopicLog } from '../recovery/read-published.ts';
import { withAdmin } from './client.ts';
import { awaitCoordinator } from './topic-cluster.ts';

interface Part {
  readonly topic: string;
  readonly partition: number;
  /** First offset to read. */
  readonly offset: string;
  /** One after the last. */
  readonly end: bigint;
}

/** @param group of our own, which goes when all is read */
export function createTopicLog(kafka: Kafka, group: string): TopicLog {
  return {
    async read(topics, since, onMessage) {
      const parts = await withAdmin(kafka, async (admin) => {
        await awaitCoordinator(admin, group);
        return partsSince(admin, topics, since);
      });
      if (parts.length === 0) return;
      const consumer = kafka.consumer({ groupId: group, allowAutoTopicCreation: false });
      try {
        await readUp(consumer, parts, onMessage);
      } finally {
        await consumer.disconnect();
        await withAdmin(kafka, (admin) => admin.deleteGroups([group])).catch(() => undefined);
      }
    },

    positions: (positionsGroup, topic) =>
      withAdmin(kafka, async (admin) => {
        const found = await admin.fetchOffsets({ groupId: positionsGroup, topics: [topic] });
        const partitions = found.flatMap((one) => one.partitions);
        // -1: nothing was ever committed, or it was forgotten.
        return new Map(partitions.map(({ partition, offset }) => [partition, Math.max(0, Number(offset))] as const));
      }),
  };
}

/** @returns the parts of the log that have something since then */
async function partsSince(admin: Admin, topics: readonly string[], since: Date): Promise<readonly Part[]> {
  const existing = new Set(await admin.listTopics());
  const missing = topics.filter((topic) => !existing.has(topic));
  if (missing.length > 0)
    throw new BridgeError(
      'TOPIC_INVALID',
      `the cluster has no topic ${missing.join(', ')}: is this the cluster that the services published to?`,
    );
  const parts = await Promise.all(
    topics.map(async (topic) => {
      const [starts, ends] = await Promise.all([
        admin.fetchTopicOffsetsByTimestamp(topic, since.getTime()),
        admin.fetchTopicOffsets(topic),
      ]);
      return starts.map(({ partition, offset }) => {
        const end = ends.find((one) => one.partition === partition)?.high ?? offset;
        return { topic, partition, offset, end: BigInt(end) };
      });
    }),
  );
  return parts.flat().filter(({ offset, end }) => BigInt(offset) < end);
}

async function readUp(
  consumer: Consumer,
  parts: readonly Part[],
  onMessage: Parameters<TopicLog['read']>[2],
): Promise<void> {
  const left = new Map(parts.map((part) => [`${part.topic}/${part.partition}`, part]));
  const done = Promise.withResolvers<void>();
  // Told of batches, too, in which there is nothing but the marks of transactions.
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload: { topic, partition, lastOffset } }) => {
    const name = `${topic}/${partition}`;
    if (BigInt(lastOffset) + 1n >= (left.get(name)?.end ?? 0n)) left.delete(name);
    if (left.size === 0) done.resolve();
  });
  consumer.on(consumer.events.CRASH, ({ payload: { error } }) => done.reject(error));
  await consumer.connect();
  await consumer.subscribe({ topics: [...new Set(parts.map(({ topic }) => topic))] });
  await consumer.run({
    autoCommit: false,
    eachMessage: ({ message: { headers = {}, value } }) => {
      const texts = Object.entries(headers).map(([name, text]) => [name, String(text)] as const);
      onMessage({ headers: Object.fromEntries(texts), value: value?.toString() ?? '' });
      return Promise.resolve();
    },
  });
  for (const { topic, partition, offset } of parts) consumer.seek({ topic, partition, offset });
  await done.promise;
}
