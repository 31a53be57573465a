import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { parse, stringify } from 'yaml';
import { freePort } from '../../../deploy/local/services/port.ts';
import { startServices } from '../../../deploy/local/services/index.ts';
import { startSimulatedProvider, type SimulatedProvider } from '../../../deploy/local/stack/simulated-provider.ts';
import { consent, returnUrl, Stack } from '../../../deploy/local/stack/stack.ts';

export const tenant = 'bench';
export const internalToken = 'only-for-this-bench';

export interface Quota {
  readonly requests: number;
  readonly seconds: number;
}

/** What the provider counted of the client. */
export interface Counts {
  readonly windows: readonly { readonly seconds: number; readonly withTokenRequests: number }[];
  readonly refused: number;
  readonly tokenRequestsByGrant: Readonly<Record<string, number>>;
  readonly concurrentRefreshes: Readonly<Record<string, number>>;
}

export interface WorldOptions {
  readonly athletes: number;
  readonly replicas: number;
  /** Windows that the provider counts, in seconds. It counts only: what is too much is ours to know. */
  readonly windows: readonly number[];
  /** Milliseconds that the provider takes for a token. */
  readonly latency: number;
  readonly say: (line: string) => void;
}

/** Auth with many connected athletes, and a provider that counts. */
export interface World {
  readonly db: pg.Pool;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly apiUrl: string;
  readonly urls: readonly string[];
  readonly connections: readonly string[];
  /** Starts auth anew with this quota, of which nothing is used. */
  restartWith(quota: readonly Quota[]): Promise<void>;
  /** All tokens run out at the same second, which is over. */
  expireAll(): Promise<void>;
  counts(): Promise<Counts>;
  stop(): Promise<void>;
}

export async function openWorld(options: WorldOptions): Promise<World> {
  const { athletes, replicas, say } = options;
  const services = await startServices({ only: ['postgres', 'redis'], progress: say });
  const { databaseUrl, redisUrl } = services;
  const authPort = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'bench-auth-'));
  const provider = await startProvider(folder, authPort, options);
  const stack = await Stack.prepare({
    services: { databaseUrl, redisUrl },
    authPort,
    progress: say,
    env: { LOG_LEVEL: 'fatal', INTERNAL_TOKEN: internalToken },
    tenants: [tenantOf(provider)],
  });
  const running = [await stack.start('auth')];
  for (let nr = 2; nr <= replicas; nr += 1) {
    running.push(await stack.start('auth', `auth-${nr}`, { PORT: String(await freePort()) }));
  }
  const db = new pg.Pool({ connectionString: databaseUrl, max: 4 });
  const connections = await connectAll(stack, provider, athletes, say);
  return {
    db,
    databaseUrl,
    redisUrl,
    apiUrl: provider.apiUrl,
    urls: running.map(({ url }) => url),
    connections,
    async restartWith(quota) {
      await Promise.all(running.map(({ child }) => child.kill()));
      const file = parse(await readFile(stack.tenantsFile, 'utf8')) as { tenants: object[] };
      await writeFile(stack.tenantsFile, stringify({ tenants: file.tenants.map((entry) => ({ ...entry, quota })) }));
      await db.query('truncate quota_ledger');
      const redis = new Redis(redisUrl);
      await redis.flushall();
      redis.disconnect();
      await provider.control('POST', '/reset-requests');
      for (const { child } of running) child.start();
      await Promise.all(running.map(({ child, url }) => stack.ready(child, url)));
    },
    async expireAll() {
      await db.query(`update credentials set access_expires_at = date_trunc('second', now())`);
    },
    async counts() {
      const { clients } = (await provider.control('GET', '/requests')) as { clients: readonly [Counts] };
      return clients[0];
    },
    async stop() {
      await db.end();
      await stack.stop();
      await provider.stop();
      await services.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startProvider(
  folder: string,
  authPort: number,
  { athletes, windows, latency }: WorldOptions,
): Promise<SimulatedProvider> {
  return startSimulatedProvider({
    folder,
    args: Object.entries({
      athletes: String(athletes),
      days: '1',
      client: `${tenant}:only-for-this-simulator:http://127.0.0.1:${authPort}/oauth/callback`,
      quota: windows.map((seconds) => `10000000/${seconds}`).join(','),
      switches: JSON.stringify({ token_latency: latency }),
    }).flatMap(([name, value]) => [`--${name}`, value]),
  });
}

const tenantOf = ({ apiUrl, authUrl }: SimulatedProvider) => ({
  id: tenant,
  clientId: tenant,
  clientSecret: 'only-for-this-simulator',
  apiUrl,
  authUrl,
  quota: [{ requests: 10_000_000, seconds: 900 }],
  resources: ['account-data'],
});

/** Every connection comes about as in production: link, consent, callback, code exchange, sealed tokens. */
async function connectAll(
  stack: Stack,
  provider: SimulatedProvider,
  athletes: number,
  say: (line: string) => void,
): Promise<readonly string[]> {
  const { athletes: people } = (await provider.control('GET', '/athletes')) as { athletes: { name: string }[] };
  const connections: string[] = [];
  const todo = people.map(({ name }) => name);
  const one = async (): Promise<void> => {
    for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
      connections.push(await consent(await stack.connectLink(tenant, name, returnUrl(stack.authUrl)), name));
      if (connections.length % 200 === 0) say(`connected  ${connections.length} of ${athletes}`);
    }
  };
  await Promise.all(Array.from({ length: 16 }, one));
  return connections;
}
