import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  type AuthScene,
  Browser,
  type Reply,
  adminToken,
  createLink,
  fingerprint,
  hiddenUrl,
  internalToken,
  returnUrl,
  send,
  startAuth,
} from './auth.fixture.ts';
import { type OidcServer, accessTokenLife, startOidcServer } from './oidc-provider.fixture.ts';
import { CredentialStore, Sealer } from './ports.ts';
import { leastLifeMs } from './token-custody.ts';
import { openTokens } from './vault.ts';

/** Signs that mean something in a URL, in a form and in HTTP Basic. */
const acme = { tenant: 'acme', id: 'client:acme+1', secret: 's:e+c%2Fr/e t&=' };
const scopes = ['nightly_recharge:read', 'sleep:read'];
let scene: AuthScene;
let server: OidcServer;

// The provider has no clock that could be set: it reads Date.now, as the clock of the scene does. So the hour is moved for
// both, and stands still in between, however slow the machine is.
let now = Date.now();
const pass = (seconds: number): void => void (now += seconds * 1000);

beforeAll(async () => {
  jest.spyOn(Date, 'now').mockImplementation(() => now);
  server = await startOidcServer([acme], [...scopes, 'profile:read'], `${hiddenUrl}/oauth/callback`);
  scene = await startAuth({ provider: { authUrl: server.authUrl, clients: [acme] } });
});
afterEach(() => {
  Object.assign(server.manners, { rotate: true, deny: false, withhold: [], loseAnswers: false });
  scene.setSecret('acme', acme.secret);
});
afterAll(async () => {
  await scene.stop();
  await server.stop();
  jest.restoreAllMocks();
});

async function come(reference: string): Promise<Reply> {
  const browser = new Browser(scene);
  const link = await createLink(scene.app, 'acme', { userReference: reference, returnUrl });
  return browser.callback(await server.consent(await browser.open(link), reference));
}
const parameters = ({ headers }: Reply) => Object.fromEntries(new URL(String(headers['location'])).searchParams);

async function connected(reference: string): Promise<string> {
  const { connection, status } = parameters(await come(reference));
  expect(status).toBe('connected');
  return connection ?? '';
}
const ask = (id: string, body: object = {}, app = scene.app) =>
  send(app, 'POST', `/internal/v1/connections/${id}/access-token`, { token: internalToken, body });
const tokenOf = async (id: string): Promise<string> => String((await ask(id)).json.accessToken);
const find = async (id: string) =>
  (await send(scene.app, 'GET', `/v1/tenants/acme/connections/${id}`, { token: adminToken })).json;
const isActive = async (token: string) => (await server.introspect(acme, token)).active;
async function events(id: string) {
  const rows = await scene.database.db
    .selectFrom('outbox')
    .select(['type', 'payload'])
    .where('aggregateid', '=', id)
    .orderBy('position')
    .execute();
  return rows.map(({ type, payload }) => ({
    type: type.replace(/^accesslink\.(.*)\.v1$/, '$1'),
    data: (JSON.parse(payload) as { data: Readonly<Record<string, unknown>> }).data,
  }));
}
async function refreshTokenOf(id: string): Promise<string> {
  const row = await scene.app.get<CredentialStore>(CredentialStore).find(id);
  if (row === undefined) throw new Error('there are no tokens');
  return (await openTokens(scene.app.get<Sealer>(Sealer), row)).refreshToken;
}
/** The refresh whose answer was lost cannot be under way any more; a real one takes seconds to be sure. */
const giveUpWaiting = (id: string) =>
  scene.database.db
    .updateTable('refresh_attempts')
    .set({ in_flight_until: new Date(0) })
    .where('connection', '=', id)
    .execute();
/** The consent is gone: the poller hears of it, the consumers are told once and why, and no token is left. */
async function expectLost(id: string, reason = 'invalid_grant'): Promise<void> {
  const { status, json } = await ask(id);
  expect([status, json.connectionStatus]).toEqual([409, 'needs_reauth']);
  expect(await find(id)).toMatchObject({ status: 'needs_reauth', statusReason: reason });
  const told = (await events(id)).filter(({ type }) => type === 'ConsentRevoked');
  expect(told).toEqual([
    { type: 'ConsentRevoked', data: { reason, deletionRequired: reason !== 'refresh_answer_lost' } },
  ]);
  await expect(refreshTokenOf(id)).rejects.toThrow('no tokens');
}

