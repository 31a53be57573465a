import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createAuditStore, createConnectionStore, createConsentStore, createCredentialStore } from '#store';
import { type TestDatabase, createTestDatabase } from '../../../../test/integration/database.ts';
import { advance, unborn } from '../lifecycle.ts';
import { LocalSealer } from '../local-sealer.ts';
import type { Sealer } from '../ports.ts';
import { openTokens, sealGrant } from '../vault.ts';
import { rewrap } from './rewrap.ts';

const key = (id: string, byte: number) => ({ id, key: Buffer.alloc(32, byte) });
const [k1, k2] = [key('k1', 1), key('k2', 2)];
const old = new LocalSealer([k1], randomBytes);
const rotated = new LocalSealer([k2, k1], randomBytes);

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.db.deleteFrom('credentials').execute();
  await database.db.deleteFrom('audit_log').execute();
});

/** A connection whose tokens are named after it. */
async function connect(sealer: Sealer): Promise<string> {
  const [id, link] = [randomUUID(), randomUUID()];
  const at = new Date();
  const about = { tenant: 'acme', userReference: id };
  await createConsentStore(database.db).addLink(
    { ...about, id: link, scopes: [], returnUrl: null, expiresAt: at, usedAt: null },
    { actor: 'test', action: 'tested', tenant: 'acme', subject: link },
  );
  const grant = {
    accessToken: `access-${id}`,
    refreshToken: `refresh-${id}`,
    expiresInSeconds: 3600,
    scopes: [],
    polarUserId: null,
  };
  const establishment = { ...about, link, polarUserId: null, topicPrefix: 'polar.acme', at };
  await createConnectionStore(database.db).establish(establishment, async () => {
    const connection = unborn(id, 'acme', id, at);
    const tokens = await sealGrant(sealer, connection, grant, '', at.getTime());
    return advance(connection, { kind: 'consent', scopes: ['sleep:read'], polarUserId: null, tokens }, at) ?? 'refused';
  });
  return id;
}

const ports = (sealer: Sealer, steps: string[] = []) => ({
  sealer,
  credentials: createCredentialStore(database.db),
  audit: createAuditStore(database.db),
  actor: 'test',
  batch: 20,
  pause: () => Promise.resolve(),
  progress: (done: number, all: number) => void steps.push(`${done}/${all}`),
});

describe('rewrapping', () => {
  it('seals everything with the current key, tells how far it is, and changes no token', async () => {
    const connections: string[] = [];
    for (let index = 0; index < 25; index += 1) connections.push(await connect(index < 23 ? old : rotated));
    const steps: string[] = [];
    expect(await rewrap(ports(rotated, steps))).toBe(23);
    expect(steps).toEqual(['20/23', '23/23']);
    const store = createCredentialStore(database.db);
    expect([...(await store.countPerKey())]).toEqual([['k2', 25]]);
    const only = new LocalSealer([k2], randomBytes);
    for (const id of connections) {
      const row = await store.find(id);
      if (row === undefined) throw new Error(`${id} has no tokens any more`);
      expect(await openTokens(only, row)).toMatchObject({
        accessToken: `access-${id}`,
        refreshToken: `refresh-${id}`,
        version: 1,
      });
    }
    expect(await createAuditStore(database.db).list({ limit: 1 })).toMatchObject([
      { action: 'keys.rewrapped', actor: 'test', outcome: 'done' },
    ]);
    expect(await rewrap(ports(rotated))).toBe(0);
  });

  it('changes nothing where a key is missing, and says which', async () => {
    const id = await connect(old);
    await expect(rewrap(ports(new LocalSealer([k2], randomBytes)))).rejects.toThrow('"k1", which is not in ENCRYPTION');
    expect(await createCredentialStore(database.db).find(id)).toMatchObject({ keyId: 'k1' });
  });

  it('leaves a row to the refresh that holds it, and waits for it', async () => {
    const id = await connect(old);
    await connect(old);
    const store = createCredentialStore(database.db);
    let release = (): void => undefined;
    let locked = (): void => undefined;
    const held = new Promise<void>((resolve) => (locked = resolve));
    const refreshing = store.exclusively(
      id,
      () => new Date(),
      async (row) => {
        locked();
        await new Promise<void>((resolve) => (release = resolve));
        const grant = {
          accessToken: 'fresh',
          refreshToken: 'fresh',
          expiresInSeconds: 3600,
          scopes: null,
          polarUserId: null,
        };
        return sealGrant(rotated, { id: row.connection, tenant: row.tenant }, grant, '', 0);
      },
    );
    await held;
    const pause = async (): Promise<void> => {
      release();
      await refreshing;
    };
    expect(await rewrap({ ...ports(rotated), pause })).toBe(1);
    expect(await store.find(id)).toMatchObject({ keyId: 'k2', version: 2 });
  });
});
