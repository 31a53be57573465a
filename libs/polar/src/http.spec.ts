import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createDispatch } from './dispatch.ts';
import { LargeBodies } from './large-bodies.ts';
import type { PolarRequest } from './request.ts';
import { createTokenSource } from './token-source.ts';

let server: Server;
let origin = '';
let handle: (request: IncomingMessage, response: ServerResponse, body: string) => void;
const seen: { url: string | undefined; authorization: string | undefined; body: string }[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += String(part)));
    request.on('end', () => {
      seen.push({ url: request.url, authorization: request.headers.authorization, body });
      handle(request, response, body);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});
beforeEach(() => {
  seen.length = 0;
});

const answers = (status: number, body: unknown): void => {
  handle = (_, response) => response.writeHead(status).end(JSON.stringify(body));
};

describe('createDispatch', () => {
  const request = (url: string): PolarRequest => ({
    tenant: 'acme',
    connection: 'c1',
    resource: 'sleeps',
    url: new URL(url),
    lane: 'hot',
    poll: {},
    headers: { authorization: 'Bearer t' },
  });

  it('gives status, headers and body as they came, whatever the status', async () => {
    handle = (_, response) => response.writeHead(429, { 'Retry-After': '7' }).end('größer');
    const { dispatch, close } = createDispatch();
    const answer = await dispatch(request(`${origin}/sleeps?features=a&features=b`));
    expect([answer.status, answer.headers['retry-after'], answer.body]).toEqual([429, '7', 'größer']);
    expect(seen).toEqual([{ url: '/sleeps?features=a&features=b', authorization: 'Bearer t', body: '' }]);
    await close();
  });

  it('takes large bodies one poll after the other, and small ones at any time', async () => {
    const [large, small] = ['x'.repeat(5000), 'y'.repeat(10)];
    handle = ({ url }, response) => void response.end(url === '/large' ? large : small);
    const largeBodies = new LargeBodies();
    const { dispatch, close } = createDispatch({ largeBodies, largeBytes: 1000 });
    const [first, second] = [{}, {}];
    const get = (poll: object, path: string) => dispatch({ ...request(`${origin}${path}`), poll });

    expect((await get(first, '/large')).body).toBe(large);
    let isThere = false;
    const waiting = get(second, '/large').then((answer) => {
      isThere = true;
      return answer;
    });
    // the holder may have more of them, and everybody else small ones
    expect((await get(first, '/large')).body).toBe(large);
    expect((await get({}, '/small')).body).toBe(small);
    expect(isThere).toBe(false);
    largeBodies.leave({});
    largeBodies.leave(second);
    expect((await get({}, '/small')).body).toBe(small);
    expect(isThere).toBe(false);
    largeBodies.leave(first);
    expect((await waiting).body).toBe(large);
    largeBodies.leave(second);
    await close();
  });

  it('does not time a request that waits for its turn, and times it again behind that', async () => {
    const large = 'x'.repeat(5000);
    let isHeld = false;
    handle = (_, response) => {
      response.writeHead(200, { 'content-length': isHeld ? large.length + 1 : large.length });
      response.write(large);
      if (!isHeld) response.end();
    };
    const largeBodies = new LargeBodies();
    const { dispatch, close } = createDispatch({ largeBodies, largeBytes: 1000, timeoutMs: 600 });
    const get = (poll: object) => dispatch({ ...request(`${origin}/large`), poll });
    const holder = {};
    await get(holder);

    const waiter = {};
    const waiting = get(waiter);
    await new Promise((done) => setTimeout(done, 1500));
    largeBodies.leave(holder);
    expect((await waiting).body).toBe(large);
    largeBodies.leave(waiter);

    // a provider that never ends is given up, and its turn ends with its poll
    isHeld = true;
    const stuck = {};
    await expect(get(stuck)).rejects.toMatchObject({ code: 'PROVIDER_TIMEOUT' });
    largeBodies.leave(stuck);
    isHeld = false;
    expect((await get({})).body).toBe(large);
    await close();
  });

  it('lets nobody wait who makes no poll', async () => {
    const large = 'x'.repeat(5000);
    handle = (_, response) => void response.end(large);
    const largeBodies = new LargeBodies();
    const { dispatch, close } = createDispatch({ largeBodies, largeBytes: 1000 });
    const { poll: _poll, ...nobody } = request(`${origin}/hello`);
    await dispatch(nobody);
    expect((await dispatch({ ...nobody, poll: {} })).body).toBe(large);
    await close();
  });

  it('tells of an image by its type, length and hash', async () => {
    const image = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0x00]);
    handle = (_, response) => response.writeHead(200, { 'content-type': 'image/png' }).end(image);
    const { dispatch, close } = createDispatch();
    const { body } = await dispatch(request(`${origin}/user/profile-picture?size=large`));
    const sha256 = createHash('sha256').update(image).digest('hex');
    expect(JSON.parse(body)).toEqual({ contentType: 'image/png', length: 6, sha256 });
    await close();
  });

  it('takes silence for a time-out, a broken connection and a body beyond all measure for an outage', async () => {
    const { dispatch, close } = createDispatch({ timeoutMs: 1000, mostBytes: 1000 });
    handle = () => undefined;
    await expect(dispatch(request(`${origin}/sleeps`))).rejects.toMatchObject({ code: 'PROVIDER_TIMEOUT' });
    handle = (incoming) => incoming.socket.destroy();
    await expect(dispatch(request(`${origin}/sleeps`))).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE' });
    handle = (_, response) => response.end('x'.repeat(5000));
    await expect(dispatch(request(`${origin}/sleeps`))).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE' });
    await close();
  });
});

