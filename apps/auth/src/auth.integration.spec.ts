import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type AuthScene,
  Browser,
  adminToken,
  createLink,
  fingerprint,
  foreignKeys,
  internalToken,
  returnUrl,
  rotatedKeys,
  send,
  startAuth,
} from './auth.fixture.ts';
import { createCredentialStore } from '#store';
import { Consents } from './consents.ts';
import { Housekeeping } from './housekeeping.ts';

let scene: AuthScene;
let names: string[];
const defaults = {
  expires_in: 3599,
  deny: false,
  token_5xx_rate: 0,
  x_user_id: true,
  revoked_answer: '403',
  drop_scope: [],
  token_latency: 0,
  refresh_rotation: 'rotate',
};

beforeAll(async () => {
  scene = await startAuth();
  names = scene.simulator
    .athletes()
    .filter(({ client }) => client === 'client-acme')
    .map(({ name }) => name);
});
afterEach(() => {
  Object.assign(scene.simulator.switches, defaults);
});
afterAll(() => scene.stop());

const admin = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) =>
  send(scene.app, method, `/v1/tenants/${path}`, { token: adminToken, ...(body && { body }) });
const internal = (path: string, body: object = {}, app = scene.app) =>
  send(app, 'POST', `/internal/v1/connections/${path}`, { token: internalToken, body });
const events = async (connection: string) => {
  const rows = await scene.database.db
    .selectFrom('outbox')
    .select(['type', 'payload', 'aggregatetype'])
    .where('aggregateid', '=', connection)
    .orderBy('position')
    .execute();
  return rows.map(({ type, payload, aggregatetype }) => ({
    type,
    topic: aggregatetype,
    ...(JSON.parse(payload) as { revision: number; data: object; userReference: string }),
  }));
};
const typesOf = async (connection: string) =>
  (await events(connection)).map(({ type }) => type.replace(/^accesslink\.(.*)\.v1$/, '$1'));
const parameters = (reply: { headers: Readonly<Record<string, unknown>> }) =>
  Object.fromEntries(new URL(String(reply.headers['location'])).searchParams);

let athletes = 0;
/** Connects one more athlete of acme. */
async function connected(reference: string, athlete = names[athletes++] ?? ''): Promise<string> {
  const reply = await new Browser(scene).connect(
    await createLink(scene.app, 'acme', { userReference: reference, returnUrl }),
    athlete,
  );
  const { connection, status } = parameters(reply);
  if (status !== 'connected' || connection === undefined) throw new Error(JSON.stringify(parameters(reply)));
  return connection;
}
const tokenOf = async (id: string): Promise<string> => String((await internal(`${id}/access-token`)).json.accessToken);
const refreshes = () => scene.simulator.requests().reduce((sum, { total }) => sum + total, 0);

