import { BridgeError } from '#core';
import type { Kafka, Producer, RecordMetadata, Transaction } from 'kafkajs';
import type { LaneProducer } from '../lane-relay.ts';
import type { Batch } from '../publish.ts';
import { withAdmin } from './client.ts';
import { isFenced, isUnknownTopic } from './failure.ts';
import { createPartitioner } from './partition.ts';
import { sendsOf } from './sends.ts';

/** Where the lanes' positions stand in Kafka: as offsets that a consumer group has committed, one partition per lane. */
export interface Bookkeeping {
  readonly group: string;
  readonly topic: string;
}

export function bookkeepingOf(deployment: string): Bookkeeping {
  return { group: `${deployment}-relay`, topic: `${deployment}.lanes` };
}

export interface LaneProducerOptions {
  readonly kafka: Kafka;
  readonly deployment: string;
  readonly lane: number;
  /** The number of partitions of each topic; creates what is missing. */
  readonly partitionsOf: (topics: readonly string[]) => Promise<ReadonlyMap<string, number>>;
  /** A topic was not there although it should be. */
  readonly onUnknownTopic?: () => void;
  /** How long the broker leaves a transaction open whose producer is silent. Consumers stand still as long. */
  readonly transactionTimeoutMs?: number;
}

/**
 * Opens the lane's producer: fences every older one, lets the broker end what it left behind, and only then reads the
 * position. kafkajs asks for the producer id at the first transaction, so an empty one stands for `initTransactions`.
 */
export async function openLaneProducer(options: LaneProducerOptions): Promise<LaneProducer> {
  const { kafka, deployment, lane, transactionTimeoutMs = 20_000 } = options;
  const producer = kafka.producer({
    transactionalId: `${deployment}-lane-${lane}`,
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    transactionTimeout: transactionTimeoutMs,
    createPartitioner:
      () =>
      ({ message }) =>
        named(message.partition),
  });
  try {
    await producer.connect();
    const empty = await producer.transaction();
    await empty.abort();
    const committed = await committedPosition(kafka, bookkeepingOf(deployment), lane);
    return new KafkaLaneProducer(producer, committed, options);
  } catch (error) {
    producer.disconnect().catch(() => undefined);
    throw error;
  }
}

function named(partition: number | undefined): number {
  if (partition === undefined) throw new TypeError('each message names its partition');
  return partition;
}

async function committedPosition(kafka: Kafka, { group, topic }: Bookkeeping, lane: number): Promise<number> {
  const found = await withAdmin(kafka, (admin) => admin.fetchOffsets({ groupId: group, topics: [topic] }));
  const offset = found
    .find((one) => one.topic === topic)
    ?.partitions.find(({ partition }) => partition === lane)?.offset;
  if (offset === undefined) {
    throw new BridgeError('BROKER_UNAVAILABLE', `the topic ${topic} has no partition ${lane} yet; it is tried again`);
  }
  // -1: nothing was ever committed.
  return Math.max(0, Number(offset));
}

class KafkaLaneProducer implements LaneProducer {
  readonly committed: number;
  readonly #producer: Producer;
  readonly #options: LaneProducerOptions;
  readonly #partition = createPartitioner();

  constructor(producer: Producer, committed: number, options: LaneProducerOptions) {
    this.#producer = producer;
    this.committed = committed;
    this.#options = options;
  }

  async transact({ rows, last }: Batch): Promise<void> {
    const partitions = await this.#options.partitionsOf([...new Set(rows.map(({ topic }) => topic))]);
    const sends = sendsOf(rows, (topic, key) => this.#partition(topic, key, partitions.get(topic) ?? 1));
    await this.#transaction(last, async (transaction) => {
      for (const topicMessages of sends) {
        assertOnce(await transaction.sendBatch({ topicMessages: [...topicMessages], acks: -1 }));
      }
    });
  }

  async recommit(position: number): Promise<void> {
    await this.#transaction(position, () => Promise.resolve());
  }

  close(): Promise<void> {
    return this.#producer.disconnect();
  }

  async #transaction(position: number, fill: (transaction: Transaction) => Promise<void>): Promise<void> {
    const { deployment, lane, onUnknownTopic } = this.#options;
    const { group, topic } = bookkeepingOf(deployment);
    const transaction = await this.#producer.transaction();
    try {
      await fill(transaction);
      await transaction.sendOffsets({
        consumerGroupId: group,
        topics: [{ topic, partitions: [{ partition: lane, offset: String(position) }] }],
      });
      await transaction.commit();
    } catch (error) {
      if (isUnknownTopic(error)) onUnknownTopic?.();
      // Spares consumers the wait until the next producer of this lane ends the transaction. If it fails, that one does it.
      if (transaction.isActive() && !isFenced(error)) await transaction.abort().catch(() => undefined);
      throw error;
    }
  }
}

/**
 * When a partition's leader moves during a retry, kafkajs may send the partition's messages to the old and to the new one.
 * It shows: the partition is answered for twice.
 */
function assertOnce(answers: readonly RecordMetadata[]): void {
  const places = new Set<string>();
  for (const { topicName, partition, errorCode } of answers) {
    const place = `${topicName}/${partition}`;
    if (places.has(place) || errorCode !== 0) {
      throw new BridgeError('BROKER_UNAVAILABLE', `${place} was not written exactly once; the transaction starts over`);
    }
    places.add(place);
  }
}
