import { Kafka, logLevel } from 'kafkajs';

/** An event as a consumer of the topics sees it. */
export interface ReceivedEvent {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly key: string;
  /** CloudEvents attributes, `ce_` taken off. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly payload: {
    /** Null where it is the same for all athletes. */
    readonly userReference: string | null;
    readonly data: Readonly<Record<string, unknown>>;
    readonly changedFields?: readonly string[];
  } & Readonly<Record<string, unknown>>;
}

/**
 * Reads all topics of a prefix from the beginning, committed transactions only, as any consumer would.
 * @returns what stops it
 */
export async function consumeEvents(
  brokers: string,
  prefix: string,
  onEvent: (event: ReceivedEvent) => void,
  onTrouble: (line: string) => void,
): Promise<() => Promise<void>> {
  const kafka = new Kafka({ clientId: 'quickstart', brokers: brokers.split(','), logLevel: logLevel.NOTHING });
  await topicsExist(kafka, prefix);
  const consumer = kafka.consumer({
    groupId: `quickstart-${process.pid}`,
    readUncommitted: false,
    maxWaitTimeInMs: 100,
  });
  consumer.on(consumer.events.CRASH, ({ payload }) =>
    onTrouble(`the consumer stopped: ${payload.error.message}; restart ${String(payload.restart)}`),
  );
  await consumer.connect();
  await consumer.subscribe({ topics: [new RegExp(`^${prefix.replaceAll('.', '\\.')}`)], fromBeginning: true });
  await consumer.run({
    eachMessage: ({ topic, partition, message }) => {
      const headers = Object.entries(message.headers ?? {}).map(
        ([name, value]) => [name.replace(/^ce_/, ''), String(value)] as const,
      );
      onEvent({
        topic,
        partition,
        offset: message.offset,
        key: String(message.key),
        attributes: Object.fromEntries(headers),
        payload: JSON.parse(String(message.value)) as ReceivedEvent['payload'],
      });
      return Promise.resolve();
    },
  });
  return () => consumer.disconnect();
}

/** A subscription by pattern sees only the topics that are there when it begins. */
async function topicsExist(kafka: Kafka, prefix: string): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const deadline = Date.now() + 60_000;
    while (!(await admin.listTopics()).some((topic) => topic.startsWith(prefix))) {
      if (Date.now() > deadline) throw new Error(`no topic ${prefix}* within 60 s: does the publisher run?`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  } finally {
    await admin.disconnect();
  }
}