describe('connecting', () => {
  it('leads an athlete through the consent and back to the tenant', async () => {
    const link = await createLink(scene.app, 'acme', { userReference: 'happy', returnUrl });
    const browser = new Browser(scene);
    const authorize = await browser.open(link);
    expect(Object.fromEntries(authorize.searchParams)).toMatchObject({
      client_id: 'client-acme',
      response_type: 'code',
      scope: 'nightly_recharge:read sleep:read',
      redirect_uri: 'https://connect.example/polar/oauth/callback',
    });
    const reply = await browser.callback(await browser.consent(authorize, names[athletes++] ?? ''));
    expect(reply.status).toBe(302);
    expect(parameters(reply)).toMatchObject({ from: 'test', status: 'connected' });
    const id = parameters(reply)['connection'] ?? '';

    expect((await admin('GET', `acme/connections/${id}`)).json).toMatchObject({
      id,
      tenant: 'acme',
      userReference: 'happy',
      status: 'active',
      scopes: ['nightly_recharge:read', 'sleep:read'],
      polarUserId: expect.stringMatching(/^\d+$/),
    });
    expect(await events(id)).toMatchObject([
      {
        type: 'accesslink.ConnectionEstablished.v1',
        topic: 'polar.acme.connection.v1',
        userReference: 'happy',
        revision: 1,
        data: { scopes: ['nightly_recharge:read', 'sleep:read'] },
      },
    ]);
    const token = await tokenOf(id);
    const account = await fetch(`${scene.simulator.apiUrl}/hello`, { headers: { authorization: `Bearer ${token}` } });
    expect(account.status).toBe(200);
  });

  it('keeps the cookie from scripts and from other sites, and the page from caches and frames', async () => {
    const reply = await send(scene.app, 'GET', await createLink(scene.app, 'acme', { userReference: 'cookie' }));
    expect(String(reply.headers['set-cookie'])).toMatch(
      /^consent-[0-9a-f]{16}=[\w-]{43}; Max-Age=3600; Path=\/polar\/oauth\/callback; HttpOnly; Secure; SameSite=Lax$/,
    );
    expect(reply.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
  });

  it('shows a small page where the tenant has none, in its name', async () => {
    const reply = await new Browser(scene).connect(
      await createLink(scene.app, 'acme', { userReference: '<b>page</b>' }),
      names[athletes++] ?? '',
    );
    expect(reply.status).toBe(200);
    expect(reply.text).toContain('You are connected');
    expect(reply.text).toContain('On behalf of <strong><bdi>Acme Sleep Lab</bdi>');
    expect(reply.text).not.toContain('<b>page');
    expect(String(reply.headers['content-security-policy'])).toContain("default-src 'none'");
  });

  it('lets a link be opened again until it has served', async () => {
    const link = await createLink(scene.app, 'acme', { userReference: 'again', returnUrl });
    const [first, second] = [new Browser(scene), new Browser(scene)];
    const early = await first.open(link);
    const name = names[athletes++] ?? '';
    expect(parameters(await second.connect(link, name))).toMatchObject({ status: 'connected' });
    expect((await send(scene.app, 'GET', link)).text).toContain('used already');
    expect(parameters(await first.callback(await first.consent(early, name)))).toMatchObject({ error: 'link_used' });
  });

  it('refuses forged, expired and unknown links in plain words', async () => {
    const link = await createLink(scene.app, 'acme', { userReference: 'forged' });
    const forged = await send(scene.app, 'GET', `${link.slice(0, -2)}AA`);
    expect([forged.status, forged.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
    scene.clock.ahead += 3_601_000;
    const late = await send(scene.app, 'GET', link);
    scene.clock.ahead -= 3_601_000;
    expect([late.status, late.text.includes('too old')]).toEqual([410, true]);
  });

  it('takes a state once, from the same browser, and not for ever', async () => {
    const link = await createLink(scene.app, 'acme', { userReference: 'state', returnUrl });
    const browser = new Browser(scene);
    const name = names[athletes++] ?? '';
    expect((await browser.callback('/oauth/callback?state=forged&code=x')).status).toBe(400);
    expect((await browser.callback('/oauth/callback')).status).toBe(400);
    expect((await browser.callback('/oauth/callback?state=a&state=b&code=x')).status).toBe(400);

    const stolen = await browser.consent(await browser.open(link), name);
    const thief = await new Browser(scene).callback(stolen);
    expect([thief.status, thief.text.includes('not the same browser')]).toEqual([400, true]);
    expect((await browser.callback(stolen)).text).toContain('finished before');

    const slow = await browser.consent(await browser.open(link), name);
    scene.clock.ahead += 901_000;
    const late = await browser.callback(slow);
    scene.clock.ahead -= 901_000;
    expect(parameters(late)).toMatchObject({ error: 'state_expired' });

    const good = await browser.consent(await browser.open(link), name);
    const replies = await Promise.all([browser.callback(good), browser.callback(good)]);
    expect(replies.map(({ status }) => status).toSorted()).toEqual([302, 400]);
  });

  it('tells the tenant when the athlete says no', async () => {
    scene.simulator.switches.deny = true;
    const link = await createLink(scene.app, 'acme', { userReference: 'no', returnUrl });
    const browser = new Browser(scene);
    expect(parameters(await browser.connect(link, names[0] ?? ''))).toEqual({
      from: 'test',
      error: 'access_denied',
      status: 'failed',
    });
    expect(scene.log.join('')).toContain('"failure":"access_denied"');
    const plain = await new Browser(scene).connect(
      await createLink(scene.app, 'acme', { userReference: 'no' }),
      names[0] ?? '',
    );
    expect([plain.status, plain.text.includes('You are not connected')]).toEqual([400, true]);
  });

  it('keeps the id when an athlete reconnects, and tells changed scopes', async () => {
    const name = names[athletes] ?? '';
    const id = await connected('returning');
    scene.simulator.switches.drop_scope = ['sleep:read'];
    expect(await connected('returning', name)).toBe(id);
    expect(await typesOf(id)).toEqual(['ConnectionEstablished', 'ConnectionRestored', 'ScopesChanged']);
    expect((await events(id)).at(-1)?.data).toEqual({
      scopes: ['nightly_recharge:read'],
      added: [],
      removed: ['sleep:read'],
    });
  });

  it('keeps one Polar account to one reference of a tenant, and one reference to one account', async () => {
    const [mine, other] = [names[athletes], names[0]];
    const id = await connected('owner');
    const link = (userReference: string) => createLink(scene.app, 'acme', { userReference, returnUrl });
    expect(parameters(await new Browser(scene).connect(await link('somebody-else'), mine ?? ''))).toMatchObject({
      error: 'account_in_use',
    });
    await admin('DELETE', `acme/connections/${await connectionOf('happy')}`);
    expect(parameters(await new Browser(scene).connect(await link('owner'), other ?? ''))).toMatchObject({
      error: 'account_differs',
    });
    expect(await typesOf(id)).toEqual(['ConnectionEstablished']);
  });

  it('connects without being told the account', async () => {
    scene.simulator.switches.x_user_id = false;
    const id = await connected('nameless', names[0]);
    expect((await admin('GET', `acme/connections/${id}`)).json).toMatchObject({ polarUserId: null });
  });

  it('says that Polar is down, changes nothing, and works again with the same link', async () => {
    scene.simulator.switches.token_5xx_rate = 1;
    const link = await createLink(scene.app, 'beta', { userReference: 'down', returnUrl });
    const name = scene.simulator.athletes().find(({ client }) => client === 'client-beta')?.name ?? '';
    expect(parameters(await new Browser(scene).connect(link, name))).toMatchObject({ error: 'provider_unavailable' });
    scene.simulator.switches.token_5xx_rate = 0;
    expect(parameters(await new Browser(scene).connect(link, name))).toMatchObject({ status: 'connected' });
  });
});

async function connectionOf(reference: string): Promise<string> {
  const { json } = await admin('GET', 'acme/connections?limit=500');
  return (
    (json.connections as { id: string; userReference: string }[]).find((one) => one.userReference === reference)?.id ??
    ''
  );
}

describe('the routes of tenants', () => {
  it.each([
    [{ userReference: '' }, 'userReference'],
    [{ userReference: 'x', scopes: ['sleep:write'] }, 'scopes'],
    [{ userReference: 'x', scopes: [] }, 'scopes'],
    [{ userReference: 'x', returnUrl: 'https://evil.example/' }, 'returnUrl'],
    [{ userReference: 'x', returnUrl: `${returnUrl}&more` }, 'returnUrl'],
    [{ userReference: 'x', tenant: 'beta' }, 'tenant'],
    [{ userReference: 'a\nb' }, 'userReference'],
  ])('refuses %j', async (body, path) => {
    const { status, json } = await admin('POST', 'acme/connect-links', body);
    expect([status, json.errors[0].path]).toEqual([400, path]);
  });

  it('answers 201 with the link and its end', async () => {
    const { status, json } = await admin('POST', 'acme/connect-links', {
      userReference: 'x',
      scopes: ['profile:read'],
    });
    expect(status).toBe(201);
    expect(json.url).toMatch(/^https:\/\/connect\.example\/polar\/connect\/[\w.-]+$/);
    expect(Math.abs(Date.parse(json.expiresAt) - scene.clock.now() - 3_600_000)).toBeLessThan(5000);
  });

  it('knows no other tenant', async () => {
    const { status, json } = await admin('POST', 'nobody/connect-links', { userReference: 'x' });
    expect([status, json.code, json.detail]).toEqual([404, 'NOT_FOUND', expect.stringContaining('acme, beta')]);
  });

  it('keeps tenants apart', async () => {
    const id = await connectionOf('returning');
    expect((await admin('GET', `beta/connections/${id}`)).status).toBe(404);
    expect((await admin('DELETE', `beta/connections/${id}`)).status).toBe(404);
    expect((await admin('GET', `acme/connections/${id}`)).json.status).toBe('active');
    expect(
      (await admin('GET', 'beta/connections')).json.connections.map((one: { tenant: string }) => one.tenant),
    ).toEqual(['beta']);
    expect((await admin('GET', 'acme/connections/not-a-uuid')).status).toBe(400);
  });

  it('pages through connections, by status if wanted', async () => {
    const all = (await admin('GET', 'acme/connections')).json;
    expect(all.nextCursor).toBeNull();
    const seen: string[] = [];
    let cursor = '';
    do {
      const page = (await admin('GET', `acme/connections?limit=2${cursor}`)).json;
      seen.push(...page.connections.map(({ id }: { id: string }) => id));
      cursor = page.nextCursor === null ? '' : `&cursor=${String(page.nextCursor)}`;
    } while (cursor !== '');
    expect(seen).toEqual(all.connections.map(({ id }: { id: string }) => id));
    expect((await admin('GET', 'acme/connections?status=revoked')).json.connections).toMatchObject([
      { userReference: 'happy' },
    ]);
    for (const query of ['status=gone', 'limit=0', 'limit=501', 'cursor=x', 'page=2']) {
      expect((await admin('GET', `acme/connections?${query}`)).status).toBe(400);
    }
  });

  it.each([
    ['POST', '/v1/tenants/acme/connect-links', internalToken],
    ['GET', '/v1/tenants/acme/connections', internalToken],
    ['DELETE', '/v1/tenants/acme/connections/6f0e7a5e-7a39-4c02-a7a0-5b7a0f3f7d6c', undefined],
    ['POST', '/internal/v1/connections/6f0e7a5e-7a39-4c02-a7a0-5b7a0f3f7d6c/access-token', adminToken],
    ['POST', '/internal/v1/connections/6f0e7a5e-7a39-4c02-a7a0-5b7a0f3f7d6c/rejections', undefined],
  ] as const)('opens %s %s only with the right token', async (method, path, token) => {
    expect((await send(scene.app, method, path, token === undefined ? {} : { token })).status).toBe(401);
  });

  it('describes itself, and says that it is ready', async () => {
    expect((await send(scene.app, 'GET', '/health/ready')).json).toEqual({
      status: 'ready',
      checks: { postgresql: 'up' },
    });
    expect((await send(scene.app, 'GET', '/metrics')).text).toMatch(
      /bridge_consents_total\{tenant="acme",outcome="connected"\} \d/,
    );
  });
});

describe('access tokens', () => {
  let id: string;
  const owner = (): string => names.at(-1) ?? '';
  beforeAll(async () => {
    id = await connected('tokens', owner());
  });

  it('gives the stored one as long as it lives for a minute', async () => {
    const before = refreshes();
    const first = await internal(`${id}/access-token`);
    expect(first.status).toBe(200);
    expect(first.headers['cache-control']).toBe('no-store');
    expect(Object.keys(first.json)).toEqual(['accessToken', 'expiresAt']);
    scene.clock.ahead += 3_500_000;
    expect(await tokenOf(id)).toBe(first.json.accessToken);
    expect(refreshes()).toBe(before);
    scene.clock.ahead += 60_000;
    const second = await internal(`${id}/access-token`);
    expect(second.json.accessToken).not.toBe(first.json.accessToken);
    expect(Math.abs(Date.parse(second.json.expiresAt) - scene.clock.now() - 3_599_000)).toBeLessThan(5000);
  });

  it('refreshes once for many who ask at once, in two processes, and stores what it got', async () => {
    const rival = await scene.another();
    const rejected = fingerprint(await tokenOf(id));
    scene.simulator.switches.token_latency = 50;
    const store = createCredentialStore(scene.database.db);
    const before = (await store.find(id))?.version ?? 0;
    const asked = Array.from({ length: 20 }, (_, index) =>
      internal(`${id}/access-token`, { rejected }, index % 2 ? rival : scene.app),
    );
    const tokens = new Set((await Promise.all(asked)).map(({ json }) => String(json.accessToken)));
    expect(tokens.size).toBe(1);
    expect(fingerprint([...tokens][0] ?? '')).not.toBe(rejected);
    expect((await store.find(id))?.version).toBe(before + 1);
    expect(await tokenOf(id)).toBe([...tokens][0]);
  });

  it('re-wraps with the newest key when it refreshes, and still opens the old ones', async () => {
    const store = createCredentialStore(scene.database.db);
    const rotated = await scene.another({ ENCRYPTION_KEYS: rotatedKeys });
    const old = await tokenOf(id);
    expect((await internal(`${id}/access-token`, {}, rotated)).json.accessToken).toBe(old);
    expect((await store.find(id))?.keyId).toBe('k1');
    const fresh = await internal(`${id}/access-token`, { rejected: fingerprint(old) }, rotated);
    expect(fresh.status).toBe(200);
    expect((await store.find(id))?.keyId).toBe('k2');
    // Back under the first key, for the tests that follow.
    await scene.database.db.deleteFrom('credentials').where('connection', '=', id).execute();
    await connected('tokens', owner());
  });

  it('does not start without the keys that it needs, and says which', async () => {
    await expect(scene.another({ ENCRYPTION_KEYS: foreignKeys })).rejects.toThrow(
      '"k1", which is not in ENCRYPTION_KEYS',
    );
  });

  it('never gives a consent up for what passes by itself', async () => {
    const lost = await tokenOf(id);
    scene.simulator.switches.token_5xx_rate = 1;
    for (let attempt = 1; attempt <= 6; attempt += 1) {
      const { status, headers, json } = await internal(`${id}/access-token`, { rejected: fingerprint(lost) });
      expect([status, json.code, Number(headers['retry-after']) > 0]).toEqual([503, 'PROVIDER_UNAVAILABLE', true]);
    }
    expect((await typesOf(id)).filter((type) => type === 'AccessTokenRefreshFailed')).toHaveLength(1);
    expect((await admin('GET', `acme/connections/${id}`)).json).toMatchObject({
      status: 'degraded',
      statusReason: 'provider_unavailable',
    });
    scene.simulator.switches.token_5xx_rate = 0;
    expect((await internal(`${id}/access-token`, { rejected: fingerprint(lost) })).status).toBe(200);
    expect((await admin('GET', `acme/connections/${id}`)).json).toMatchObject({ status: 'active', statusReason: null });
  });

  it('gives a consent up when the provider says invalid_grant, once', async () => {
    scene.simulator.switches.revoked_answer = 'invalid_grant';
    const rejected = fingerprint(await tokenOf(id));
    const account = (await admin('GET', `acme/connections/${id}`)).json.polarUserId;
    const athlete = scene.simulator.world.athletes.find(({ profile }) => String(profile.polarUserId) === account);
    if (athlete !== undefined) athlete.revoked = true;
    const replies = await Promise.all([
      internal(`${id}/access-token`, { rejected }),
      internal(`${id}/access-token`, { rejected }),
    ]);
    for (const { status, json } of replies)
      expect([status, json.code, json.connectionStatus]).toEqual([409, 'CONNECTION_NOT_ACTIVE', 'needs_reauth']);
    expect((await events(id)).at(-1)).toMatchObject({
      type: 'accesslink.ConsentRevoked.v1',
      data: { reason: 'invalid_grant', deletionRequired: true },
    });
    expect(await createCredentialStore(scene.database.db).find(id)).toBeUndefined();
    expect((await typesOf(id)).filter((type) => type === 'ConsentRevoked')).toHaveLength(1);
    expect(await connected('tokens', owner())).toBe(id);
    expect((await typesOf(id)).at(-1)).toBe('ConnectionRestored');
  });

  it('believes the poller once, and not about a token of the past', async () => {
    const stale = await internal(`${id}/rejections`, {
      reason: 'token_rejected',
      rejected: fingerprint('an older one'),
    });
    expect([stale.status, (await admin('GET', `acme/connections/${id}`)).json.status]).toEqual([204, 'active']);
    for (let attempt = 1; attempt <= 2; attempt += 1)
      expect((await internal(`${id}/rejections`, { reason: 'consent_missing' })).status).toBe(204);
    expect((await admin('GET', `acme/connections/${id}`)).json).toMatchObject({
      status: 'needs_reauth',
      statusReason: 'consent_missing',
    });
    expect((await typesOf(id)).slice(-2)).toEqual(['ConnectionRestored', 'ConsentRevoked']);
    expect((await internal(`${id}/rejections`, { reason: 'whatever' })).status).toBe(400);
    expect(
      (await internal('6f0e7a5e-7a39-4c02-a7a0-5b7a0f3f7d6c/rejections', { reason: 'token_rejected' })).status,
    ).toBe(404);
  });

  it('knows no connection that is not there', async () => {
    expect((await internal('6f0e7a5e-7a39-4c02-a7a0-5b7a0f3f7d6c/access-token')).status).toBe(404);
    expect((await internal(`${id}/access-token`, { rejected: 'not a hash' })).status).toBe(400);
  });
});

describe('disconnecting', () => {
  it('leaves nothing of the athlete but the record, and tells the consumers to delete', async () => {
    const { db } = scene.database;
    const id = await connectionOf('owner');
    await db
      .insertInto('poll_targets')
      .values({
        connection: id,
        resource: 'sleeps',
        kind: 'live',
        tenant: 'acme',
        next_due: new Date(),
        cursor: '{}',
        interval_seconds: 300,
      })
      .execute();
    expect((await admin('DELETE', `acme/connections/${id}`)).status).toBe(204);
    expect((await admin('DELETE', `acme/connections/${id}`)).status).toBe(204);
    for (const table of ['credentials', 'poll_targets', 'snapshots'] as const) {
      expect(await db.selectFrom(table).select('connection').where('connection', '=', id).execute()).toEqual([]);
    }
    expect((await events(id)).at(-1)).toMatchObject({
      type: 'accesslink.ConnectionRemoved.v1',
      data: { reason: 'disconnected', deletionRequired: true },
    });
    expect(await typesOf(id)).toEqual(['ConnectionEstablished', 'ConnectionRemoved']);
    const { status, json } = await internal(`${id}/access-token`);
    expect([status, json.connectionStatus]).toEqual([409, 'revoked']);
  });
});

describe('housekeeping', () => {
  it('keeps idle consents alive and forgets old links', async () => {
    const { db } = scene.database;
    const id = await connectionOf('nameless');
    const before = await tokenOf(id);
    await db
      .updateTable('credentials')
      .set({ refreshed_at: new Date(0), access_expires_at: new Date(0) })
      .where('connection', '=', id)
      .execute();
    scene.clock.ahead += 2 * 86_400_000;
    await scene.app.get(Housekeeping).tidy();
    expect((await db.selectFrom('connect_links').select('id').execute()).length).toBeGreaterThan(10);
    expect(await db.selectFrom('consent_states').select('link').execute()).toEqual([]);
    scene.clock.ahead += 30 * 86_400_000;
    await scene.app.get(Housekeeping).tidy();
    expect(await db.selectFrom('connect_links').select('id').execute()).toEqual([]);
    scene.clock.ahead -= 32 * 86_400_000;
    expect(await tokenOf(id)).not.toBe(before);
  });
});

describe('secrets', () => {
  it('stand neither in the log nor in the database in the clear', async () => {
    const id = await connectionOf('returning');
    const token = await tokenOf(id);
    const text = scene.log.join('');
    expect(scene.app.get(Consents)).toBeDefined();
    expect(text.length).toBeGreaterThan(1000);
    for (const secret of [
      token,
      adminToken,
      internalToken,
      'secret-of-acme',
      'secret-of-beta',
      Buffer.alloc(32, 1).toString('base64'),
    ]) {
      expect(text).not.toContain(secret);
    }
    expect(text).not.toMatch(/[?&](code|state)=(?!\[redacted)/);
    const row = await createCredentialStore(scene.database.db).find(id);
    expect(row?.accessToken.includes(token)).toBe(false);
  });

  it('cannot be read by the other roles', async () => {
    const { db } = scene.database;
    const { sql } = await import('kysely');
    for (const role of ['accesslink_bridge_poller', 'accesslink_bridge_publisher']) {
      await expect(
        db.transaction().execute(async (trx) => {
          await sql`set local role ${sql.id(role)}`.execute(trx);
          await sql`select access_token from credentials`.execute(trx);
        }),
      ).rejects.toThrow('permission denied for table credentials');
    }
  });
});
