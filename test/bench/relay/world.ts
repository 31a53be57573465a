import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Kafka } from 'kafkajs';
import type { Message } from '#core';
import { migrate, openDatabase, type Database } from '#store';
import { connectionOf, messagesOf, type Load } from './outbox-rows.ts';

export const partitions = 6;
const allLanes = 8;

/** A database of its own with connections in all lanes. */
export class World {
  readonly url: string;
  readonly db: Database;
  readonly #server: string;
  readonly #name: string;

  private constructor(server: string, name: string) {
    const url = new URL(server);
    url.pathname = `/${name}`;
    this.url = url.href;
    this.#server = server;
    this.#name = name;
    this.db = openDatabase(this.url);
  }

  static async create(server: string, name: string): Promise<World> {
    await on(server, `create database ${name}`);
    const world = new World(server, name);
    await migrate(world.db);
    await world.#connect();
    return world;
  }

  /** @returns one open transaction per lane with all of its rows: to commit them is the starting shot */
  fill(load: Load): Promise<readonly pg.Client[]> {
    return Promise.all(Array.from({ length: load.lanes }, (_, lane) => this.#fillLane(load, lane)));
  }

  async drop(): Promise<void> {
    await this.db.destroy();
    await on(this.#server, `drop database if exists ${this.#name} with (force)`);
  }

  async #fillLane(load: Load, lane: number): Promise<pg.Client> {
    const messages = messagesOf(load, lane);
    const client = new pg.Client({ connectionString: this.url });
    await client.connect();
    await client.query('begin');
    const { rows: drawn } = await client.query<{ next: string }>(
      'update lanes set next_position = next_position + $1 where lane = $2 returning next_position as next',
      [messages.length, lane],
    );
    const first = Number(drawn[0]?.next) - messages.length;
    const most = Math.max(10, Math.min(1000, Math.floor(4_000_000 / load.bytes)));
    for (let at = 0; at < messages.length; at += most)
      await insert(client, lane, first + at, messages.slice(at, at + most));
    await client.query("select pg_notify('accesslink_bridge_outbox', $1)", [String(lane)]);
    return client;
  }

  async #connect(): Promise<void> {
    for (let lane = 0; lane < allLanes; lane += 1) {
      const ids = [...new Set(Array.from({ length: 1000 }, (_, index) => connectionOf(lane, index)))];
      await this.db
        .insertInto('connections')
        .values(
          ids.map((id) => ({
            id,
            tenant: 'bench',
            user_reference: id,
            polar_user_id: null,
            scopes: [],
            status: 'active' as const,
            lane,
            established_at: new Date(),
            updated_at: new Date(),
          })),
        )
        .execute();
    }
  }
}

async function insert(client: pg.Client, lane: number, first: number, messages: readonly Message[]): Promise<void> {
  await client.query(
    `insert into outbox (lane, position, id, aggregatetype, aggregateid, type, payload, headers)
     select $1, $2::bigint + n - 1, id, topic, key, type, payload, headers
     from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
       with ordinality as message (id, topic, key, type, payload, headers, n)`,
    [
      lane,
      first,
      messages.map(({ id }) => id),
      messages.map(({ topic }) => topic),
      messages.map(({ key }) => key),
      messages.map(({ type }) => type),
      messages.map(({ payload }) => payload),
      messages.map(({ headers }) => JSON.stringify(headers)),
    ],
  );
}

async function on(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  await client.query(statement);
  await client.end();
}

export async function createTopic(kafka: Kafka, topic: string): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({
    topics: [
      {
        topic,
        numPartitions: partitions,
        replicationFactor: 1,
        configEntries: [
          { name: 'retention.ms', value: '3600000' },
          // The yardstick does not look at how much of a batch goes to one partition.
          { name: 'max.message.bytes', value: '10000000' },
        ],
      },
    ],
    waitForLeaders: false,
  });
  for (let tries = 0; ; tries += 1) {
    const isThere = await admin.fetchTopicMetadata({ topics: [topic] }).then(
      () => true,
      () => false,
    );
    if (isThere) break;
    if (tries === 50) throw new Error(`the topic ${topic} is not there after 5 s`);
    await sleep(100);
  }
  await admin.disconnect();
}
