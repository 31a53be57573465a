import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { fetchByMaven } from '../../deploy/local/services/maven.ts';
import type { Sandbox } from '../../deploy/local/services/sandbox.ts';

const execute = promisify(execFile);
const shipped = join(import.meta.dirname, '../../deploy/debezium');
const classes = [
  join(shipped, 'src/main/java/accesslinkbridge/HeadersFromJson.java'),
  join(import.meta.dirname, 'Engine.java'),
];

const wanted = {
  name: 'debezium',
  pom: join(import.meta.dirname, 'pom.xml'),
  sources: classes,
  title: 'Debezium 3.3 from Maven Central (40 MB, once)',
  async finish(folder: string): Promise<void> {
    await execute('javac', ['-cp', join(folder, 'jars/*'), '-d', join(folder, 'classes'), ...classes]);
  },
};

/** What comes out of the engine, behind the transformations that we ship. */
export interface Routed {
  readonly topic: string;
  readonly key: string;
  readonly value: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

export interface EngineOptions {
  readonly sandbox: Sandbox;
  /** Of the database; its publication is there. */
  readonly url: string;
  /** Sends to Kafka; without them each message goes to `onMessage`. */
  readonly brokers?: string;
  readonly settings?: Readonly<Record<string, string>>;
  readonly onMessage?: (message: Routed) => void;
  readonly progress: (text: string) => void;
}

export interface Engine {
  readonly pid: number;
  /** Ends it in order: its slot is told how far it came, and is dropped if the settings say so. */
  stop(): Promise<void>;
}

/** Starts Debezium's engine with the properties that `deploy/debezium` has. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { sandbox, url, brokers, onMessage = () => undefined } = options;
  const folder = await fetchByMaven(wanted, sandbox, options.progress);
  const file = join(sandbox.folder, `debezium-${String(performance.now())}.properties`);
  await writeFile(file, await properties(url, options.settings));
  const classPath = [join(folder, 'classes'), join(folder, 'jars/*')].join(':');
  const args = ['-Xmx512m', '-Dorg.slf4j.simpleLogger.defaultLogLevel=error', '-cp', classPath, 'Engine', file];
  const child = spawn('java', [...args, ...(brokers === undefined ? [] : [brokers])], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  if (child.pid === undefined) throw new Error('java cannot be started');
  await sandbox.watch(child.pid, 'SIGTERM');
  createInterface({ input: child.stdout }).on('line', (line) => onMessage(JSON.parse(line) as Routed));
  const { pid } = child;
  return {
    pid,
    async stop() {
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
      await sandbox.forget(pid);
    },
  };
}

async function properties(url: string, settings: EngineOptions['settings'] = {}): Promise<string> {
  const { hostname, port, username, password, pathname } = new URL(url);
  const own = {
    name: 'engine',
    'connector.class': 'io.debezium.connector.postgresql.PostgresConnector',
    'topic.prefix': 'engine',
    'database.hostname': hostname,
    'database.port': port,
    'database.user': username,
    'database.password': password,
    'database.dbname': pathname.slice(1),
    'offset.storage': 'org.apache.kafka.connect.storage.MemoryOffsetBackingStore',
    'slot.drop.on.stop': 'true',
    ...settings,
  };
  const lines = Object.entries(own).map(([name, value]) => `${name}=${value}`);
  return [await readFile(join(shipped, 'outbox.properties'), 'utf8'), ...lines].join('\n');
}
