import { setTimeout as sleep } from 'node:timers/promises';
import type { KeysEnv } from '#config';
import { Ids } from '#platform';
import { createAuditStore, createCredentialStore, openDatabase } from '#store';
import { LocalSealer } from '../local-sealer.ts';
import { keyStates, type KeyState } from './key-states.ts';
import { rewrap, type RewrapPorts } from './rewrap.ts';

export type { KeyState } from './key-states.ts';

/** What an operator does with the encryption keys. */
export interface KeyDesk {
  /** Which keys have sealed how many tokens. */
  status(): Promise<readonly KeyState[]>;
  /**
   * Seals all stored tokens with the current key. It can be stopped at any time and goes on where it was.
   * @returns how many rows it has sealed
   * @throws BridgeError CONFIG_INVALID when a key is missing; nothing of that batch is changed
   */
  rewrap(wanted: Pick<RewrapPorts, 'actor' | 'progress'>): Promise<number>;
}

/** Opens the database of the environment for a task, and closes it after it. */
export async function withKeys<T>(env: KeysEnv, task: (desk: KeyDesk) => Promise<T>): Promise<T> {
  const ids = new Ids();
  const sealer = new LocalSealer(env.ENCRYPTION_KEYS, (bytes) => ids.bytes(bytes));
  const db = openDatabase(env.DATABASE_URL, {
    role: 'accesslink_bridge_auth',
    pool: 2,
    applicationName: `${env.DEPLOYMENT}-keys`,
  });
  const [credentials, audit] = [createCredentialStore(db), createAuditStore(db)];
  const pause = (): Promise<void> => sleep(1000);
  try {
    return await task({
      status: async () => keyStates(env.ENCRYPTION_KEYS, await credentials.countPerKey()),
      rewrap: (wanted) => rewrap({ sealer, credentials, audit, pause, ...wanted }),
    });
  } finally {
    await db.destroy();
  }
}