describe('the authorization code flow of a certified provider', () => {
  it('ends with a connection and tokens that the provider knows', async () => {
    const id = await connected('ada');
    expect(await find(id)).toMatchObject({ status: 'active', scopes, polarUserId: null });
    expect(await server.introspect(acme, await tokenOf(id))).toMatchObject({
      active: true,
      client_id: acme.id,
      sub: 'ada',
      scope: expect.stringMatching(/^(nightly_recharge:read sleep:read|sleep:read nightly_recharge:read)$/),
    });
    expect((await events(id)).map(({ type }) => type)).toEqual(['ConnectionEstablished']);
  });

  it('tells the tenant that the athlete said no', async () => {
    server.manners.deny = true;
    expect(parameters(await come('no'))).toEqual({ from: 'test', error: 'access_denied', status: 'failed' });
  });

  it('takes fewer scopes when the athlete gives fewer', async () => {
    server.manners.withhold = ['sleep:read'];
    expect((await find(await connected('part'))).scopes).toEqual(['nightly_recharge:read']);
  });

  it('never sends a code twice, which would cost the consent', async () => {
    const browser = new Browser(scene);
    const link = await createLink(scene.app, 'acme', { userReference: 'twice', returnUrl });
    const callback = await server.consent(await browser.open(link), 'twice');
    const replies = await Promise.all([browser.callback(callback), browser.callback(callback)]);
    expect(replies.map(({ status }) => status).toSorted()).toEqual([302, 400]);
    const { connection = '' } = parameters(replies.find(({ status }) => status === 302) as Reply);
    expect(await isActive(await tokenOf(connection))).toBe(true);
  });

  it('says that the client is set up wrongly, and goes on with a new consent when it is not', async () => {
    scene.setSecret('acme', 'a slip of the pen');
    expect(parameters(await come('slip'))).toMatchObject({ error: 'misconfigured' });
    scene.setSecret('acme', acme.secret);
    await connected('slip');
  });
});

describe('refreshing at a certified provider', () => {
  it.each([
    ['rotates', true],
    ['keeps', false],
  ])('goes on over many lives of the access token when it %s the refresh token', async (_name, rotate) => {
    server.manners.rotate = rotate;
    const id = await connected(`long-${String(rotate)}`);
    const used = new Set([await refreshTokenOf(id)]);
    let before = await tokenOf(id);
    for (let life = 1; life <= 4; life += 1) {
      pass(accessTokenLife - leastLifeMs / 1000 - 1);
      expect(await tokenOf(id)).toBe(before);
      pass(1);
      const after = await tokenOf(id);
      expect(after).not.toBe(before);
      expect([await isActive(before), await isActive(after)]).toEqual([true, true]);
      used.add(await refreshTokenOf(id));
      before = after;
    }
    expect(used.size).toBe(rotate ? 5 : 1);
    pass(accessTokenLife);
    expect([await isActive(before), await isActive(await tokenOf(id))]).toEqual([false, true]);
    expect((await events(id)).map(({ type }) => type)).toEqual(['ConnectionEstablished']);
  });

  it('uses a refresh token once, though two processes are asked many times at once', async () => {
    const id = await connected('crowd');
    const rival = await scene.another();
    const rejected = fingerprint(await tokenOf(id));
    const before = server.tokenRequests();
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, index) => ask(id, { rejected }, index % 2 ? rival : scene.app)),
    );
    expect(new Set(replies.map(({ json }) => String(json.accessToken))).size).toBe(1);
    expect(server.tokenRequests() - before).toBe(1);
    expect(await isActive(String(replies[0]?.json.accessToken))).toBe(true);
  });

  it('notices scopes that the athlete took back', async () => {
    const id = await connected('narrow');
    await server.narrow('narrow', ['sleep:read']);
    await ask(id, { rejected: fingerprint(await tokenOf(id)) });
    expect(await find(id)).toMatchObject({ status: 'active', scopes: ['nightly_recharge:read'] });
    expect((await events(id)).at(-1)).toEqual({
      type: 'ScopesChanged',
      data: { scopes: ['nightly_recharge:read'], added: [], removed: ['sleep:read'] },
    });
  });

  it('loses nothing when the client is set up wrongly, and says so after some failures', async () => {
    const id = await connected('wrong-secret');
    const rejected = fingerprint(await tokenOf(id));
    scene.setSecret('acme', 'a slip of the pen');
    const statuses: string[] = [];
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      const { status, json } = await ask(id, { rejected });
      expect([status, json.code]).toEqual([503, 'PROVIDER_UNAVAILABLE']);
      statuses.push((await find(id)).status);
    }
    expect(statuses).toEqual(['active', 'active', 'active', 'active', 'degraded']);
    expect((await events(id)).at(-1)).toEqual({
      type: 'AccessTokenRefreshFailed',
      data: { reason: 'provider_rejected', failures: 5 },
    });
    scene.setSecret('acme', acme.secret);
    expect(await isActive(String((await ask(id, { rejected })).json.accessToken))).toBe(true);
    expect(await find(id)).toMatchObject({ status: 'active', statusReason: null });
  });
});

