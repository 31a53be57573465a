import { readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import type { KafkaConfig, SASLOptions } from 'kafkajs';
import { Kafka, logLevel } from 'kafkajs';
import { startContainer } from './docker.ts';
import { requireJava } from './java.ts';
import { KAFKA_VERSION } from './jars.ts';
import { freePort } from './port.ts';
import type { Command } from './process.ts';
import { run } from './process.ts';
import type { Sandbox } from './sandbox.ts';
import type { LocalServer } from './server.ts';
import { startServer } from './server.ts';
import type { Context, Provided, ServiceDefinition } from './types.ts';

const IMAGE = 'apache/kafka:4.1.0';
const CHECK_TIMEOUT_MS = 3_000;
/** any 16 bytes in base64url will do: each node is a cluster of its own */
const CLUSTER_ID = 'YWNjZXNzbGluay1icmlkZw';

export const kafka: ServiceDefinition = {
  name: 'kafka',
  variable: 'KAFKA_BROKERS',
  localNeeds: 'install Java 17 and Maven (`java` and `mvn` on the PATH)',
  check,
  docker,
  local,
};

async function check(brokers: string, env: NodeJS.ProcessEnv): Promise<undefined> {
  const admin = new Kafka({
    clientId: 'accesslink-bridge-services',
    brokers: brokers.split(','),
    connectionTimeout: CHECK_TIMEOUT_MS,
    requestTimeout: CHECK_TIMEOUT_MS,
    retry: { retries: 0 },
    logLevel: logLevel.NOTHING,
    ...security(env),
  }).admin();
  try {
    await admin.connect();
    const cluster = await admin.describeCluster();
    if (cluster.brokers.length === 0) throw new Error('it has no brokers yet');
  } finally {
    await admin.disconnect();
  }
}

/** Only brokers from the environment can want it. */
function security(env: NodeJS.ProcessEnv): Pick<KafkaConfig, 'ssl' | 'sasl'> {
  const mechanism = env['KAFKA_SASL_MECHANISM'];
  const login = { username: env['KAFKA_USERNAME'] ?? '', password: env['KAFKA_PASSWORD'] ?? '' };
  return {
    ...(env['KAFKA_SSL'] === 'true' ? { ssl: certificates(env) } : {}),
    ...(mechanism ? { sasl: { mechanism: mechanism.toLowerCase(), ...login } as SASLOptions } : {}),
  };
}

function certificates(env: NodeJS.ProcessEnv): ConnectionOptions {
  const files = { ca: env['KAFKA_SSL_CA_FILE'], cert: env['KAFKA_SSL_CERT_FILE'], key: env['KAFKA_SSL_KEY_FILE'] };
  return Object.fromEntries(
    Object.entries(files).flatMap(([name, file]) => (file ? [[name, readFileSync(file, 'utf8')]] : [])),
  );
}

interface Listeners {
  readonly broker: string;
  readonly controller: string;
  readonly advertised: string;
  readonly voter: string;
}

/** A single KRaft node for tests: everything with one replica, few internal partitions, no waiting for more group members. */
function settings({ broker, controller, advertised, voter }: Listeners): Readonly<Record<string, string>> {
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@${voter}`,
    listeners: `BROKER://${broker},CONTROLLER://${controller}`,
    'advertised.listeners': `BROKER://${advertised}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'BROKER',
    'listener.security.protocol.map': 'BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'auto.create.topics.enable': 'false',
    'offsets.topic.num.partitions': '8',
    'offsets.topic.replication.factor': '1',
    'transaction.state.log.num.partitions': '8',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'share.coordinator.state.topic.num.partitions': '1',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    // a killed broker is let in again only when its old session is over, by default after 9 s
    'broker.session.timeout.ms': '4000',
    'broker.heartbeat.interval.ms': '1000',
  };
}

function docker(): Promise<Provided> {
  return startContainer(kafka, {
    image: IMAGE,
    port: 9092,
    address: (host, port) => `${host}:${port}`,
    container: async ({ GenericContainer, getContainerRuntimeClient }) => {
      // Kafka tells clients its address, so the port outside must be known before the start
      const port = await freePort();
      const { host } = (await getContainerRuntimeClient()).info.containerRuntime;
      const properties = settings({
        broker: '0.0.0.0:9092',
        controller: '0.0.0.0:9093',
        advertised: `${host}:${port}`,
        voter: 'localhost:9093',
      });
      return new GenericContainer(IMAGE)
        .withEnvironment(asVariables(properties))
        .withExposedPorts({ container: 9092, host: port });
    },
  });
}

/** `node.id` -> `KAFKA_NODE_ID`, as the image expects its settings */
function asVariables(properties: Readonly<Record<string, string>>): Record<string, string> {
  const named = Object.entries(properties).map(([key, value]) => [
    `KAFKA_${key.replaceAll('.', '_').toUpperCase()}`,
    value,
  ]);
  return Object.fromEntries(named) as Record<string, string>;
}

async function local({ sandbox: open, jars }: Context): Promise<Provided> {
  await requireJava();
  const [sandbox, { kafka: classes }] = await Promise.all([open(), jars()]);
  const server = await startLocalKafka(sandbox, classes);
  return {
    address: `127.0.0.1:${server.port}`,
    origin: `local process ${KAFKA_VERSION}`,
    restart: (how) => server.restart(how),
    pid: () => server.pid,
    stop: () => server.stop(),
  };
}

/** What a broker has besides its plain listener. */
export interface MoreOfKafka {
  /** as in server.properties; `listeners` and the like are added to, not replaced */
  readonly properties: Readonly<Record<string, string>>;
  /** arguments for `kafka-storage format` */
  readonly format: readonly string[];
}

const lists = new Set(['listeners', 'advertised.listeners', 'listener.security.protocol.map']);

/** @param more called with the broker's folder, again when a port was taken meanwhile */
export async function startLocalKafka(
  sandbox: Sandbox,
  classes: string,
  more: (folder: string) => Promise<MoreOfKafka> = () => Promise.resolve({ properties: {}, format: [] }),
): Promise<LocalServer> {
  const folder = join(sandbox.folder, 'kafka');
  const java = (title: string, ...args: string[]): Command => ({
    title,
    program: 'java',
    args: [
      '-Xmx512m',
      // G1 would mark the heap without end: a batch is larger than half of its regions.
      '-XX:+UseParallelGC',
      '-XX:TieredStopAtLevel=1', // a short life: the second compiler would cost more than it gives
      '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
      '-cp',
      join(classes, '*'),
      ...args,
    ],
    folder,
    logFile: join(sandbox.folder, 'kafka.log'),
  });
  return startServer(sandbox, {
    command: async (port) => {
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder);
      const file = join(folder, 'server.properties');
      const [broker, controller] = [`127.0.0.1:${port}`, `127.0.0.1:${await freePort()}`];
      const { properties, format } = await more(folder);
      const plain = settings({ broker, controller, advertised: broker, voter: controller });
      const text = Object.entries({ ...plain, 'log.dirs': join(folder, 'data'), ...properties }).map(([key, value]) =>
        lists.has(key) && value !== plain[key] ? `${key}=${plain[key]},${value}\n` : `${key}=${value}\n`,
      );
      await writeFile(file, text.join(''));
      await run(
        sandbox,
        java('Kafka format', 'kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', file, ...format),
      );
      return java('Kafka', 'kafka.Kafka', file);
    },
    check: (port) => check(`127.0.0.1:${port}`, {}),
    gentleSignal: 'SIGTERM',
  });
}
