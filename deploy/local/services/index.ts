import { findDockerEngine } from './docker.ts';
import { fetchJars } from './jars.ts';
import { kafka } from './kafka.ts';
import { postgres } from './postgres.ts';
import { provide } from './provide.ts';
import { reason } from './reason.ts';
import { redis } from './redis.ts';
import type { Sandbox } from './sandbox.ts';
import { openSandbox } from './sandbox.ts';
import type { Context, Provided, ServiceDefinition, ServiceName, StopSignal, Way } from './types.ts';
import { SERVICE_NAMES, WAYS } from './types.ts';

export type { ServiceName, StopSignal, Way } from './types.ts';

const DEFINITIONS: Readonly<Record<ServiceName, ServiceDefinition>> = { postgres, redis, kafka };

export interface StartOptions {
  /** all three if not given; the address of another one throws */
  readonly only?: readonly ServiceName[];
  /** takes lines for people, without a line end */
  readonly progress?: (line: string) => void;
  /** false: faster, and a power cut may cost the data; true if not given */
  readonly durable?: boolean;
  /** a base backup that PostgreSQL begins with; only with the way `local` */
  readonly backup?: string;
  /** where DATABASE_URL, REDIS_URL and KAFKA_BROKERS are looked up; `process.env` if not given */
  readonly env?: NodeJS.ProcessEnv;
  /** environment, docker, local if not given; `['local']` for those who need `restart` */
  readonly ways?: readonly Way[];
}

export interface Services {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** comma separated */
  readonly kafkaBrokers: string;
  /**
   * Ends a service hard or gently (the default) and starts it again, same port, same data; returns when it answers.
   * @throws for a service that is not a local process
   */
  restart(name: ServiceName, how?: StopSignal): Promise<void>;
  /** Of its first process; it may have children. @throws for a service that is not a local process */
  pidOf(name: ServiceName): number;
  /** Ends what was started here and removes its data. May be called again. */
  stop(): Promise<void>;
}

/**
 * PostgreSQL, Redis and Kafka, each by the first way that works: its address in the environment, Docker, a local process.
 * They live until `stop()`, at most as long as this process.
 * @throws when one cannot be had, after the others were stopped; the message says what to do
 */
export async function startServices(options: StartOptions = {}): Promise<Services> {
  const { only = SERVICE_NAMES, ways = WAYS, progress = () => undefined } = options;
  const report = (name: ServiceName, text: string): void => progress(`${name.padEnd(10)} ${text}`);
  let opened: Promise<Sandbox> | undefined;
  const sandbox = (): Promise<Sandbox> => (opened ??= openSandbox());
  const env = options.env ?? process.env;
  const context: Context = {
    env,
    durable: options.durable ?? true,
    ...(options.backup !== undefined && { backup: options.backup }),
    progress: report,
    sandbox,
    dockerEngine: once(() => findDockerEngine(env)),
    jars: once(async () => fetchJars(await sandbox(), (text) => report('kafka', text))),
  };

  const provided = new Map<ServiceName, Provided>();
  const failures: string[] = [];
  await Promise.all(
    only.map((name) =>
      provide(DEFINITIONS[name], context, ways).then(
        (service) => provided.set(name, service),
        (error: unknown) => failures.push(reason(error)),
      ),
    ),
  );
  const stop = once(async () => {
    await Promise.all([...provided.values()].map((service) => service.stop()));
    await opened?.then(
      (sandbox) => sandbox.close(),
      () => undefined, // never opened: who asked for it has told so
    );
  });
  if (failures.length > 0) {
    await stop();
    throw new Error(failures.join('\n'));
  }

  const get = (name: ServiceName): Provided => {
    const service = provided.get(name);
    if (service === undefined) throw new Error(`${name} was not started: it is not in \`only\``);
    return service;
  };
  return {
    get databaseUrl() {
      return get('postgres').address;
    },
    get redisUrl() {
      return get('redis').address;
    },
    get kafkaBrokers() {
      return get('kafka').address;
    },
    stop,
    pidOf: (name) => {
      const { pid, origin } = get(name);
      if (pid === undefined) throw new Error(`${name} (${origin}) is not a local process`);
      return pid();
    },
    restart: async (name, how = 'SIGTERM') => {
      const { restart, origin } = get(name);
      if (restart === undefined) throw new Error(`${name} (${origin}) cannot be restarted: only a local process can`);
      const started = performance.now();
      await restart(how);
      report(name, `restarted after ${how} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
    },
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
