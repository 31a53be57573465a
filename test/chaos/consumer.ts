import { readTopics } from '../e2e/read-topics.ts';
import { receivedRecord, type ReceivedRecord } from '../integration/received-record.ts';

/** What a `read_committed` consumer has of a prefix, replays apart from the rest. */
export class Consumer {
  readonly records: ReceivedRecord[] = [];
  /** By the id of the replay. */
  readonly replayed = new Map<string, ReceivedRecord[]>();
  #stop: () => Promise<void> = () => Promise.resolve();

  static async start(brokers: string, prefix: string): Promise<Consumer> {
    const consumer = new Consumer();
    consumer.#stop = await readTopics({
      brokers,
      prefix,
      chunks: 'names',
      onMessage: (message) => {
        const replay = message.headers['ce_replay'];
        const record = receivedRecord(message);
        if (replay === undefined) consumer.records.push(record);
        else consumer.replayed.set(replay, [...(consumer.replayed.get(replay) ?? []), record]);
      },
    });
    return consumer;
  }

  stop(): Promise<void> {
    return this.#stop();
  }
}
