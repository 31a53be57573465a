import {
  Admin,
  FindCoordinatorKeyTypes,
  Producer,
  stringSerializers,
  type Consumer,
  type Message,
} from '@platformatic/kafka';
import type { OpenLane } from './client.ts';

/** The same work. Its transactions take offsets of messages that its own consumer has read, so this stands in for one. */
export const openPlatformaticLane: OpenLane = async (options) => {
  const { brokers, transactionalId, topic, lanesTopic, group, lane, compression } = options;
  const client = { clientId: transactionalId, bootstrapBrokers: [...brokers], requestTimeout: 15_000 };
  const admin = new Admin(client);
  const [coordinator] = await admin.findCoordinator({ keyType: FindCoordinatorKeyTypes.GROUP, keys: [group] });
  await admin.close();
  const consumer = { groupId: group, generationId: -1, memberId: '', coordinatorId: coordinator?.nodeId ?? -1 };
  const producer = new Producer({
    ...client,
    serializers: stringSerializers,
    idempotent: true,
    transactionalId,
    // Of the transaction too.
    timeout: 20_000,
    retries: 8,
    retryDelay: (_client, _operation, attempt) => Math.min(500, 3 * 2 ** (attempt - 1)),
    autocreateTopics: false,
    compression,
  });
  // For its producer id. Left out, it says 0 instead of -1 (none), and the broker refuses to let it take the lane over. To
  // abort an empty one is an error to the broker, which is asked all the same.
  const empty = await producer.beginTransaction({ producerId: -1n, producerEpoch: -1 });
  await empty.cancel();
  return {
    async transact(messages, position) {
      const transaction = await producer.beginTransaction();
      await transaction.send({ messages: messages.map((message) => ({ ...message, topic })) });
      await transaction.addConsumer(consumer as unknown as Consumer);
      // It commits what is behind the message.
      const read = { topic: lanesTopic, partition: lane, offset: BigInt(position - 1), metadata: { consumer } };
      await transaction.addOffset(read as unknown as Message);
      await transaction.commit();
    },
    close: () => producer.close(),
  };
};
