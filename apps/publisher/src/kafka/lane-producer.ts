import { BridgeError } from '#core';
import type { Admin, Kafka, Producer, RecordMetadata } from 'kafkajs';
import type { LaneProducer } from '../lane-relay.ts';
import type { Batch, Row } from '../publish.ts';
import { refused } from '../refusal.ts';
import { withAdmin } from './client.ts';
import { isFenced, isUnknownTopic, refusalIn } from './failure.ts';
import { createPartitioner } from './partition.ts';
import { sendsOf, type Send } from './sends.ts';

/** Where the lanes' positions stand in Kafka: as offsets that consumer groups have committed, one partition per lane. */
export interface Bookkeeping {
  readonly group: string;
  /** Of the last parked row that was released. */
  readonly releases: string;
  readonly topic: string;
}

export function bookkeepingOf(deployment: string): Bookkeeping {
  return { group: `${deployment}-relay`, releases: `${deployment}-relay-releases`, topic: `${deployment}.lanes` };
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
    const positions = await committedPositions(kafka, bookkeepingOf(deployment), lane);
    return new KafkaLaneProducer(producer, positions, options);
  } catch (error) {
    producer.disconnect().catch(() => undefined);
    throw error;
  }
}

function named(partition: number | undefined): number {
  if (partition === undefined) throw new TypeError('each message names its partition');
  return partition;
}

interface Positions {
  readonly committed: number;
  readonly released: number;
}

function committedPositions(kafka: Kafka, { group, releases, topic }: Bookkeeping, lane: number): Promise<Positions> {
  return withAdmin(kafka, async (admin) => ({
    committed: await offsetOf(admin, group, topic, lane),
    released: await offsetOf(admin, releases, topic, lane),
  }));
}

async function offsetOf(admin: Admin, groupId: string, topic: string, lane: number): Promise<number> {
  const found = await admin.fetchOffsets({ groupId, topics: [topic] });
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
  readonly released: number;
  readonly #producer: Producer;
  readonly #options: LaneProducerOptions;
  readonly #partition = createPartitioner();

  constructor(producer: Producer, { committed, released }: Positions, options: LaneProducerOptions) {
    this.#producer = producer;
    this.committed = committed;
    this.released = released;
    this.#options = options;
  }

  transact(batch: Batch): Promise<void> {
    return this.#transaction(this.#bookkeeping.group, batch);
  }

  release(batch: Batch): Promise<void> {
    return this.#transaction(this.#bookkeeping.releases, batch);
  }

  recommit(position: number): Promise<void> {
    return this.transact({ rows: [], last: position });
  }

  close(): Promise<void> {
    return this.#producer.disconnect();
  }

  get #bookkeeping(): Bookkeeping {
    return bookkeepingOf(this.#options.deployment);
  }

  async #transaction(group: string, { rows, last }: Batch): Promise<void> {
    const { lane, onUnknownTopic } = this.#options;
    const sends = await refusable(() => this.#sendsOf(rows));
    const transaction = await this.#producer.transaction();
    try {
      await refusable(async () => {
        for (const topicMessages of sends) {
          assertOnce(await transaction.sendBatch({ topicMessages: [...topicMessages], acks: -1 }));
        }
      });
      await transaction.sendOffsets({
        consumerGroupId: group,
        topics: [{ topic: this.#bookkeeping.topic, partitions: [{ partition: lane, offset: String(last) }] }],
      });
      await transaction.commit();
    } catch (error) {
      if (isUnknownTopic(error)) onUnknownTopic?.();
      // Spares consumers the wait until the next producer of this lane ends the transaction. If it fails, that one does it.
      if (transaction.isActive() && !isFenced(error)) await transaction.abort().catch(() => undefined);
      throw error;
    }
  }

  async #sendsOf(rows: readonly Row[]): Promise<readonly Send[]> {
    if (rows.length === 0) return [];
    const partitions = await this.#options.partitionsOf([...new Set(rows.map(({ topic }) => topic))]);
    return sendsOf(rows, (topic, key) => this.#partition(topic, key, partitions.get(topic) ?? 1));
  }
}

/** What is refused here is refused because of a row. Of positions and commits it would be the deployment's fault. */
async function refusable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const refusal = refusalIn(error);
    throw refusal === undefined ? error : refused(refusal, error);
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
