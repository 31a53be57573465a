import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSimulator, type Simulator } from '../index.ts';
import { landing, visitor } from '../visitor.ts';

const HOME = 'http://127.0.0.1:1/home';
const OTHER = 'http://127.0.0.1:1/other';

let simulator: Simulator;
let now = Date.parse('2026-11-23T12:00:00Z');
beforeEach(async () => {
  simulator = await createSimulator({
    now: () => now,
    clients: [
      { id: 'acme', secret: 's3cret:with colon', redirectUris: [HOME, OTHER], athletes: 2 },
      { id: 'rival', secret: 'r', redirectUris: [HOME], athletes: 1 },
    ],
  });
});
afterEach(() => simulator.close());

const names = () => simulator.athletes().map(({ name }) => name);
const first = () => names()[0] ?? '';

describe('authorize', () => {
  it('redirects to the default URL with a code and the state as it came', async () => {
    const reply = await visitor(simulator).authorize({ login_hint: first(), state: 'a b&c' });
    expect(reply.status).toBe(302);
    expect(reply.headers.get('location')).toMatch(HOME);
    expect(landing(reply).get('state')).toBe('a b&c');
    expect(landing(reply).get('code')).toMatch(/^\w{32}$/);
  });

  it('redirects to a registered URL if asked, and never to another', async () => {
    const { authorize } = visitor(simulator);
    const good = await authorize({ login_hint: first(), redirect_uri: OTHER });
    expect(good.headers.get('location')).toMatch(OTHER);
    const bad = await authorize({ login_hint: first(), redirect_uri: `${HOME}/deeper` });
    expect([bad.status, bad.headers.get('location')]).toEqual([400, null]);
    expect((await authorize({ client_id: 'nobody' })).status).toBe(400);
  });

  it.each([
    [{ scope: 'sleep:read sleep:write' }, 'invalid_scope'],
    [{ scope: '' }, 'invalid_scope'],
    [{ response_type: 'token' }, 'unsupported_response_type'],
  ])('sends the error of %j to the default URL with the state', async (query: Record<string, string>, error) => {
    const reply = await visitor(simulator).authorize({ ...query, redirect_uri: OTHER, state: 's' });
    expect(reply.headers.get('location')).toBe(`${HOME}?error=${error}&state=s`);
  });

  it('shows a page that asks who consents, and takes its form', async () => {
    const { authorize, send } = visitor(simulator);
    const page = await authorize({ state: '<s>' });
    expect(page.text).toContain(`value="${first()}"`);
    expect(page.text).not.toContain('<s>');
    const form = { client_id: 'acme', response_type: 'code', scope: 'sleep:read', state: 's' };
    const post = (more: object) =>
      send(`${simulator.authUrl}/consent`, { method: 'POST', body: new URLSearchParams({ ...form, ...more }) });
    expect(landing(await post({ athlete: first() })).has('code')).toBe(true);
    expect(landing(await post({ decision: 'deny' })).get('error')).toBe('access_denied');
  });

  it('takes the athlete of a cookie, and with auto_consent one after the other', async () => {
    const { authorize, control } = visitor(simulator);
    await authorize({}, { cookie: `a=b; athlete=${names()[1]}` });
    expect(simulator.athletes().map(({ connected }) => connected)).toEqual([false, true, false]);
    await control('PATCH', '/switches', { auto_consent: 'on' });
    expect((await authorize({})).status).toBe(302);
    expect((await authorize({})).status).toBe(400);
    expect(simulator.athletes().map(({ connected }) => connected)).toEqual([true, true, false]);
  });

  it('keeps the athletes of two clients apart', async () => {
    expect((await visitor(simulator).authorize({ login_hint: names()[2] ?? '' })).status).toBe(400);
  });

  it('denies where the switch says so', async () => {
    await visitor(simulator).control('PATCH', '/switches', { deny: true });
    const reply = await visitor(simulator).authorize({ login_hint: first(), state: 's' });
    expect(reply.headers.get('location')).toBe(`${HOME}?error=access_denied&state=s`);
  });
});

