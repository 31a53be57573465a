import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createAuditStore, createConnectionStore, createCredentialStore } from '#store';
import {
  type AuthScene,
  Browser,
  adminToken,
  createLink,
  fingerprint,
  internalToken,
  returnUrl,
  send,
  startAuth,
} from './auth.fixture.ts';
import { Housekeeping } from './housekeeping.ts';
import { TokenCustody } from './token-custody.ts';

let scene: AuthScene;
let names: string[];
beforeAll(async () => {
  scene = await startAuth();
  names = scene.simulator
    .athletes()
    .filter(({ client }) => client === 'client-acme')
    .map(({ name }) => name);
});
const rotation = { refresh_rotation: 'rotate', token_lost_rate: 0, deny: false } as const;
afterEach(() => {
  Object.assign(scene.simulator.switches, rotation);
});
afterAll(() => scene.stop());

const admin = (method: 'GET' | 'POST' | 'DELETE', path: string, options: { body?: object; actor?: string } = {}) =>
  send(scene.app, method, `/v1/${path}`, { token: adminToken, ...options });
const tokenOf = (id: string, rejected?: string) =>
  send(scene.app, 'POST', `/internal/v1/connections/${id}/access-token`, {
    token: internalToken,
    body: rejected === undefined ? {} : { rejected },
  });
const statusOf = async (id: string): Promise<[string, string | null]> => {
  const { json } = await admin('GET', `tenants/acme/connections/${id}`);
  return [json.status, json.statusReason];
};
async function connected(userReference: string, athlete: string): Promise<string> {
  const link = await createLink(scene.app, 'acme', { userReference, returnUrl });
  const reply = await new Browser(scene).connect(link, athlete);
  const id = new URL(String(reply.headers['location'])).searchParams.get('connection');
  if (id === null) throw new Error(`${userReference} was not connected: ${reply.text}`);
  return id;
}
const told = async (id: string) => {
  const rows = await scene.database.db
    .selectFrom('outbox')
    .select(['type', 'payload'])
    .where('aggregateid', '=', id)
    .orderBy('position')
    .execute();
  return rows.map(({ type, payload }) => [type.split('.')[1], JSON.parse(payload)] as const);
};
const target = (connection: string) => ({
  connection,
  resource: 'sleeps',
  kind: 'live' as const,
  tenant: 'acme',
  next_due: new Date(),
  cursor: '{}',
  interval_seconds: 300,
});

describe('a pause', () => {
  it('stops tokens and polls, keeps the consent alive, and ends with a resume', async () => {
    const { db } = scene.database;
    const id = await connected('paused', names[0] ?? '');
    await db.insertInto('poll_targets').values(target(id)).execute();
    const before = await createCredentialStore(db).find(id);
    for (let time = 1; time <= 2; time += 1) {
      const { status, json } = await admin('POST', `tenants/acme/connections/${id}/pause`);
      expect([status, json.status, json.statusReason]).toEqual([200, 'paused', 'paused_by_tenant']);
    }
    const refused = await tokenOf(id);
    expect([refused.status, refused.json.connectionStatus]).toEqual([409, 'paused']);
    const targets = db.selectFrom('poll_targets').select('suspended').where('connection', '=', id);
    expect(await targets.execute()).toEqual([{ suspended: 'paused_by_tenant' }]);

    scene.clock.ahead += 31 * 86_400_000;
    await scene.app.get(Housekeeping).tidy();
    scene.clock.ahead -= 31 * 86_400_000;
    expect((await createCredentialStore(db).find(id))?.version).toBe((before?.version ?? 0) + 1);
    expect(await statusOf(id)).toEqual(['paused', 'paused_by_tenant']);

    for (let time = 1; time <= 2; time += 1) {
      const { status, json } = await admin('POST', `tenants/acme/connections/${id}/resume`);
      expect([status, json.status, json.statusReason]).toEqual([200, 'active', null]);
    }
    expect((await tokenOf(id)).status).toBe(200);
    expect(await db.selectFrom('connections').select('enrolled_plan').where('id', '=', id).execute()).toEqual([
      { enrolled_plan: null },
    ]);
    expect((await told(id)).map(([type, { data }]) => [type, data.reason])).toEqual([
      ['ConnectionEstablished', 'consent_given'],
      ['ConnectionPaused', 'paused_by_tenant'],
      ['ConnectionRestored', 'resumed'],
    ]);
  });

  it('is refused where there is nothing to pause or to resume', async () => {
    const id = await connected('over', names[1] ?? '');
    await admin('DELETE', `tenants/acme/connections/${id}`);
    for (const action of ['pause', 'resume']) {
      const { status, json } = await admin('POST', `tenants/acme/connections/${id}/${action}`);
      expect([status, json.code, json.connectionStatus]).toEqual([409, 'CONNECTION_STATUS', 'revoked']);
    }
    expect((await admin('POST', `tenants/beta/connections/${id}/pause`)).status).toBe(404);
  });
});

