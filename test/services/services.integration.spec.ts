import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';
import { Client } from 'pg';
import type { ServiceName, Services, StopSignal } from '../../deploy/local/services/index.ts';
import { startServices } from '../../deploy/local/services/index.ts';
import { isAlive } from '../../deploy/local/services/alive.ts';
import { isFree } from '../../deploy/local/services/port.ts';

const TIMEOUT_MS = 120_000;

describe('services of local processes', () => {
  let services: Services;
  let traces: Traces;

  beforeAll(async () => {
    const others = new Set(foldersOf(process.pid));
    services = await startServices({ ways: ['local'], durable: false });
    const own = foldersOf(process.pid).find((folder) => !others.has(folder));
    traces = tracesOf(own, services);
  }, TIMEOUT_MS);

  afterAll(() => services?.stop(), TIMEOUT_MS);

  it(
    'answer',
    async () => {
      expect(await sql(services, "select 'yes' as answer")).toEqual([{ answer: 'yes' }]);
      expect(await sql(services, 'show max_connections')).toEqual([{ max_connections: '300' }]);
      await inRedis(services, (redis) => redis.set('answer', 'yes'));
      expect(await inRedis(services, (redis) => redis.get('answer'))).toBe('yes');
      await produce(services, 'answers', 'yes');
      expect(await consume(services, 'answers', 1)).toEqual(['yes']);
    },
    TIMEOUT_MS,
  );

  it.each<StopSignal>(['SIGTERM', 'SIGKILL'])(
    'keep data and address over a restart by %s',
    async (how) => {
      const before = { ...services };
      await sql(services, `create table survivors_${how} as select 1 as one`);
      await inRedis(services, (redis) => redis.set(how, 'here'));
      await produce(services, how, 'first');

      await Promise.all((['postgres', 'redis', 'kafka'] as const).map((name) => services.restart(name, how)));

      expect({ ...services }).toEqual(before);
      expect(await sql(services, `select one from survivors_${how}`)).toEqual([{ one: 1 }]);
      expect(await inRedis(services, (redis) => redis.get(how))).toBe('here');
      await produce(services, how, 'second');
      expect(await consume(services, how, 2)).toEqual(['first', 'second']);
    },
    TIMEOUT_MS,
  );

  it(
    'leave nothing behind when stopped, also with a client connected',
    async () => {
      const client = new Client({ connectionString: services.databaseUrl });
      client.on('error', () => undefined);
      await client.connect();
      await services.stop();
      await services.stop();
      expect(await leftBehind(traces)).toEqual([]);
      await client.end();
    },
    TIMEOUT_MS,
  );
});

describe('services whose process is killed', () => {
  it.each<NodeJS.Signals>(['SIGKILL', 'SIGTERM'])(
    'leave nothing behind after %s',
    async (signal) => {
      const main = spawn(process.execPath, ['deploy/local/services/main.ts'], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, DATABASE_URL: '', REDIS_URL: '', KAFKA_BROKERS: '', DOCKER_HOST: 'tcp://127.0.0.1:1' },
      });
      const env: Record<string, string> = {};
      for await (const line of createInterface({ input: main.stdout })) {
        const [, name = '', value = ''] = /^export (\w+)=(.*)$/.exec(line) ?? [];
        env[name] = value;
        if (name === 'KAFKA_BROKERS') break;
      }
      const traces = tracesOf(foldersOf(main.pid ?? 0)[0], {
        databaseUrl: env['DATABASE_URL'] ?? '',
        redisUrl: env['REDIS_URL'] ?? '',
        kafkaBrokers: env['KAFKA_BROKERS'] ?? '',
      });
      main.kill(signal);
      expect(await leftBehind(traces)).toEqual([]);
    },
    TIMEOUT_MS,
  );
});

it(
  'one service alone starts alone',
  async () => {
    const lines: string[] = [];
    const only: ServiceName[] = ['redis'];
    const services = await startServices({ only, ways: ['local'], progress: (line) => lines.push(line) });
    expect(await inRedis(services, (redis) => redis.ping())).toBe('PONG');
    await services.stop();
    expect(lines.at(-1)).toMatch(/^redis {6}local process [\d.]+ ready on 127\.0\.0\.1:\d+ in [\d.]+ s$/);
  },
  TIMEOUT_MS,
);

