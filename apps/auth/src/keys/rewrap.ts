import { BridgeError } from '#core';
import type { AdminAction, AuditOutcome, Credentials, Sealer } from '../ports.ts';
import { sealAnew } from '../vault.ts';

export interface RewrapPorts {
  readonly sealer: Sealer;
  readonly credentials: {
    /** Rows by the key that sealed them. */
    countPerKey(): Promise<ReadonlyMap<string, number>>;
    /** Seals so many rows of other keys anew. @returns how many */
    rewrap(currentKey: string, most: number, seal: (row: Credentials) => ReturnType<typeof sealAnew>): Promise<number>;
  };
  readonly audit: { note(action: AdminAction, outcome: AuditOutcome): Promise<void> };
  readonly actor: string;
  /** Waits a moment for rows that somebody is refreshing: that seals them, too. */
  readonly pause: () => Promise<void>;
  /** Rows of one transaction; 200 if not given. */
  readonly batch?: number;
  /** Told after each batch. */
  readonly progress: (done: number, all: number) => void;
}

/** So often in a row nothing could be taken, because the rest is being refreshed. */
const mostPauses = 60;

/**
 * Seals all stored tokens with the current key. It can be stopped at any time and goes on where it was; the services may
 * run meanwhile.
 * @returns how many rows it has sealed
 * @throws BridgeError CONFIG_INVALID when a key is missing; nothing of that batch is changed
 */
export async function rewrap(ports: RewrapPorts): Promise<number> {
  const { sealer, credentials, audit, actor, pause, progress, batch = 200 } = ports;
  const all = await left(credentials, sealer);
  // Before, because it may be stopped in the middle.
  await audit.note({ actor, action: 'keys.rewrapped', tenant: null, subject: null }, all > 0 ? 'done' : 'unchanged');
  let done = 0;
  for (let pauses = 0; done < all;) {
    const sealed = await credentials.rewrap(sealer.keyId, batch, (row) => sealAnew(sealer, row));
    done += sealed;
    progress(Math.min(done, all), all);
    if (sealed > 0) pauses = 0;
    else {
      // Those that are left were sealed by a refresh, or are being.
      const others = await left(credentials, sealer);
      if (others === 0) break;
      if (++pauses > mostPauses) throw stuck(others);
      await pause();
    }
  }
  return done;
}

async function left({ countPerKey }: RewrapPorts['credentials'], { keyId }: Sealer): Promise<number> {
  return [...(await countPerKey())].reduce((sum, [key, count]) => (key === keyId ? sum : sum + count), 0);
}

const stuck = (rows: number): BridgeError =>
  new BridgeError('DATABASE_CONFLICT', `${String(rows)} rows are held by somebody all the time; run it again later`);