describe('an erasure', () => {
  it('leaves the ids of all connections of the athlete, and tells each of their consumers', async () => {
    const { db } = scene.database;
    const athlete = names[1] ?? '';
    const first = await connected('to-be-erased', athlete);
    await admin('DELETE', `tenants/acme/connections/${first}`);
    const second = await connected('to-be-erased', athlete);
    await db.insertInto('poll_targets').values(target(second)).execute();
    const unused = await createLink(scene.app, 'acme', { userReference: 'to-be-erased' });

    const asked = await admin('POST', `tenants/acme/connections/${first}/erasure`);
    expect([asked.status, asked.json]).toEqual([200, { connections: [first, second].toSorted(), isComplete: false }]);
    for (const id of [first, second]) {
      expect((await told(id)).at(-1)).toEqual([
        'ConnectionErased',
        expect.objectContaining({
          userReference: 'to-be-erased',
          data: { reason: 'erased_by_tenant', deletionRequired: true },
        }),
      ]);
      expect((await admin('GET', `tenants/acme/connections/${id}`)).json).toMatchObject({
        status: 'erased',
        userReference: '',
        polarUserId: null,
        scopes: [],
      });
      for (const table of ['credentials', 'poll_targets', 'snapshots', 'refresh_attempts'] as const)
        expect(await db.selectFrom(table).select('connection').where('connection', '=', id).execute()).toEqual([]);
    }
    expect((await send(scene.app, 'GET', unused)).status).toBe(404);

    // Kafka has them now.
    await db
      .updateTable('lanes')
      .set(({ ref }) => ({ relayed: ref('next_position') }))
      .execute();
    const again = await admin('POST', `tenants/acme/connections/${second}/erasure`);
    expect(again.json).toEqual({ connections: [second], isComplete: true });
    await scene.app.get(Housekeeping).purge();
    expect(await told(first)).toEqual([]);
    expect(await createConnectionStore(db).purgeErased()).toBe(0);
    expect((await told(await connected('somebody-else', athlete))).length).toBe(1);
  });
});

describe('the audit log', () => {
  it('says who did what, and no name of an athlete', async () => {
    const id = await connected('audited', names[2] ?? '');
    await admin('POST', `tenants/acme/connections/${id}/pause`, { actor: 'alice' });
    await admin('POST', `tenants/acme/connections/${id}/pause`, { actor: 'with spaces and ü' });
    await admin('DELETE', `tenants/acme/connections/${id}`);
    expect((await admin('POST', `tenants/acme/connections/${id}/pause`, { actor: 'bob' })).status).toBe(409);
    const { json } = await admin('GET', `audit?subject=${id}`);
    expect(json.nextCursor).toBeNull();
    expect(
      json.entries.map((entry: Record<string, unknown>) => [entry['action'], entry['actor'], entry['outcome']]),
    ).toEqual([
      ['connection.paused', 'bob', 'refused'],
      ['connection.removed', 'admin', 'done'],
      ['connection.paused', 'admin', 'unchanged'],
      ['connection.paused', 'alice', 'done'],
    ]);
    const all = await createAuditStore(scene.database.db).list({ limit: 500 });
    expect(JSON.stringify(all)).not.toContain('audited');
    expect(new Set(all.map(({ action }) => action))).toEqual(
      new Set([
        'connect_link.created',
        'connection.paused',
        'connection.resumed',
        'connection.removed',
        'connection.erased',
      ]),
    );
  });

  it('is read page by page', async () => {
    const ids: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { json } = await admin('GET', `audit?tenant=acme&limit=3${cursor && `&cursor=${cursor}`}`);
      ids.push(...json.entries.map((entry: { id: string }) => entry.id));
      cursor = json.nextCursor;
    }
    expect(ids).toEqual(
      (await admin('GET', 'audit?tenant=acme&limit=500')).json.entries.map(({ id }: { id: string }) => id),
    );
    expect(ids.length).toBeGreaterThan(5);
    expect((await admin('GET', 'audit?tenant=beta')).json.entries).toEqual([]);
    expect((await admin('GET', 'audit?tenant=nope')).status).toBe(404);
  });
});