describe('createTokenSource', () => {
  const start = Date.parse('2026-06-15T12:00:00Z');
  let now = start;
  const source = () => createTokenSource({ authUrl: origin, internalToken: 'internal', now: () => now });
  const expiring = (seconds: number): void => {
    let issued = 0;
    handle = (_, response) =>
      response.end(
        JSON.stringify({ accessToken: `t${(issued += 1)}`, expiresAt: new Date(now + seconds * 1000).toISOString() }),
      );
  };
  beforeEach(() => {
    now = start;
  });

  it('asks auth once for all who want the token at the same time, and keeps it until shortly before its end', async () => {
    expiring(3600);
    const tokens = source();
    expect(await Promise.all([tokens.accessToken('c1'), tokens.accessToken('c1')])).toEqual(['t1', 't1']);
    now += 3_569_000;
    expect(await tokens.accessToken('c1')).toBe('t1');
    now += 1000;
    expect(await tokens.accessToken('c1')).toBe('t2');
    expect(await tokens.accessToken('c2')).toBe('t3');
    expect(seen[0]).toEqual({
      url: '/internal/v1/connections/c1/access-token',
      authorization: 'Bearer internal',
      body: '{}',
    });
  });

  it('tells auth by a hash which token was refused, and never gives that one again', async () => {
    expiring(3600);
    const tokens = source();
    tokens.refused('c1', await tokens.accessToken('c1'));
    expect(await tokens.accessToken('c1')).toBe('t2');
    expect(JSON.parse(seen[1]?.body ?? '')).toEqual({ rejected: createHash('sha256').update('t1').digest('hex') });
    tokens.refused('c1', 't1');
    expect(await tokens.accessToken('c1')).toBe('t2');
  });

  it.each<[number, unknown, string]>([
    [409, { code: 'TOKEN_REJECTED' }, 'TOKEN_REJECTED'],
    [404, { code: 'NOT_FOUND' }, 'TOKEN_REJECTED'],
    // What auth says of the tenant is no verdict on the consent.
    [409, { code: 'TENANT_PAUSED' }, 'TENANT_NOT_SERVED'],
    [404, { code: 'TENANT_UNKNOWN' }, 'TENANT_NOT_SERVED'],
    // Not auth, but something in front of it.
    [409, {}, 'AUTH_UNAVAILABLE'],
    [404, '<html>', 'AUTH_UNAVAILABLE'],
    [503, {}, 'AUTH_UNAVAILABLE'],
    [401, {}, 'AUTH_UNAVAILABLE'],
    [200, { accessToken: 5 }, 'AUTH_UNAVAILABLE'],
  ])('takes %i %j for what it is', async (status, body, code) => {
    answers(status, body);
    await expect(source().accessToken('c1')).rejects.toMatchObject({ code });
  });

  it('takes silence and garbage for an outage, and asks again the next time', async () => {
    const tokens = source();
    handle = (incoming) => incoming.socket.destroy();
    await expect(tokens.accessToken('c1')).rejects.toMatchObject({ code: 'AUTH_UNAVAILABLE' });
    handle = (_, response) => response.end('<html>');
    await expect(tokens.accessToken('c1')).rejects.toMatchObject({ code: 'AUTH_UNAVAILABLE' });
    expiring(3600);
    expect(await tokens.accessToken('c1')).toBe('t1');
  });

  it('waits as long as auth waits for the quota', async () => {
    handle = (_, response) =>
      response.writeHead(503, { 'retry-after': '800' }).end('{"code":"BUDGET_EXHAUSTED","disposition":"wait"}');
    await expect(source().accessToken('c1')).rejects.toMatchObject({ disposition: 'wait', waitUntil: now + 800_000 });
  });

  it('reports a rejection with the fingerprint of the token it is about, and forgets the token with it', async () => {
    expiring(3600);
    const tokens = source();
    await tokens.accessToken('c1');
    answers(204, {});
    await tokens.reject('c1', 'consent_missing');
    const rejected = createHash('sha256').update('t1').digest('hex');
    expect(seen[1]?.url).toBe('/internal/v1/connections/c1/rejections');
    expect(JSON.parse(seen[1]?.body ?? '')).toEqual({ reason: 'consent_missing', rejected });

    expiring(3600);
    const token = await tokens.accessToken('c1');
    expect(seen).toHaveLength(3);
    tokens.refused('c1', token);
    answers(503, {});
    await expect(tokens.reject('c1', 'token_rejected')).rejects.toMatchObject({ code: 'AUTH_UNAVAILABLE' });
    answers(404, { code: 'TENANT_UNKNOWN' });
    await expect(tokens.reject('c1', 'token_rejected')).rejects.toMatchObject({
      code: 'TENANT_NOT_SERVED',
      waitUntil: now + 10_000,
    });
    answers(404, {});
    await expect(tokens.reject('c1', 'token_rejected')).rejects.toMatchObject({ code: 'AUTH_UNAVAILABLE' });
    answers(404, { code: 'NOT_FOUND' });
    await tokens.reject('c1', 'token_rejected');
  });

  it('has nothing to report where the verdict was auth’s own', async () => {
    answers(409, { code: 'TOKEN_REJECTED' });
    const tokens = source();
    await expect(tokens.accessToken('c1')).rejects.toMatchObject({ code: 'TOKEN_REJECTED' });
    await tokens.reject('c1', 'token_rejected');
    expect(seen).toHaveLength(1);
  });
});