describe('the authorization code', () => {
  const codeFor = async (query: Record<string, string> = {}) =>
    landing(await visitor(simulator).authorize({ login_hint: first(), ...query })).get('code') ?? '';
  const redeem = async (code: string, more: Record<string, string> = {}) => {
    const reply = await visitor(simulator).token({ grant_type: 'authorization_code', code, ...more });
    return [reply.status, reply.json()['error'] ?? 'fine'];
  };

  it('is exchanged for what the documentation shows', async () => {
    const tokens = await visitor(simulator).connect(first(), { scope: 'sleep:read profile:read' });
    expect(tokens).toMatchObject({
      token_type: 'bearer',
      expires_in: 3599,
      scope: 'sleep:read profile:read',
      x_user_id: simulator.athletes()[0]?.polarUserId,
    });
    expect(Object.keys(tokens)).toEqual(expect.arrayContaining(['access_token', 'refresh_token', 'jti']));
  });

  it('is good once', async () => {
    const code = await codeFor();
    expect(await redeem(code)).toEqual([200, 'fine']);
    expect(await redeem(code)).toEqual([400, 'invalid_grant']);
  });

  it('expires', async () => {
    const code = await codeFor();
    now += 600_000;
    expect(await redeem(code)).toEqual([400, 'invalid_grant']);
  });

  it('is bound to the redirect URI if and only if it was asked for with one', async () => {
    expect(await redeem(await codeFor({ redirect_uri: OTHER }), { redirect_uri: OTHER })).toEqual([200, 'fine']);
    expect(await redeem(await codeFor({ redirect_uri: OTHER }), { redirect_uri: HOME })).toEqual([
      400,
      'invalid_grant',
    ]);
    expect(await redeem(await codeFor({ redirect_uri: OTHER }))).toEqual([400, 'invalid_grant']);
    expect(await redeem(await codeFor(), { redirect_uri: HOME })).toEqual([400, 'invalid_grant']);
  });

  it('is bound to its client', async () => {
    const rival = visitor(simulator, simulator.clients[1]);
    const reply = await rival.token({ grant_type: 'authorization_code', code: await codeFor() });
    expect([reply.status, reply.json()['error']]).toEqual([400, 'invalid_grant']);
  });
});

describe('the token endpoint', () => {
  it.each(['Basic !', `Basic ${btoa('acme:wrong')}`, `Basic ${btoa('acme')}`, 'Bearer x', ''])(
    'answers 401 invalid_client to %j',
    async (authorization) => {
      const reply = await visitor(simulator).token({ grant_type: 'refresh_token' }, authorization);
      expect([reply.status, reply.json()['error']]).toEqual([401, 'invalid_client']);
    },
  );

  it('takes both parts form encoded, as RFC 6749 has it', async () => {
    const basic = `Basic ${btoa(`acme:${encodeURIComponent('s3cret:with colon')}`)}`;
    const reply = await visitor(simulator).token({ grant_type: 'refresh_token', refresh_token: 'x' }, basic);
    expect(reply.json()['error']).toBe('invalid_grant');
  });

  it('knows two grants, and no body but a form', async () => {
    const { token, send } = visitor(simulator);
    expect((await token({ grant_type: 'password' })).json()['error']).toBe('unsupported_grant_type');
    expect((await token({})).json()['error']).toBe('invalid_request');
    const headers = { authorization: `Basic ${btoa('acme:s3cret:with colon')}`, 'content-type': 'application/json' };
    const reply = await send(`${simulator.authUrl}/token`, { method: 'POST', headers, body: '{}' });
    expect([reply.status, reply.json()['error']]).toEqual([400, 'invalid_request']);
  });

  it('leaves out what the switches say', async () => {
    const { connect, control } = visitor(simulator);
    await control('PATCH', '/switches', { x_user_id: 'off', expires_in: 43199, drop_scope: ['sleep:read'] });
    const tokens = await connect(first(), { scope: 'sleep:read tests:read' });
    expect(tokens).toMatchObject({ expires_in: 43199, scope: 'tests:read' });
    expect(tokens).not.toHaveProperty('x_user_id');
  });
});

