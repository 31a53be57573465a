import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';

/** A read_committed consumer that counts what comes and notices what comes twice or in the wrong order. */
export class Tally {
  readonly #consumer: Consumer;
  readonly #sequences = new Map<string, number>();
  #seen = 0;
  #wanted = 0;
  #total = 0;
  #disorder = 0;
  #complete: (() => void) | undefined;
  #listener: ((subject: string) => void) | undefined;

  private constructor(consumer: Consumer) {
    this.#consumer = consumer;
  }

  static async of(kafka: Kafka, topic: string): Promise<Tally> {
    const consumer = kafka.consumer({
      groupId: `${topic}-tally`,
      readUncommitted: false,
      maxBytesPerPartition: 2_000_000,
      retry: { initialRetryTime: 50 },
    });
    const tally = new Tally(consumer);
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    const joined = new Promise((resolve) => {
      consumer.on(consumer.events.GROUP_JOIN, resolve);
    });
    await consumer.run({ autoCommit: false, eachBatch: (payload) => tally.#take(payload) });
    await joined;
    return tally;
  }

  /** Resolves when so many more messages have come. */
  expect(more: number): Promise<void> {
    this.#total += more;
    this.#wanted = this.#seen + more;
    return new Promise((resolve) => {
      this.#complete = resolve;
    });
  }

  get seen(): number {
    return this.#seen;
  }

  onMessage(listener: (subject: string) => void): void {
    this.#listener = listener;
  }

  /** @throws when a message came twice, out of order, or not at all */
  assertComplete(): void {
    if (this.#seen !== this.#total || this.#disorder > 0) {
      throw new Error(`${this.#seen} messages came instead of ${this.#total}, ${this.#disorder} of them out of order`);
    }
  }

  close(): Promise<void> {
    return this.#consumer.disconnect();
  }

  #take({ batch }: EachBatchPayload): Promise<void> {
    for (const { key, headers } of batch.messages) {
      const sequence = Number(headers?.['ce_sequence']);
      const id = String(key);
      if (sequence <= (this.#sequences.get(id) ?? 0) && this.#listener === undefined) this.#disorder += 1;
      this.#sequences.set(id, sequence);
      this.#listener?.(String(headers?.['ce_subject']));
    }
    this.#seen += batch.messages.length;
    if (this.#seen >= this.#wanted) this.#complete?.();
    return Promise.resolve();
  }
}
