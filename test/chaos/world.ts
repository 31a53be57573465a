import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startServices, type Services } from '../../deploy/local/services/index.ts';
import { freePort } from '../../deploy/local/services/port.ts';
import { startSimulatedProvider, type SimulatedProvider } from '../../deploy/local/stack/simulated-provider.ts';
import { consent, returnUrl, Stack, type StackTenant } from '../../deploy/local/stack/stack.ts';
import { until } from '../../deploy/local/stack/until.ts';
import { BrokerLimits } from './broker-limits.ts';
import { Consumer } from './consumer.ts';
import { Control } from './control.ts';
import { Fleet } from './fleet.ts';
import { Mirror } from './mirror.ts';
import { Proxy } from '../integration/proxy.ts';
import { Tally } from './tally.ts';

export const tenant = 'acme';
export const topicPrefix = `polar.${tenant}.`;

/** The polls of this test come near to it, and whoever forgets requests or charges them late goes over it. */
const quota = [
  { requests: 3_000, seconds: 180 },
  { requests: 15_000, seconds: 900 },
  { requests: 1_500_000, seconds: 86_400 },
];

/** No fault left. A refresh that is cut off costs no consent where the provider keeps the token. */
export const calm = {
  hold_until_observed: true,
  rate_window: 'sliding',
  refresh_rotation: 'keep',
  expires_in: 90,
  '5xx_rate': 0,
  truncate_rate: 0,
  html_rate: 0,
  timeout_rate: 0,
  latency: 0,
  token_5xx_rate: 0,
  token_lost_rate: 0,
  token_latency: 0,
};

export type Line = 'postgres' | 'redis' | 'kafka' | 'provider';

/** Services, provider and apps, with the suite's hands between all of them. */
export interface World {
  readonly services: Services;
  readonly simulator: SimulatedProvider;
  readonly stack: Stack;
  readonly control: Control;
  readonly fleet: Fleet;
  readonly lines: Readonly<Record<Line, Proxy>>;
  readonly brokerLimits: BrokerLimits;
  readonly consumer: Consumer;
  readonly mirror: Mirror;
  readonly db: pg.Pool;
  readonly connections: readonly string[];
  readonly replays: string[];
  readonly tally: Tally;
  readonly say: (line: string) => void;
  stop(): Promise<void>;
}

export interface WorldOptions {
  readonly seed: string;
  readonly athletes: number;
  readonly say: (line: string) => void;
}

export async function openWorld({ seed, athletes, say }: WorldOptions): Promise<World> {
  const cleanups: (() => unknown)[] = [];
  const stop = async (): Promise<void> => {
    for (const cleanup of cleanups.splice(0)) await cleanup();
  };
  try {
    const services = await startServices({ ways: ['local'], durable: false, progress: say });
    cleanups.unshift(() => services.stop());
    const folder = await mkdtemp(join(tmpdir(), 'accesslink-bridge-chaos-'));
    cleanups.unshift(() => rm(folder, { recursive: true, force: true }));
    const authPort = await freePort();
    const simulator = await startSimulatedProvider({ folder, args: simulatorArgs(seed, athletes, authPort) });
    cleanups.unshift(() => simulator.stop());
    const ports: Readonly<Record<Line, number>> = {
      postgres: portOf(services.databaseUrl),
      redis: portOf(services.redisUrl),
      kafka: portOf(`kafka://${services.kafkaBrokers}`),
      provider: portOf(simulator.apiUrl),
    };
    const lines = Object.fromEntries(
      await Promise.all(Object.entries(ports).map(async ([line, port]) => [line, await Proxy.open(port)])),
    ) as Record<Line, Proxy>;
    cleanups.unshift(() => Object.values(lines).forEach((line) => line.close()));
    const routes = new Map(Object.entries(ports).map(([line, port]) => [port, lines[line as Line].port]));
    const control = await Control.open(folder);
    cleanups.unshift(() => control.close());
    const stack = await Stack.prepare({
      services,
      authPort,
      progress: say,
      nodeFlags: (name) => control.flagsOf(name, routes),
      env: { LEASE_SECONDS: '5', REQUEST_TIMEOUT_SECONDS: '5', LOG_LEVEL: 'info' },
      tenants: [tenantOf(simulator)],
    });
    cleanups.unshift(() => stack.stop());
    const fleet = await Fleet.start(stack);
    cleanups.unshift(() => fleet.stop());
    const db = new pg.Pool({ connectionString: services.databaseUrl, max: 2, connectionTimeoutMillis: 5_000 });
    db.on('error', () => undefined);
    cleanups.unshift(() => db.end());
    const consumer = await Consumer.start(services.kafkaBrokers, topicPrefix);
    cleanups.unshift(() => consumer.stop());
    const brokerLimits = new BrokerLimits(services.kafkaBrokers, topicPrefix);
    const connections = await connectAll({ simulator, stack, consumer, say }, athletes);
    const mirror = new Mirror(simulator, tenant, consumer.records);
    cleanups.unshift(() => mirror.stop());
    const own = { services, simulator, stack, control, fleet, lines, brokerLimits, consumer, mirror, db, connections };
    return { ...own, replays: [], tally: new Tally(), say, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Connects athletes of the simulator, the first ones, and waits for their history. @returns the connections */
export async function connectAll(
  { simulator, stack, consumer, say }: Pick<World, 'simulator' | 'stack' | 'consumer' | 'say'>,
  count: number,
): Promise<readonly string[]> {
  const { athletes: all } = (await simulator.control('GET', '/athletes')) as { athletes: { name: string }[] };
  const athletes = all.slice(0, count);
  const connections: string[] = [];
  for (const { name } of athletes)
    connections.push(await consent(await stack.connectLink(tenant, name, returnUrl(stack.authUrl)), name));
  await until('all backfills', 240, async () => {
    const complete = consumer.records.filter(({ type }) => type === 'BackfillCompleted');
    return complete.length >= athletes.length;
  });
  say(`backfilled ${consumer.records.length} events of ${athletes.length} athletes`);
  return connections;
}

export const tenantOf = ({ apiUrl, authUrl }: SimulatedProvider): StackTenant => ({
  id: tenant,
  clientId: tenant,
  clientSecret: 'only-for-this-simulator',
  apiUrl,
  authUrl,
  quota,
  resources: ['training-sessions', 'sleeps', 'nightly-recharge-results', 'continuous-samples'],
  polling: { minSeconds: 1, maxSeconds: 4, backfillDays: 28, confirmDeletionSeconds: 2, finaliseSeconds: 60 },
});

export function simulatorArgs(seed: string, athletes: number, authPort: number): readonly string[] {
  return Object.entries({
    athletes: String(athletes),
    seed,
    client: `${tenant}:only-for-this-simulator:http://127.0.0.1:${authPort}/oauth/callback`,
    quota: quota.map(({ requests, seconds }) => `${requests}/${seconds}`).join(','),
    switches: JSON.stringify(calm),
  }).flatMap(([name, value]) => [`--${name}`, value]);
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}