describe('a consent that is over at a certified provider', () => {
  it('is noticed when somebody else has used the refresh token: then nobody has it any more', async () => {
    const id = await connected('stolen');
    const rejected = fingerprint(await tokenOf(id));
    const refreshToken = await refreshTokenOf(id);
    const thief = await server.token(acme, { grant_type: 'refresh_token', refresh_token: refreshToken });
    expect(thief.status).toBe(200);
    expect((await ask(id, { rejected })).status).toBe(409);
    await expectLost(id);
    const again = await server.token(acme, {
      grant_type: 'refresh_token',
      refresh_token: thief.body.refresh_token ?? '',
    });
    expect([again.status, again.body.error]).toEqual([400, 'invalid_grant']);
  });

  it('is noticed when the answer with the new refresh token was lost', async () => {
    const id = await connected('lost-answer');
    const rejected = fingerprint(await tokenOf(id));
    server.manners.loseAnswers = true;
    expect((await ask(id, { rejected })).status).toBe(503);
    expect((await find(id)).status).toBe('active');
    server.manners.loseAnswers = false;
    const early = await ask(id, { rejected });
    expect([early.status, early.json.code]).toEqual([503, 'REFRESH_UNDER_WAY']);
    await giveUpWaiting(id);
    expect((await ask(id, { rejected })).status).toBe(409);
    await expectLost(id, 'refresh_answer_lost');
  });

  it('survives a lost answer where refresh tokens are kept', async () => {
    server.manners.rotate = false;
    const id = await connected('kept-answer');
    const rejected = fingerprint(await tokenOf(id));
    server.manners.loseAnswers = true;
    expect((await ask(id, { rejected })).status).toBe(503);
    server.manners.loseAnswers = false;
    await giveUpWaiting(id);
    expect(await isActive(String((await ask(id, { rejected })).json.accessToken))).toBe(true);
  });

  it('is noticed when the athlete withdraws it, and comes back under the same id', async () => {
    const id = await connected('withdrawn');
    const token = await tokenOf(id);
    await server.revoke(acme, await refreshTokenOf(id));
    expect(await isActive(token)).toBe(false);
    expect((await ask(id, { rejected: fingerprint(token) })).status).toBe(409);
    await expectLost(id);
    expect(await connected('withdrawn')).toBe(id);
    expect((await events(id)).at(-1)?.type).toBe('ConnectionRestored');
    expect(await isActive(await tokenOf(id))).toBe(true);
  });

  it('is noticed when nobody asked for so long that the refresh token ran out', async () => {
    const id = await connected('idle');
    pass(101 * 86_400);
    expect((await ask(id)).status).toBe(409);
    await expectLost(id);
  });
});
