import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createCredentialStore, writeTokens } from './credentials.ts';
import type { Database } from './database.ts';
import { createRefreshAttempts } from './refresh-attempts.ts';
import { StoreBench } from './store.fixture.ts';

let bench: StoreBench;
let auth: Database;
beforeAll(async () => {
  bench = await StoreBench.open();
  auth = bench.as('accesslink_bridge_auth');
});
afterAll(() => bench.close());

const attempts = () => createRefreshAttempts(auth);
const notes = (id: string) =>
  bench.db
    .selectFrom('refresh_attempts')
    .select(['version', 'tries', 'answered'])
    .where('connection', '=', id)
    .execute();
const timePasses = (id: string) =>
  bench.db
    .updateTable('refresh_attempts')
    .set({ in_flight_until: new Date(0) })
    .where('connection', '=', id)
    .execute();

describe('the note of a refresh', () => {
  it('keeps others away until the request cannot be under way any more, and counts', async () => {
    const id = await bench.connection();
    expect(await attempts().begin(id, 1, 60)).toEqual({ kind: 'begun', tries: 1 });
    expect(await attempts().begin(id, 1, 60)).toMatchObject({ kind: 'under_way' });
    const found = { connection: id, version: 1 };
    expect(await attempts().cutOff(['acme'], 3, 9)).not.toContainEqual(found);
    await timePasses(id);
    expect(await attempts().cutOff(['acme'], 3, 9)).toContainEqual(found);
    expect(await attempts().cutOff(['beta'], 3, 9)).not.toContainEqual(found);
    expect(await attempts().begin(id, 1, 60)).toEqual({ kind: 'begun', tries: 2 });
    await timePasses(id);
    expect(await attempts().begin(id, 2, 60)).toEqual({ kind: 'begun', tries: 1 });
  });

  it('goes when nothing happened, and stays when something may have', async () => {
    const id = await bench.connection();
    await attempts().begin(id, 1, 60);
    await attempts().end(id, 1, 1, 'refused');
    expect(await notes(id)).toEqual([]);
    await attempts().begin(id, 1, 60);
    await attempts().end(id, 1, 1, 'unsure');
    expect(await notes(id)).toEqual([{ version: 1, tries: 1, answered: true }]);
    expect(await attempts().begin(id, 1, 60)).toEqual({ kind: 'begun', tries: 2 });
    expect(await attempts().cutOff(['acme'], 3, 9)).not.toContainEqual({ connection: id, version: 1 });
    await attempts().end(id, 1, 2, 'refused');
    expect(await notes(id)).toEqual([{ version: 1, tries: 2, answered: false }]);
    expect(await attempts().cutOff(['acme'], 3, 9)).toContainEqual({ connection: id, version: 1 });
  });

  it('is not ended by a process that stood still while another one took over', async () => {
    const id = randomUUID();
    await attempts().begin(id, 1, 60);
    await timePasses(id);
    await attempts().begin(id, 1, 60);
    await attempts().end(id, 1, 1, 'refused');
    await attempts().end(id, 1, 1, 'unsure');
    expect(await notes(id)).toEqual([{ version: 1, tries: 2, answered: false }]);
    expect(await attempts().begin(id, 1, 60)).toMatchObject({ kind: 'under_way' });
  });

  it('is forgotten when its tokens are not stored any more, and not before it can be under way no more', async () => {
    const [id, other] = [await bench.connection(), await bench.connection()];
    const tokens = { keyId: 'k', accessToken: Buffer.of(1), refreshToken: Buffer.of(2), accessExpiresAt: new Date() };
    await auth.transaction().execute((trx) => writeTokens(trx, id, tokens, new Date()));
    await auth.transaction().execute((trx) => writeTokens(trx, other, tokens, new Date()));
    const { version = 0 } = (await createCredentialStore(auth).find(id)) ?? {};
    await attempts().begin(id, version - 1, 60);
    await attempts().begin(other, version, 60);
    await attempts().forgetOutdated();
    expect(await notes(id)).toHaveLength(1);
    await timePasses(id);
    await timePasses(other);
    await attempts().forgetOutdated();
    expect(await notes(id)).toEqual([]);
    expect(await notes(other)).toHaveLength(1);
  });

  it('is not taken away by a late rescue of older tokens', async () => {
    const id = randomUUID();
    await attempts().begin(id, 2, 60);
    const tokens = { keyId: 'k', accessToken: Buffer.of(1), refreshToken: Buffer.of(2), accessExpiresAt: new Date() };
    expect(await createCredentialStore(auth).rescue(id, 1, tokens, new Date())).toBe(false);
    expect(await notes(id)).toEqual([{ version: 2, tries: 1, answered: false }]);
  });
});
