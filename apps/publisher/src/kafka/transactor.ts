import { BridgeError } from '#core';
import type { Kafka, Producer, RecordMetadata } from 'kafkajs';
import type { Compression, TopicDirectory } from '../broker.ts';
import type { Batch, Row } from '../publish.ts';
import { refused } from '../refusal.ts';
import { explained } from './access.ts';
import { withAdmin } from './client.ts';
import { compressionType } from './compression.ts';
import { isFenced, isTransactionEnding, isUnknownTopic, refusalIn } from './failure.ts';
import { createPartitioner } from './partition.ts';
import { whilePassing } from './while-passing.ts';
import { within } from './within.ts';
import { sendsOf, type Send } from './sends.ts';

export interface TransactorOptions {
  readonly kafka: Kafka;
  readonly transactionalId: string;
  /** Its partitions stand for lanes: what groups have committed there are positions. */
  readonly positionsTopic: string;
  readonly topics: TopicDirectory;
  readonly compression?: Compression;
  /** Other times than those of production, in ms. */
  readonly longest?: { readonly transactionMs: number; readonly closeMs: number };
}

/** Where a batch's position is kept. */
export interface Place {
  readonly group: string;
  readonly lane: number;
}

/** How long the broker leaves a transaction open whose producer is silent. Consumers stand still as long. */
const transactionTimeoutMs = 20_000;
/** kafkajs waits without end where a broker has told it to hold back: before the next request, and before it closes. */
const longest = { transactionMs: transactionTimeoutMs, closeMs: 3_000 };

/** Writes batches, each with the position that it leads to, in ONE Kafka transaction. */
export class Transactor {
  readonly #producer: Producer;
  readonly #options: TransactorOptions;
  readonly #partition = createPartitioner();

  private constructor(producer: Producer, options: TransactorOptions) {
    this.#producer = producer;
    this.#options = options;
  }

  /**
   * Fences every older one of the same transactional id, and lets the broker end what it left behind. kafkajs asks for the
   * producer id at the first transaction, so an empty one stands for `initTransactions`.
   */
  static async open(options: TransactorOptions): Promise<Transactor> {
    const producer = options.kafka.producer({
      transactionalId: options.transactionalId,
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
      return new Transactor(producer, options);
    } catch (error) {
      producer.disconnect().catch(() => undefined);
      throw explained(error);
    }
  }

  /** @returns what the groups have committed, by lane; a lane that is not there was never committed */
  async positions(groups: readonly string[]): Promise<readonly ReadonlyMap<number, number>[]> {
    const { kafka, positionsTopic } = this.#options;
    return withAdmin(kafka, async (admin) => {
      const positions: ReadonlyMap<number, number>[] = [];
      for (const groupId of groups) {
        const found = await admin.fetchOffsets({ groupId, topics: [positionsTopic] });
        const offsets = found.find(({ topic }) => topic === positionsTopic)?.partitions ?? [];
        // -1: nothing was ever committed.
        positions.push(new Map(offsets.map(({ partition, offset }) => [partition, Math.max(0, Number(offset))])));
      }
      return positions;
    });
  }

  /**
   * @throws BridgeError EVENT_REFUSED when the broker takes one of the rows not for its own sake; nothing is published.
   * BROKER_UNAVAILABLE when there is no end of it: then it may still come to one until another producer is opened
   */
  transact(batch: Batch, place: Place): Promise<void> {
    const { transactionMs } = this.#options.longest ?? longest;
    return within(transactionMs, this.#transact(batch, place), () => {
      throw new BridgeError(
        'BROKER_UNAVAILABLE',
        `no end of the transaction within ${transactionMs} ms; it starts over`,
      );
    });
  }

  close(): Promise<void> {
    const { closeMs } = this.#options.longest ?? longest;
    return within(closeMs, this.#producer.disconnect(), () => undefined);
  }

  async #transact({ rows, last }: Batch, { group, lane }: Place): Promise<void> {
    const { positionsTopic, compression = 'none' } = this.#options;
    const sends = await refusable(() => this.#sendsOf(rows));
    const transaction = await this.#producer.transaction();
    try {
      await refusable(async () => {
        for (const send of sends) {
          const topicMessages = [...send];
          assertOnce(
            await transaction.sendBatch({ topicMessages, acks: -1, compression: compressionType(compression) }),
          );
        }
      });
      const topics = [{ topic: positionsTopic, partitions: [{ partition: lane, offset: String(last) }] }];
      await whilePassing(() => transaction.sendOffsets({ consumerGroupId: group, topics }), isTransactionEnding);
      await transaction.commit();
    } catch (error) {
      if (isUnknownTopic(error)) this.#options.topics.forget();
      // Spares consumers the wait until the next producer of this id ends the transaction. If it fails, that one does it.
      if (transaction.isActive() && !isFenced(error)) await transaction.abort().catch(() => undefined);
      throw error;
    }
  }

  async #sendsOf(rows: readonly Row[]): Promise<readonly Send[]> {
    if (rows.length === 0) return [];
    const partitions = await this.#options.topics.partitionsOf([...new Set(rows.map(({ topic }) => topic))]);
    return sendsOf(rows, (topic, key) => this.#partition(topic, key, partitions.get(topic) ?? 1));
  }
}

function named(partition: number | undefined): number {
  if (partition === undefined) throw new TypeError('each message names its partition');
  return partition;
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
