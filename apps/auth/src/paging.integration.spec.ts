import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AuthScene, adminToken, send, startAuth } from './auth.fixture.ts';

let scene: AuthScene;
beforeAll(async () => {
  scene = await startAuth();
});
afterAll(() => scene.stop());

const list = async (query: string) => {
  const { status, json } = await send(scene.app, 'GET', `/v1/tenants/acme/connections?${query}`, { token: adminToken });
  expect(status).toBe(200);
  return json as { connections: readonly { id: string; userReference: string }[]; nextCursor: string | null };
};
const add = async (count: number, more: { userReference?: string; status?: 'active' | 'paused' | 'revoked' } = {}) => {
  const at = new Date();
  const rows = Array.from({ length: count }, () => ({
    id: randomUUID(),
    tenant: 'acme',
    user_reference: more.userReference ?? randomUUID(),
    scopes: [],
    status: more.status ?? ('active' as const),
    lane: 0,
    established_at: at,
    updated_at: at,
  }));
  await scene.database.db.insertInto('connections').values(rows).execute();
  return rows.map(({ id }) => id);
};
/** Every id of every page; `between` runs before each next page. */
async function walk(query: string, between: () => Promise<unknown> = () => Promise.resolve()): Promise<string[]> {
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; await between()) {
    const page = await list(`${query}${cursor === '' ? '' : `&cursor=${cursor}`}`);
    seen.push(...page.connections.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  return seen;
}

describe('the list of connections', () => {
  it('ends where it ends: empty, a page that is just full, one more', async () => {
    expect(await list('limit=2')).toEqual({ connections: [], nextCursor: null });
    const ids = (await add(2)).toSorted();
    expect(await list('limit=2')).toMatchObject({ connections: ids.map((id) => ({ id })), nextCursor: null });
    expect((await list('limit=1')).nextCursor).toBe(ids[0]);
    expect(await list(`limit=1&cursor=${ids[1] ?? ''}`)).toEqual({ connections: [], nextCursor: null });
    expect((await list('cursor=ffffffff-ffff-ffff-ffff-ffffffffffff')).connections).toEqual([]);
    expect((await list('limit=500')).connections).toHaveLength(2);
  });

  it('shows who was there from the start once, whoever comes meanwhile', async () => {
    const there = [...(await walk('limit=500')), ...(await add(40))];
    const seen = await walk('limit=7', () => add(3));
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(there));
    expect(seen).toEqual(seen.toSorted());
  });

  it('is filtered by one status or several, and by the very reference', async () => {
    const [paused, revoked] = [await add(3, { status: 'paused' }), await add(2, { status: 'revoked' })];
    expect(await walk('limit=2&status=paused')).toEqual(paused.toSorted());
    expect(await walk('limit=2&status=paused&status=revoked')).toEqual([...paused, ...revoked].toSorted());
    const [id] = await add(1, { userReference: 'Jürgen & Söhne %_' });
    const found = async (reference: string) =>
      (await list(`userReference=${encodeURIComponent(reference)}`)).connections.map((one) => one.id);
    expect(await found('Jürgen & Söhne %_')).toEqual([id]);
    expect(await found('Jürgen & Söhne %')).toEqual([]);
    expect(await found('jürgen & söhne %_')).toEqual([]);
    expect(await walk(`status=paused&userReference=${encodeURIComponent('Jürgen & Söhne %_')}`)).toEqual([]);
  });

  it('answers HEAD like GET, and tells what else there is', async () => {
    const ask = (method: 'HEAD' | 'PUT', path = '') =>
      scene.app.inject({
        method,
        url: `/v1/tenants/acme/connections${path}`,
        headers: { authorization: `Bearer ${adminToken}` },
      });
    const head = await ask('HEAD');
    expect([head.statusCode, head.body, head.headers['content-type']]).toEqual([
      200,
      '',
      'application/json; charset=utf-8',
    ]);
    const put = await ask('PUT', `/${randomUUID()}`);
    expect([put.statusCode, put.headers['allow']]).toEqual([405, 'DELETE, GET, HEAD']);
  });
});
