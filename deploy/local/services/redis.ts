import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { startContainer } from './docker.ts';
import type { Command } from './process.ts';
import { startServer } from './server.ts';
import type { Context, Provided, ServiceDefinition } from './types.ts';

const IMAGE = 'redis:7-alpine';
const CHECK_TIMEOUT_MS = 3_000;
/** Node's name of an architecture -> the one in the jar */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

export const redis: ServiceDefinition = {
  name: 'redis',
  variable: 'REDIS_URL',
  localNeeds: 'install Java 17 and Maven (`java` and `mvn` on the PATH)',
  check,
  docker,
  local,
};

async function check(url: string): Promise<string | undefined> {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CHECK_TIMEOUT_MS,
    commandTimeout: CHECK_TIMEOUT_MS,
    retryStrategy: () => null,
    disconnectTimeout: 100, // after a failed connect this timer is never cleared, and keeps the process for as long
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.ping();
    return /redis_version:(\S+)/.exec(await client.info('server'))?.[1];
  } finally {
    client.disconnect();
  }
}

function address(host: string, port: number): string {
  return `redis://${host}:${port}`;
}

function docker(): Promise<Provided> {
  return startContainer(redis, {
    image: IMAGE,
    port: 6379,
    address,
    container: ({ GenericContainer }) => new GenericContainer(IMAGE).withExposedPorts(6379),
  });
}

async function local({ sandbox: open, jars }: Context): Promise<Provided> {
  const [sandbox, { redis: programs }] = await Promise.all([open(), jars()]);
  const program = join(programs, await programName(programs));
  const folder = join(sandbox.folder, 'redis');
  await mkdir(folder);
  const server = await startServer(sandbox, {
    command: async (port): Promise<Command> => ({
      title: 'Redis',
      program,
      // the append-only file keeps the data over a restart, also after SIGKILL; only a power cut would need the fsync
      args: `--bind 127.0.0.1 --port ${port} --save  --appendonly yes --appendfsync no`.split(' '),
      folder,
      logFile: join(sandbox.folder, 'redis.log'),
    }),
    check: (port) => check(address('127.0.0.1', port)),
    gentleSignal: 'SIGTERM',
  });
  return {
    address: address('127.0.0.1', server.port),
    origin: `local process ${server.version}`,
    restart: (how) => server.restart(how),
    pid: () => server.pid,
    stop: () => server.stop(),
  };
}

async function programName(folder: string): Promise<string> {
  const suffix = `-${process.platform}-${ARCHITECTURES[process.arch]}`;
  const name = (await readdir(folder)).find((name) => name.startsWith('redis-server') && name.endsWith(suffix));
  if (name === undefined) throw new Error(`there is no redis-server for ${process.platform} on ${process.arch}`);
  return name;
}
