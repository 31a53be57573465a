import { describe, expect, it } from '@jest/globals';
import { AppLogger, Clock } from '#platform';
import { Caretaker } from './caretaker.ts';
import { Housekeeping } from './housekeeping.ts';
import type { ConnectionStore, ConsentStore, CredentialStore, RefreshAttempts, TenantDirectory } from './ports.ts';
import type { TokenCustody } from './token-custody.ts';

/** Housekeeping with so many idle consents; a refresh ends when it is told to. */
function setup(idle: readonly string[]) {
  const [kept, ends]: [string[], (() => void)[]] = [[], []];
  const log = AppLogger.create({ name: 'auth', logLevel: 'silent' });
  const clock = new Clock();
  const caretaker = new Caretaker({
    credentials: {
      idleSince: (_: Date, __: number, after?: string) => Promise.resolve(after === undefined ? idle : []),
    } as unknown as CredentialStore,
    attempts: {} as RefreshAttempts,
    tenants: {} as TenantDirectory,
    custody: {
      keepAlive: (id: string) => {
        kept.push(id);
        return new Promise<void>((resolve) => ends.push(resolve));
      },
    } as unknown as TokenCustody,
    clock,
    log,
  });
  const consents = { sweep: () => Promise.resolve() } as unknown as ConsentStore;
  const housekeeping = new Housekeeping(consents, {} as ConnectionStore, caretaker, clock, log);
  return { housekeeping, kept, endOne: () => ends.shift()?.() };
}

/** Until nothing moves without something from outside. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a shutdown', () => {
  it('waits for the athlete whose turn it is, and not for the others', async () => {
    const { housekeeping, kept, endOne } = setup(['one', 'two', 'three']);
    const tidied = housekeeping.tidy();
    await settled();
    endOne();
    await settled();
    expect(kept).toEqual(['one', 'two']);

    let isOver = false;
    housekeeping.onModuleDestroy();
    const over = housekeeping.beforeApplicationShutdown().then(() => (isOver = true));
    await settled();
    expect(isOver).toBe(false);
    endOne();
    await Promise.all([over, tidied]);
    expect(kept).toEqual(['one', 'two']);
    await housekeeping.tidy();
    expect(kept).toEqual(['one', 'two']);
  });
});
