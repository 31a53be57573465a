import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BridgeError, type Budget, type Tenant } from '#core';
import { OAuthClient } from './oauth-client.ts';

const now = 1_795_000_000_000;
const sent: { method: string; url: string; authorization: string; body: string }[] = [];
let reply: (response: ServerResponse) => void;
const server = createServer((request: IncomingMessage, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    const { method = '', url = '', headers } = request;
    sent.push({ method, url, authorization: headers.authorization ?? '', body });
    reply(response);
  });
});
const grant = JSON.stringify({ access_token: 'a', refresh_token: 'r', expires_in: 3599, scope: 'sleep:read' });

const paid: string[] = [];
const budget: Budget = {
  charge: (tenant, lane) => {
    paid.push(`charge ${tenant} ${lane}`);
    return Promise.resolve({ settle: () => Promise.resolve(void paid.push('settle')) });
  },
  pause: (tenant, until) => Promise.resolve(void paid.push(`pause ${tenant} ${String((until - now) / 1000)}`)),
  usage: () => Promise.resolve({ windows: [], pausedUntil: null }),
};
let tenant: Tenant;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const authUrl = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/oauth`;
  const polar = { clientId: 'id', clientSecret: 's:3cr3t', apiUrl: '', authUrl };
  tenant = {
    id: 'acme',
    polar,
    quota: [
      { requests: 9, seconds: 86_400 },
      { requests: 3, seconds: 900 },
    ],
  } as unknown as Tenant;
});
beforeEach(() => {
  sent.length = 0;
  paid.length = 0;
  reply = (response) => void response.end(grant);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const client = new OAuthClient({ budget, now: () => now, timeoutMs: 1000 });
const failure = async (work: Promise<unknown>): Promise<BridgeError> => {
  const error: unknown = await work.then(
    () => new Error('it succeeded'),
    (reason: unknown) => reason,
  );
  if (error instanceof BridgeError) return error;
  throw error;
};

describe('OAuthClient', () => {
  it('spells the authorize URL so that any server reads it', () => {
    const url = client.authorizeUrl(tenant, ['a:read', 'b:read'], 'https://x.example/cb?y=1', 's+t');
    expect(url).toBe(
      `${tenant.polar.authUrl}/authorize?client_id=id&response_type=code&scope=a%3Aread%20b%3Aread&redirect_uri=https%3A%2F%2Fx.example%2Fcb%3Fy%3D1&state=s%2Bt`,
    );
  });

  it("exchanges a code and a refresh token with the client's basic credentials, each for one request of the budget", async () => {
    expect(await client.exchange(tenant, 'c', 'https://x/cb')).toMatchObject({ accessToken: 'a', refreshToken: 'r' });
    await client.refresh(tenant, 'r0');
    const authorization = `Basic ${Buffer.from('id:s%3A3cr3t').toString('base64')}`;
    expect(sent).toEqual([
      {
        method: 'POST',
        url: '/oauth/token',
        authorization,
        body: 'grant_type=authorization_code&code=c&redirect_uri=https%3A%2F%2Fx%2Fcb',
      },
      { method: 'POST', url: '/oauth/token', authorization, body: 'grant_type=refresh_token&refresh_token=r0' },
    ]);
    expect(paid).toEqual(['charge acme refresh', 'settle', 'charge acme refresh', 'settle']);
  });

  it.each([
    ['a client as Polar gives it', '6e3e8b1c-7f2a-4a5e-9c10-2f9d6b7d1e00', '6e3e8b1c-7f2a-4a5e-9c10-2f9d6b7d1e00'],
    ['every sign that the form encoding has a word for', ':+%/ &=~é', '%3A%2B%25%2F+%26%3D%7E%C3%A9'],
  ])('spells the credentials of %s as RFC 6749 does', async (_name, plain, encoded) => {
    const polar = { ...tenant.polar, clientId: plain, clientSecret: plain };
    await client.refresh({ ...tenant, polar }, 'r');
    expect(sent[0]?.authorization).toBe(`Basic ${Buffer.from(`${encoded}:${encoded}`).toString('base64')}`);
  });

  it.each([
    ['no answer', () => undefined, 'PROVIDER_TIMEOUT'],
    ['half an answer', (response: ServerResponse) => void response.write('{'), 'PROVIDER_TIMEOUT'],
    ['a broken connection', (response: ServerResponse) => void response.destroy(), 'PROVIDER_UNAVAILABLE'],
    ['an endless answer', (response: ServerResponse) => void response.end('x'.repeat(200_000)), 'PROVIDER_BODY_BROKEN'],
    [
      'a redirect',
      (response: ServerResponse) => void response.writeHead(302, { location: '/elsewhere' }).end(),
      'PROVIDER_REJECTED',
    ],
  ])('takes %s for what it is', async (_name, answer, code) => {
    reply = answer;
    const error = await failure(client.refresh(tenant, 'refresh-secret'));
    expect(error.code).toBe(code);
    expect(`${error.message} ${JSON.stringify(error.fields)} ${String(error.cause)}`).not.toMatch(
      /refresh-secret|3cr3t|Basic/,
    );
    expect(paid).toEqual(['charge acme refresh', 'settle']);
  });

  it('pauses the tenant after a 429, as long as the provider says or for the shortest window', async () => {
    reply = (response) => void response.writeHead(429, { 'retry-after': '7' }).end();
    expect((await failure(client.refresh(tenant, 'r'))).waitUntil).toBe(now + 7000);
    reply = (response) => void response.writeHead(429).end();
    await failure(client.refresh(tenant, 'r'));
    expect(paid.filter((entry) => entry.startsWith('pause'))).toEqual(['pause acme 7', 'pause acme 900']);
  });

  it('keeps a grant that the budget cannot be told of', async () => {
    const settle = () => Promise.reject(new BridgeError('BUDGET_UNAVAILABLE', 'no'));
    const deaf = new OAuthClient({ budget: { ...budget, charge: () => Promise.resolve({ settle }) }, now: () => now });
    expect(await deaf.refresh(tenant, 'r')).toMatchObject({ refreshToken: 'r' });
  });

  it('announces a refresh when it is paid for and not sent yet; who refuses the announcement holds it back', async () => {
    await client.refresh(tenant, 'r0', () => Promise.resolve(void sent.push({ announced: [...paid] } as never)));
    expect(sent).toMatchObject([{ announced: ['charge acme refresh'] }, { url: '/oauth/token' }]);
    const refusal = new BridgeError('REFRESH_UNDER_WAY', 'no');
    expect(await failure(client.refresh(tenant, 'r0', () => Promise.reject(refusal)))).toBe(refusal);
    expect(sent).toHaveLength(2);
  });

  it('sends nothing when the time is over by the time that it is announced', async () => {
    let time = now;
    const slow = new OAuthClient({ budget, now: () => time, timeoutMs: 200 });
    const announce = (): Promise<void> => Promise.resolve(void (time += 200));
    const error = await failure(slow.refresh(tenant, 'r0', announce));
    expect([error.code, error.fields['sent'], sent]).toEqual(['PROVIDER_TIMEOUT', false, []]);
    expect(paid).toEqual(['charge acme refresh', 'settle']);
  });

  it('reads an answer that came while the process stood still, though the time is over', async () => {
    const standStill = (): unknown => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500);
    reply = (response) => {
      response.end(grant);
      // Timers come next, and only then what the sockets have.
      setImmediate(standStill);
    };
    expect(await client.refresh(tenant, 'r0')).toMatchObject({ refreshToken: 'r' });
  });

  it('says when the provider cannot have seen a request', async () => {
    const polar = { ...tenant.polar, authUrl: 'http://127.0.0.1:1/oauth' };
    expect((await failure(client.refresh({ ...tenant, polar }, 'r0'))).fields).toEqual({
      reason: 'ECONNREFUSED',
      sent: false,
    });
  });

  it('sends nothing that is not paid for', async () => {
    const broke = new OAuthClient({
      budget: { ...budget, charge: () => Promise.reject(new BridgeError('BUDGET_EXHAUSTED', 'no')) },
      now: () => now,
    });
    expect((await failure(broke.refresh(tenant, 'r'))).code).toBe('BUDGET_EXHAUSTED');
    expect(sent).toEqual([]);
  });
});
