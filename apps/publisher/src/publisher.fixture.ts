import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import kafkajs, { type Kafka, type Transaction } from 'kafkajs';
import type { DomainEvent, FactState } from '#core';
import {
  appendEvents,
  countLanes,
  createLaneParking,
  lanePositions,
  noteRelayed,
  readOutbox,
  type Database,
} from '#store';
import { createTestDatabase, type TestDatabase } from '../../../test/integration/database.ts';
import { bookkeepingOf } from './bookkeeping.ts';
import type { Broker, Compression } from './broker.ts';
import { createKafka, withAdmin } from './kafka/client.ts';
import { createKafkajsBroker } from './kafka/kafkajs-broker.ts';
import { openLaneProducer } from './kafka/lane-producer.ts';
import {
  LaneRelay,
  laneRelayDefaults,
  type LaneObserver,
  type LaneProducer,
  type LaneRelayPorts,
} from './lane-relay.ts';
import type { Refusal } from './refusal.ts';
import { TopicKeeper } from './topic-keeper.ts';
import type { WantedTopic } from './topic-plan.ts';
import { lanesTopic } from './wanted-topics.ts';

/** A message as a consumer sees it. */
export interface Seen {
  readonly key: string;
  /** Null: a tombstone. */
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly partition: number;
}

/** What happened to a relay's lane, in order. */
export type Happened =
  | { readonly what: 'opened'; readonly position: number; readonly committed: number; readonly relayed: number }
  | { readonly what: 'published'; readonly last: number }
  | { readonly what: 'failed'; readonly error: unknown; readonly fenced: boolean }
  | ({ readonly what: 'parked'; readonly position: number } & Refusal)
  | { readonly what: 'unparked'; readonly stream: string };

/** A database, topics and transactional ids of a test's own, on the shared services. */
export class Bench {
  readonly deployment = `test-${randomUUID()}`;
  readonly prefix = `t.${this.deployment}`;
  readonly topic = `${this.prefix}.sleep.v1`;
  readonly stateTopic = `${this.prefix}.sleep.state.v1`;
  readonly kafka: Kafka;
  readonly broker: Broker;
  readonly topics: TopicKeeper;
  readonly #database: TestDatabase;
  readonly #brokers: string;
  readonly #relays: LaneRelay[] = [];

  private constructor(database: TestDatabase, brokers: string, partitions: number) {
    this.#database = database;
    this.kafka = createKafka({ brokers, deployment: this.deployment });
    this.#brokers = brokers;
    this.broker = this.brokerWith('none');
    const { topic } = bookkeepingOf(this.deployment);
    const wanted: WantedTopic[] = [
      { topic: this.topic, partitions, replication: 1, retentionMs: 3_600_000, wantedBy: 'test' },
      { topic: this.stateTopic, partitions, replication: 1, retentionMs: 3_600_000, compacted: true, wantedBy: 'test' },
    ];
    this.topics = new TopicKeeper({
      cluster: this.broker.topics,
      wanted: async () => [lanesTopic(topic, await countLanes(this.db), []), ...wanted],
      onCreated: () => undefined,
      onDifference: () => undefined,
      onStray: () => undefined,
      patienceMs: 0,
      now: () => Date.now(),
    });
  }

  static async open(partitions = 1): Promise<Bench> {
    const brokers = process.env['KAFKA_BROKERS']; // oxlint-disable-line node/no-process-env -- given by jest's global setup
    if (brokers === undefined)
      throw new Error('KAFKA_BROKERS is not set: jest starts the services in its global setup');
    const bench = new Bench(await createTestDatabase(), brokers, partitions);
    await bench.topics.ensureAll();
    return bench;
  }

  get db(): Database {
    return this.#database.db;
  }

  get brokers(): string {
    return this.#brokers;
  }

  get url(): string {
    return this.#database.url;
  }

