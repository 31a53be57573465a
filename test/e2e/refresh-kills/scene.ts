import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from '../../../deploy/local/services/port.ts';
import { startServices } from '../../../deploy/local/services/index.ts';
import type { Child } from '../../../deploy/local/stack/child.ts';
import { consent, returnUrl, Stack } from '../../../deploy/local/stack/stack.ts';
import { createSimulator, type Simulator, type Switches } from '../../simulator/index.ts';
import { ProviderDoor, Seen } from './provider-door.ts';

/** How a provider treats refresh tokens. Each manner is a tenant with a provider of its own. */
export const manners = ['rotate', 'keep', 'grace'] as const;
export type Manner = (typeof manners)[number];

const rotations: Readonly<Record<Manner, Switches['refresh_rotation']>> = {
  rotate: 'rotate',
  keep: 'keep',
  grace: 'rotate+grace',
};

/** A process of auth, and the door through which it speaks to the providers. */
export interface Replica {
  readonly child: Child;
  readonly url: string;
  readonly door: ProviderDoor;
}

export interface Athlete {
  readonly name: string;
  readonly manner: Manner;
  readonly connection: string;
  /** The provider's id. */
  readonly account: string;
}

export interface Scene {
  readonly db: pg.Pool;
  readonly stack: Stack;
  readonly simulators: Readonly<Record<Manner, Simulator>>;
  readonly replicas: readonly Replica[];
  readonly athletes: readonly Athlete[];
  readonly seen: Seen;
  readonly internalToken: string;
  stop(): Promise<void>;
}

export interface SceneOptions {
  readonly replicas: number;
  readonly athletes: Readonly<Record<Manner, number>>;
  readonly say: (line: string) => void;
}

export async function openScene({ replicas: count, athletes: counts, say }: SceneOptions): Promise<Scene> {
  const cleanups: (() => unknown)[] = [];
  const stop = async (): Promise<void> => {
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  };
  try {
    const services = await startServices({
      ways: ['local'],
      only: ['postgres', 'redis'],
      durable: false,
      progress: say,
    });
    cleanups.push(() => services.stop());
    const authPort = await freePort();
    const simulators = await startSimulators(authPort, counts);
    cleanups.push(() => Promise.all(Object.values(simulators).map((one) => one.close())));
    const internalToken = 'only-for-this-test';
    const { databaseUrl, redisUrl } = services;
    const stack = await Stack.prepare({
      services: { databaseUrl, redisUrl },
      authPort,
      progress: say,
      env: { LOG_LEVEL: 'info', INTERNAL_TOKEN: internalToken },
      tenants: manners.map((manner) => tenantOf(manner, simulators[manner])),
    });
    cleanups.push(() => stack.stop());
    const seen = new Seen();
    const doors = await Promise.all(Array.from({ length: count }, () => openDoor(simulators, seen)));
    cleanups.push(() => doors.forEach((door) => door.close()));
    const replicas = await Promise.all(doors.map((door, index) => startReplica(stack, simulators, door, index)));
    const db = new pg.Pool({ connectionString: databaseUrl, max: 8 });
    cleanups.push(() => db.end());
    const athletes = await connectAll(stack, simulators);
    return { db, stack, simulators, replicas, athletes, seen, internalToken, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startSimulators(authPort: number, athletes: Readonly<Record<Manner, number>>) {
  const redirectUris = [`http://127.0.0.1:${authPort}/oauth/callback`];
  const started = manners.map(async (manner) => {
    const simulator = await createSimulator({
      seed: `refresh-kills-${manner}`,
      clients: [{ id: manner, secret: 'only-for-this-simulator', redirectUris, athletes: athletes[manner] }],
      days: 1,
      lateNights: 0,
      quota: [{ requests: 1_000_000, seconds: 900 }],
      // Tokens are handed out while they live for another minute, so these are good for a quarter of one.
      switches: { refresh_rotation: rotations[manner], expires_in: 75, token_latency: [2, 25] },
    });
    return [manner, simulator] as const;
  });
  return Object.fromEntries(await Promise.all(started)) as Record<Manner, Simulator>;
}

const tenantOf = (manner: Manner, { apiUrl, authUrl }: Simulator) => ({
  id: manner,
  clientId: manner,
  clientSecret: 'only-for-this-simulator',
  apiUrl,
  authUrl,
  quota: [{ requests: 1_000_000, seconds: 900 }],
  resources: ['account-data'],
});

const openDoor = (simulators: Readonly<Record<Manner, Simulator>>, seen: Seen): Promise<ProviderDoor> =>
  ProviderDoor.open(new Map(manners.map((manner) => [manner, simulators[manner].authUrl])), seen);

/** Each replica has a tenant file of its own that leads through its door. */
async function startReplica(
  stack: Stack,
  simulators: Readonly<Record<Manner, Simulator>>,
  door: ProviderDoor,
  index: number,
): Promise<Replica> {
  const name = `auth-${index + 1}`;
  let tenants = await readFile(stack.tenantsFile, 'utf8');
  for (const manner of manners) tenants = tenants.replace(simulators[manner].authUrl, door.authUrl(manner));
  const file = join(stack.folder, `${name}.yaml`);
  await writeFile(file, tenants);
  const port = index === 0 ? new URL(stack.authUrl).port : String(await freePort());
  return { ...(await stack.start('auth', name, { TENANTS_FILE: file, PORT: port })), door };
}

async function connectAll(stack: Stack, simulators: Readonly<Record<Manner, Simulator>>): Promise<readonly Athlete[]> {
  const athletes: Athlete[] = [];
  for (const manner of manners) {
    for (const { name, polarUserId } of simulators[manner].athletes()) {
      const connection = await consent(await stack.connectLink(manner, name, returnUrl(stack.authUrl)), name);
      athletes.push({ name, manner, connection, account: String(polarUserId) });
    }
  }
  return athletes;
}
