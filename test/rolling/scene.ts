import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startServices, type Services } from '../../deploy/local/services/index.ts';
import { freePort } from '../../deploy/local/services/port.ts';
import { startSimulatedProvider } from '../../deploy/local/stack/simulated-provider.ts';
import { type AppName, Stack } from '../../deploy/local/stack/stack.ts';
import { Consumer } from '../chaos/consumer.ts';
import { Mirror } from '../chaos/mirror.ts';
import type { Scene } from '../chaos/settling.ts';
import { connectAll, simulatorArgs, tenantOf, topicPrefix } from '../chaos/world.ts';
import { Balancer } from './balancer.ts';
import { Callers } from './callers.ts';
import { Replicas } from './replicas.ts';

export const apps: readonly AppName[] = ['auth', 'poller', 'publisher'];

export interface RollingScene extends Scene {
  readonly consumer: Consumer;
  readonly mirror: Mirror;
  readonly fleet: Replicas;
  readonly balancer: Balancer;
  readonly callers: Callers;
  readonly replays: readonly string[];
  readonly services: Services;
  stop(): Promise<void>;
}

export interface RollingOptions {
  readonly athletes: number;
  /** How many of them are connected; all where it is not given. */
  readonly connected?: number;
  readonly replicas: number;
  /** Folder of the version that is replaced; this one where it is not given. */
  readonly old?: string;
  readonly say: (line: string) => void;
}

/** What the provider takes for an answer, so that polls are under way whenever a poller is told to end. */
const answerMs = [50, 1500];

/** Replicas of the old version at work, with athletes, callers and a consumer. The names of old ones end with `-old`. */
export async function openScene({
  athletes,
  connected = athletes,
  replicas,
  old,
  say,
}: RollingOptions): Promise<RollingScene> {
  const cleanups: (() => unknown)[] = [];
  const stop = async (): Promise<void> => {
    for (const cleanup of cleanups.splice(0)) await cleanup();
  };
  try {
    const services = await startServices({ ways: ['local'], durable: false, progress: say });
    cleanups.unshift(() => services.stop());
    const folder = await mkdtemp(join(tmpdir(), 'accesslink-bridge-rolling-'));
    cleanups.unshift(() => rm(folder, { recursive: true, force: true }));
    const authPort = await freePort();
    const simulator = await startSimulatedProvider({ folder, args: simulatorArgs('rolling', athletes, authPort) });
    cleanups.unshift(() => simulator.stop());
    const stack = await Stack.prepare({
      services,
      authPort,
      progress: say,
      buildOf: (name) => (name === 'migrate' || name.endsWith('-old') ? old : undefined),
      env: { LOG_LEVEL: 'info', SHUTDOWN_DELAY_SECONDS: '3' },
      tenants: [tenantOf(simulator)],
    });
    cleanups.unshift(() => stack.stop());
    const fleet = new Replicas(stack);
    const balancer = await Balancer.open(authPort, () => fleet.of('auth').map(({ port }) => port));
    cleanups.unshift(() => balancer.stop());
    for (const app of apps)
      for (let number = 1; number <= replicas; number += 1) await fleet.start(app, `${app}-${number}-old`);
    const db = new pg.Pool({ connectionString: services.databaseUrl, max: 2 });
    db.on('error', () => undefined);
    cleanups.unshift(() => db.end());
    const consumer = await Consumer.start(services.kafkaBrokers, topicPrefix);
    cleanups.unshift(() => consumer.stop());
    const connections = await connectAll({ simulator, stack, consumer, say }, connected);
    const mirror = new Mirror(simulator, 'acme', consumer.records);
    cleanups.unshift(() => mirror.stop());
    await simulator.control('PATCH', '/switches', { latency: answerMs });
    const callers = new Callers(stack, 2);
    cleanups.unshift(() => callers.stop());
    const own = { services, simulator, stack, fleet, balancer, callers, consumer, mirror, db, connections };
    return { ...own, replays: [], say, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