  async close(): Promise<void> {
    await Promise.all(this.#relays.map((relay) => relay.stop()));
    await this.#database.drop();
  }

  async connection(lane: number): Promise<string> {
    const id = randomUUID();
    await this.db
      .insertInto('connections')
      .values({
        id,
        tenant: 'acme',
        user_reference: id,
        polar_user_id: null,
        scopes: [],
        status: 'active',
        lane,
        established_at: new Date(),
        updated_at: new Date(),
      })
      .execute();
    return id;
  }

  /** Writes events as the poller does, in one transaction. */
  async append(connection: string, names: readonly string[]): Promise<void> {
    const scope = { connection, topicPrefix: this.prefix, traceparent: null };
    await this.db.transaction().execute((trx) => appendEvents(trx, scope, names.map(eventOf)));
  }

  /** Writes what there is of a night now; null: it is gone. */
  async appendState(connection: string, name: string, data: FactState['data']): Promise<void> {
    const scope = { connection, topicPrefix: this.prefix, traceparent: null };
    const state = { ...eventOf(name), entity: 'night', data };
    await this.db.transaction().execute((trx) => appendEvents(trx, scope, [], [state]));
  }

  /** The ports of the production relay; a test puts its faults in between. */
  ports(lane: number, happened: Happened[] = []): LaneRelayPorts {
    return {
      term: () => Promise.resolve(0),
      open: () => this.broker.openLane(lane, this.topics),
      positions: () => lanePositions(this.db, lane),
      read: (after, limits) => readOutbox(this.db, lane, after, limits),
      note: (position) => noteRelayed(this.db, lane, position),
      parking: (term) => createLaneParking(this.db, { publisher: 'test', lane, term }),
      isFenced: (error) => this.broker.isFenced(error),
      now: () => Date.now(),
      observer: observerOf(happened),
    };
  }

  brokerWith(compression: Compression): Broker {
    return createKafkajsBroker({ brokers: this.#brokers, deployment: this.deployment, compression });
  }

  /** The production producer on a client whose transactions go through the hands of the test. */
  openWith(lane: number, meddle: (transaction: Transaction) => Transaction): Promise<LaneProducer> {
    const producer: Kafka['producer'] = (config) => {
      const real = this.kafka.producer(config);
      return { ...real, transaction: async () => meddle(await real.transaction()) };
    };
    const kafka = { producer, admin: () => this.kafka.admin() } as Kafka;
    return openLaneProducer({ kafka, deployment: this.deployment, lane, topics: this.topics });
  }

  relay(ports: LaneRelayPorts, lane: number, settings = {}): LaneRelay {
    const relay = new LaneRelay(lane, ports, { ...laneRelayDefaults, idleMs: 50, shortestPauseMs: 10, ...settings });
    this.#relays.push(relay);
    return relay;
  }

  /** Everything that a read_committed consumer gets up to the messages whose `ce_subject` ends with these names. */
  async consume(until: readonly string[], timeoutMs = 30_000, topic = this.topic): Promise<readonly Seen[]> {
    const consumer = this.kafka.consumer({ groupId: `test-${randomUUID()}`, readUncommitted: false });
    const seen: Seen[] = [];
    const awaited = new Set(until);
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    try {
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`${[...awaited].join(', ')} did not come; ${seen.length} others did`)),
          timeoutMs,
        );
        void consumer.run({
          eachMessage: ({ message, partition }) => {
            const headers = Object.fromEntries(
              Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]),
            );
            seen.push({ key: String(message.key), value: message.value, headers, partition });
            awaited.delete(nameOf(headers));
            if (awaited.size === 0) {
              clearTimeout(timer);
              resolve();
            }
            return Promise.resolve();
          },
        });
      });
    } finally {
      await consumer.disconnect();
    }
    return seen;
  }

  /** The lane is the test's, as far as the database knows. */
  async own(lane: number): Promise<void> {
    await sql`update lanes set owner = 'test' where lane = ${lane}`.execute(this.db);
  }

  /** Changes what the topic takes, and waits until the broker goes by it. */
  async limitTopic(bytes: number): Promise<void> {
    const configEntries = [{ name: 'max.message.bytes', value: String(bytes) }];
    await withAdmin(this.kafka, (admin) =>
      admin.alterConfigs({
        validateOnly: false,
        resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: this.topic, configEntries }],
      }),
    );
    const producer = this.kafka.producer();
    await producer.connect();
    const probe = { key: 'probe', value: 'x'.repeat(25_000) };
    const takes = (): Promise<boolean> =>
      producer.send({ topic: this.topic, messages: [probe] }).then(
        () => true,
        () => false,
      );
    await until(async () => (await takes()) === bytes > 25_500);
    await producer.disconnect();
  }

  async relayed(lane: number): Promise<number> {
    return (await lanePositions(this.db, lane)).relayed;
  }

  async forgetHint(lane: number, position: number): Promise<void> {
    await sql`update lanes set relayed = ${position} where lane = ${lane}`.execute(this.db);
  }
}

/** The name that `append` was given. */
export function nameOf(headers: Readonly<Record<string, string>>): string {
  return decodeURIComponent(headers['ce_subject'] ?? '').replace('sleeps/', '');
}

export const namesOf = (seen: readonly Seen[]): readonly string[] => seen.map(({ headers }) => nameOf(headers));

export function names(count: number, prefix = 'n'): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}

/** Resolves when the condition holds. */
export async function until(condition: () => boolean | Promise<boolean>, timeoutMs = 20_000): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`still not so after ${timeoutMs} ms: ${condition.toString()}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
}

function eventOf(name: string): DomainEvent {
  return {
    type: 'SleepScored',
    topic: 'sleep',
    resource: 'sleeps',
    identity: [name],
    revision: 1,
    mode: 'live',
    observedAt: '2026-11-22T06:00:00.000Z',
    polarModifiedAt: null,
    utcOffsetMinutes: 60,
    data: { name, text: 'höhe 😀 "quoted" \u0001', number: 1.5 },
  };
}

function observerOf(happened: Happened[]): LaneObserver {
  return {
    opened: (event) => happened.push({ what: 'opened', ...event }),
    published: ({ batch }) => happened.push({ what: 'published', last: batch.last }),
    failed: ({ error, fenced }) => happened.push({ what: 'failed', error, fenced }),
    hintFailed: () => undefined,
    parked: ({ row, refusal }) => happened.push({ what: 'parked', position: row.position, ...refusal }),
    unparked: ({ stream }) => happened.push({ what: 'unparked', stream }),
  };
}
