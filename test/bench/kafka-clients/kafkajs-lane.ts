import kafkajs, { type CompressionTypes } from 'kafkajs';
import type { Compression, OpenLane } from './client.ts';
import './codecs.ts';

const types: Readonly<Record<Compression, CompressionTypes>> = {
  none: kafkajs.CompressionTypes.None,
  gzip: kafkajs.CompressionTypes.GZIP,
  zstd: kafkajs.CompressionTypes.ZSTD,
};

/** With the publisher's settings (apps/publisher/src/kafka). */
export const openKafkajsLane: OpenLane = async (options) => {
  const { brokers, transactionalId, topic, lanesTopic, group, lane, compression } = options;
  const producer = new kafkajs.Kafka({
    clientId: transactionalId,
    brokers: [...brokers],
    requestTimeout: 15_000,
    enforceRequestTimeout: true,
    retry: { initialRetryTime: 3, multiplier: 2, maxRetryTime: 500, retries: 8 },
    logLevel: kafkajs.logLevel.NOTHING,
  }).producer({
    transactionalId,
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    transactionTimeout: 20_000,
    createPartitioner:
      () =>
      ({ message }) =>
        message.partition ?? 0,
  });
  await producer.connect();
  const empty = await producer.transaction();
  await empty.abort();
  return {
    async transact(messages, position) {
      const transaction = await producer.transaction();
      await transaction.sendBatch({
        topicMessages: [
          { topic, messages: messages.map((message) => ({ ...message, headers: { ...message.headers } })) },
        ],
        acks: -1,
        compression: types[compression],
      });
      await transaction.sendOffsets({
        consumerGroupId: group,
        topics: [{ topic: lanesTopic, partitions: [{ partition: lane, offset: String(position) }] }],
      });
      await transaction.commit();
    },
    close: () => producer.disconnect(),
  };
};