describe('the refresh token', () => {
  const refused = [400, { error: 'invalid_grant' }];
  const refresh = async (token: string) => {
    const reply = await visitor(simulator).refresh(token);
    return [reply.status, reply.json<{ refresh_token: string }>()] as const;
  };

  it('is replaced, and the old one is refused', async () => {
    const old = (await visitor(simulator).connect(first())).refresh_token;
    const [status, tokens] = await refresh(old);
    expect(status).toBe(200);
    expect(await refresh(old)).toEqual(refused);
    expect((await refresh(tokens.refresh_token))[0]).toBe(200);
  });

  it('stays with keep', async () => {
    simulatorSwitch({ refresh_rotation: 'keep' });
    const old = (await visitor(simulator).connect(first())).refresh_token;
    expect((await refresh(old))[1].refresh_token).toBe(old);
    expect((await refresh(old))[0]).toBe(200);
  });

  it('is still good for a while with grace', async () => {
    simulatorSwitch({ refresh_rotation: 'rotate+grace', refresh_grace: 30 });
    const old = (await visitor(simulator).connect(first())).refresh_token;
    await refresh(old);
    now += 29_999;
    expect((await refresh(old))[0]).toBe(200);
    now += 1;
    expect(await refresh(old)).toEqual(refused);
  });

  it('is bound to its client', async () => {
    const { refresh_token: token } = await visitor(simulator).connect(first());
    expect((await visitor(simulator, simulator.clients[1]).refresh(token)).status).toBe(400);
    expect((await refresh(token))[0]).toBe(200);
  });

  it('may be what a withdrawn consent takes', async () => {
    const { connect, control } = visitor(simulator);
    const { refresh_token: token } = await connect(first());
    await control('POST', '/consent', { athlete: first(), revoked: true });
    simulatorSwitch({ revoked_answer: 'invalid_grant' });
    expect(await refresh(token)).toEqual(refused);
    await control('POST', '/consent', { athlete: first(), revoked: false });
    expect((await refresh(token))[0]).toBe(200);
  });

  it('is counted where two are under way for one athlete', async () => {
    simulatorSwitch({ token_latency: 50, refresh_rotation: 'keep' });
    const { connect, refresh: send } = visitor(simulator);
    const one = await connect(first());
    const two = await connect(names()[1] ?? '');
    await Promise.all([send(one.refresh_token), send(two.refresh_token)]);
    expect(simulator.requests()[0]).toMatchObject({ maxConcurrentRefreshes: 1, concurrentRefreshes: {} });
    await Promise.all([send(one.refresh_token), send(one.refresh_token)]);
    expect(simulator.requests()[0]).toMatchObject({
      maxConcurrentRefreshes: 2,
      concurrentRefreshes: { [first()]: 2 },
      tokenRequests: 6,
      tokenRequestsByGrant: { authorization_code: 2, refresh_token: 4 },
    });
  });

  it('is still being refreshed when its client has gone away', async () => {
    const { connect, refresh: send } = visitor(simulator);
    const { refresh_token: token } = await connect(first());
    simulatorSwitch({ token_latency: 2000, refresh_rotation: 'keep' });
    const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token });
    const headers = { authorization: `Basic ${btoa('acme:s3cret:with colon')}` };
    const impatient = new AbortController();
    const gone = fetch(`${simulator.authUrl}/token`, { method: 'POST', headers, body, signal: impatient.signal });
    while (simulator.requests()[0]?.maxConcurrentRefreshes !== 1) await new Promise(setImmediate);
    impatient.abort();
    await expect(gone).rejects.toThrow();
    simulatorSwitch({ token_latency: 0 });
    await send(token);
    expect(simulator.requests()[0]).toMatchObject({ concurrentRefreshes: { [first()]: 2 } });
  });

  it('is known to the control API by its fingerprint, with what the provider would say to it', async () => {
    simulatorSwitch({ refresh_rotation: 'rotate+grace', refresh_grace: 30 });
    const { refresh_token: old } = await visitor(simulator).connect(first());
    const [, { refresh_token: young }] = await refresh(old);
    now += 30_000;
    const reply = await visitor(simulator).control('GET', '/refresh-tokens');
    const known = { client: 'acme', athlete: first() };
    expect(reply.json()).toEqual({
      tokens: [
        { ...known, fingerprint: sha256(old), rotated: now - 30_000, accepted: false },
        { ...known, fingerprint: sha256(young), rotated: null, accepted: true },
      ],
    });
  });

  it('may be lost on the way after it was replaced', async () => {
    const { refresh_token: old } = await visitor(simulator).connect(first());
    simulatorSwitch({ token_lost_rate: 1 });
    await expect(visitor(simulator).refresh(old)).rejects.toThrow();
    simulatorSwitch({ token_lost_rate: 0 });
    expect(await refresh(old)).toEqual(refused);
  });
});

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function simulatorSwitch(patch: object) {
  Object.assign(simulator.switches, patch);
}