describe('a connect link', () => {
  it('tells the operator what became of it', async () => {
    scene.simulator.switches.deny = true;
    const created = await admin('POST', 'tenants/acme/connect-links', { body: { userReference: 'hesitant' } });
    await new Browser(scene).connect(created.json.url, names[3] ?? '');
    const links = async () =>
      (await admin('GET', 'tenants/acme/connect-links?userReference=hesitant')).json.connectLinks;
    expect(await links()).toMatchObject([
      {
        id: created.json.id,
        userReference: 'hesitant',
        usedAt: null,
        connection: null,
        failure: { code: 'access_denied', detail: 'access_denied' },
      },
    ]);
    scene.simulator.switches.deny = false;
    await new Browser(scene).connect(created.json.url, names[3] ?? '');
    const { json } = await admin('GET', 'tenants/acme/connections?userReference=hesitant&status=active&status=paused');
    expect(await links()).toMatchObject([{ connection: json.connections[0].id, failure: null }]);
    expect(JSON.stringify(await links())).not.toContain(created.json.url.split('/').at(-1));
  });

  it('keeps the failure of a callback in another browser, which is not shown there', async () => {
    const { json } = await admin('POST', 'tenants/acme/connect-links', {
      body: { userReference: 'phished', returnUrl },
    });
    const browser = new Browser(scene);
    const callback = await browser.consent(await browser.open(json.url), names[4] ?? '');
    const other = await new Browser(scene).callback(callback);
    expect([other.status, other.headers['location']]).toEqual([400, undefined]);
    const { json: page } = await admin('GET', 'tenants/acme/connect-links?userReference=phished');
    expect(page.connectLinks).toMatchObject([{ failure: { code: 'other_browser', detail: null } }]);
  });

  it('is listed page by page, newest first', async () => {
    for (const index of [1, 2, 3, 4, 5]) await createLink(scene.app, 'beta', { userReference: `page-${index}` });
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { json } = await admin('GET', `tenants/beta/connect-links?limit=2${cursor && `&cursor=${cursor}`}`);
      const references = json.connectLinks.map((link: { userReference: string }) => link.userReference);
      seen.push(...references);
      cursor = json.nextCursor;
      // What was swept meanwhile is no reason to lose the rest.
      await scene.database.db.deleteFrom('connect_links').where('user_reference', 'in', references).execute();
    }
    expect(seen).toEqual(['page-5', 'page-4', 'page-3', 'page-2', 'page-1']);
  });
});

describe('a refresh whose answer is lost', () => {
  const athlete = () => names[5] ?? '';
  /** The provider rotates, and the answer does not arrive; the request is over as soon as the note says so. */
  async function losing(id: string): Promise<string> {
    const rejected = fingerprint((await tokenOf(id)).json.accessToken);
    scene.simulator.switches.token_lost_rate = 1;
    expect((await tokenOf(id, rejected)).status).toBe(503);
    scene.simulator.switches.token_lost_rate = 0;
    return rejected;
  }
  const timePasses = (id: string) =>
    scene.database.db
      .updateTable('refresh_attempts')
      .set({ in_flight_until: new Date(0) })
      .where('connection', '=', id)
      .execute();

  it('is not asked again while it may be under way', async () => {
    const id = await connected('lost', athlete());
    const rejected = await losing(id);
    const early = await tokenOf(id, rejected);
    expect([early.status, early.json.code, early.json.disposition]).toEqual([503, 'REFRESH_UNDER_WAY', 'wait']);
    expect(Number(early.headers['retry-after'])).toBeLessThanOrEqual(12);
    expect(await statusOf(id)).toEqual(['active', null]);
  });

  it.each(['keep', 'rotate+grace'] as const)('is survived where the provider allows it: %s', async (manner) => {
    scene.simulator.switches.refresh_rotation = manner;
    const id = await connected('lost', athlete());
    await losing(id);
    await timePasses(id);
    const before = await createCredentialStore(scene.database.db).find(id);
    await scene.app.get(Housekeeping).takeUp();
    expect((await createCredentialStore(scene.database.db).find(id))?.version).toBe((before?.version ?? 0) + 1);
    expect(await statusOf(id)).toEqual(['active', null]);
    expect(await scene.database.db.selectFrom('refresh_attempts').selectAll().execute()).toEqual([]);
  });

  it('is not taken up when others have refreshed since', async () => {
    const id = await connected('lost', athlete());
    const custody = scene.app.get(TokenCustody);
    const version = async () => (await createCredentialStore(scene.database.db).find(id))?.version ?? 0;
    const first = await version();
    await custody.keepAlive(id, first);
    await custody.keepAlive(id, first);
    expect(await version()).toBe(first + 1);
    await custody.keepAlive(id);
    expect(await version()).toBe(first + 2);
  });

  it('becomes needs_reauth with that reason where the provider has rotated for good', async () => {
    const id = await connected('lost', athlete());
    await losing(id);
    await timePasses(id);
    await scene.app.get(Housekeeping).takeUp();
    expect(await statusOf(id)).toEqual(['needs_reauth', 'refresh_answer_lost']);
    expect((await told(id)).at(-1)).toMatchObject(['ConsentRevoked', { data: { reason: 'refresh_answer_lost' } }]);
    expect(await scene.database.db.selectFrom('refresh_attempts').selectAll().execute()).toEqual([]);
  });
});