it(
  'an address in the environment is used and not restarted',
  async () => {
    const env = { DATABASE_URL: process.env['DATABASE_URL'] };
    const services = await startServices({ only: ['postgres'], env });
    expect(services.databaseUrl).toBe(env.DATABASE_URL);
    await expect(services.restart('postgres')).rejects.toThrow('postgres (from DATABASE_URL) cannot be restarted');
    await services.stop();
    expect(await sql({ databaseUrl: env.DATABASE_URL ?? '' }, 'select 1 as one')).toEqual([{ one: 1 }]);
  },
  TIMEOUT_MS,
);

type Addresses = Pick<Services, 'databaseUrl' | 'redisUrl' | 'kafkaBrokers'>;

async function sql({ databaseUrl }: Pick<Services, 'databaseUrl'>, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query(text);
  await client.end();
  return rows;
}

async function inRedis<T>({ redisUrl }: Services, use: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(redisUrl);
  const result = await use(redis);
  await redis.quit();
  return result;
}

function clientOf({ kafkaBrokers }: Services): Kafka {
  return new Kafka({ brokers: kafkaBrokers.split(','), logLevel: logLevel.NOTHING });
}

async function produce(services: Services, topic: string, value: string): Promise<void> {
  const admin = clientOf(services).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 1, replicationFactor: 1 }], waitForLeaders: true });
  await admin.disconnect();
  const producer = clientOf(services).producer();
  await producer.connect();
  await producer.send({ topic, messages: [{ value }] });
  await producer.disconnect();
}

/** The first `count` values of a topic, read by a new group. */
async function consume(services: Services, topic: string, count: number): Promise<string[]> {
  const consumer = clientOf(services).consumer({ groupId: `${topic}-${count}` });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const values: string[] = [];
  await new Promise<void>((resolve) => {
    void consumer.run({
      eachMessage: async ({ message }) => {
        if (values.push(String(message.value)) === count) resolve();
      },
    });
  });
  await consumer.disconnect();
  return values;
}

interface Traces {
  readonly folder: string;
  readonly ports: readonly number[];
  readonly pids: readonly number[];
}

/** The folders of all services that a process started. */
function foldersOf(pid: number): string[] {
  const names = readdirSync(tmpdir()).filter((name) => name.startsWith(`accesslink-bridge-${pid}-`));
  return names.map((name) => join(tmpdir(), name));
}

/** What the services of a process leave in the system while they run. On Linux that includes their processes. */
function tracesOf(folder: string | undefined, { databaseUrl, redisUrl, kafkaBrokers }: Addresses): Traces {
  if (folder === undefined) throw new Error('the services have no folder');
  const ports = [new URL(databaseUrl).port, new URL(redisUrl).port, kafkaBrokers.split(':')[1]].map(Number);
  const pids = process.platform === 'linux' ? pidsThatMention([folder, ...ports.map(String)]) : [];
  // three services and a watchdog
  if (process.platform === 'linux' && pids.length < 4) throw new Error(`only ${pids.length} processes were found`);
  return { folder, ports, pids };
}

function pidsThatMention(words: readonly string[]): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      const line = commandLine(name);
      return words.some((word) => line.includes(word));
    })
    .map(Number);
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** What of it is still there, as soon as that is nothing, else after 60 s: a killed process is cleaned up by its watchdog. */
async function leftBehind({ folder, ports, pids }: Traces): Promise<string[]> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const free = await Promise.all(ports.map(isFree));
    const left = [
      ...(existsSync(folder) ? [`folder ${folder}`] : []),
      ...ports.filter((_, index) => !free[index]).map((port) => `port ${port}`),
      ...pids.filter(isAlive).map((pid) => `process ${pid}`),
    ];
    if (left.length === 0 || performance.now() > deadline) return left;
    await delay(50);
  }
}
