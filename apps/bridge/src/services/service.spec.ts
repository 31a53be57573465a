import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { failureOf } from '../failures.ts';
import { route, Service, type ServiceAccess } from './service.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

const seen: { readonly method: string; readonly url: string; readonly headers: IncomingMessage['headers'] }[] = [];

/** The poller, where it answers like this. */
async function poller(
  answer: (url: string, response: ServerResponse) => void,
  access: Partial<ServiceAccess> = {},
  path = '',
): Promise<Service> {
  seen.length = 0;
  server = createServer(({ method = '', url = '', headers }, response) => {
    seen.push({ method, url, headers });
    answer(url, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return new Service('poller', {
    url: `http://127.0.0.1:${port}${path}`,
    token: 'hunter2',
    actor: undefined,
    ...access,
  });
}

const json = (response: ServerResponse, body: unknown, status = 200, headers: Record<string, string> = {}): void =>
  void response.writeHead(status, headers).end(JSON.stringify(body));

/** What is told of a request that fails, and the status. */
const failure = (request: Promise<unknown>) => request.then(() => undefined, failureOf);

const problem = (status: number, code: string, more: object = {}) => ({
  type: `urn:problem:${code.toLowerCase()}`,
  title: 'Conflict',
  status,
  code,
  detail: 'The connection is paused: nothing of it is polled.',
  ...more,
});

describe('a service', () => {
  it('says that an answer was cut off in the middle', async () => {
    const service = await poller((_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{');
      response.socket?.destroySoon();
    });
    const { exitCode, text = '' } = (await failure(service.get(route`/v1/tenants`))) ?? {};
    expect(exitCode).toBe(3);
    expect(text).toContain('poller does not answer at');
  });

  it('takes a refused value for wrong usage', async () => {
    const service = await poller((_, response) => json(response, problem(400, 'VALIDATION_FAILED'), 400));
    expect((await failure(service.get(route`/v1/tenants`)))?.exitCode).toBe(2);
  });

  it('is asked with the token, and for whom', async () => {
    const service = await poller((_, response) => json(response, { due: 1 }), { actor: 'alice' });
    expect(await service.post(route`/v1/tenants/${'a/b'}/poll`, { query: { resource: ['x', 'y'] }, body: {} })).toEqual(
      {
        due: 1,
      },
    );
    expect(seen).toMatchObject([
      {
        method: 'POST',
        url: '/v1/tenants/a%2Fb/poll?resource=x&resource=y',
        headers: { authorization: 'Bearer hunter2', 'x-actor': 'alice', 'content-type': 'application/json' },
      },
    ]);
  });

  it('may have a path in its address', async () => {
    const service = await poller((_, response) => json(response, {}), {}, '/admin/');
    await service.get('/v1/lanes');
    expect(seen.map(({ url }) => url)).toEqual(['/admin/v1/lanes']);
    expect(seen[0]?.headers).not.toHaveProperty('x-actor');
  });

  it('gives all pages of a list as one', async () => {
    const service = await poller((url, response) => {
      const cursor = new URL(url, 'http://x').searchParams.get('cursor');
      json(response, cursor === null ? { parked: [1, 2], nextCursor: 'b' } : { parked: [3], nextCursor: null });
    });
    expect(await service.all('/v1/parked', 'parked', { status: ['a'] })).toEqual({
      parked: [1, 2, 3],
      nextCursor: null,
    });
    expect(seen.map(({ url }) => url)).toEqual([
      '/v1/parked?status=a&limit=500',
      '/v1/parked?status=a&limit=500&cursor=b',
    ]);
  });

  it('tells what is not there from what is', async () => {
    const service = await poller((url, response) =>
      url.includes('none') ? json(response, problem(404, 'NOT_FOUND'), 404) : json(response, { id: 'x' }),
    );
    expect([await service.find('/none'), await service.find('/some')]).toEqual([undefined, { id: 'x' }]);
  });

  it('says what it refused, with all that it told, and what to do', async () => {
    const service = await poller((_, response) =>
      json(response, problem(409, 'CONNECTION_NOT_ACTIVE', { connectionStatus: 'paused', reason: null }), 409),
    );
    const told = await failure(service.get('/v1/x'));
    expect(told).toEqual({
      exitCode: 1,
      text: [
        'poller refused: The connection is paused: nothing of it is polled.',
        '  connectionStatus: paused',
        '`bridge why` tells what it needs: to be resumed, or a new consent of the athlete.',
        '(409 CONNECTION_NOT_ACTIVE, GET /v1/x)',
        '',
      ].join('\n'),
    });
  });

  it('says which values it refused, and what is allowed', async () => {
    const errors = [
      { path: 'from', value: '2026-13-01', allowed: 'a day, YYYY-MM-DD' },
      { path: 'to', allowed: 'a day' },
    ];
    const service = await poller((_, response) => json(response, problem(400, 'VALIDATION_FAILED', { errors }), 400));
    expect((await failure(service.get('/')))?.text).toContain(
      '\n  - from: "2026-13-01"; allowed: a day, YYYY-MM-DD\n  - to: allowed: a day\n',
    );
  });

  it('names the option that a refused value was typed with', async () => {
    const errors = [
      { path: 'types', allowed: 'a type' },
      { path: 'limit', value: 0, allowed: 'a number' },
    ];
    const service = await poller((_, response) => json(response, problem(400, 'VALIDATION_FAILED', { errors }), 400), {
      typedAs: (path) => (path === 'types' ? '--type' : undefined),
    });
    expect((await failure(service.get('/')))?.text).toContain(
      '\n  - --type: allowed: a type\n  - limit: 0; allowed: a number\n',
    );
  });

  it('never tells the token', async () => {
    const service = await poller((_, response) => json(response, problem(401, 'UNAUTHENTICATED'), 401));
    const told = await failure(service.get('/'));
    expect(told).toMatchObject({ exitCode: 1, text: expect.stringContaining('ADMIN_TOKEN is not the token') });
    expect(told?.text).not.toContain('hunter2');
  });

  it.each([502, 503, 504])('is not reachable when it answers %i', async (status) => {
    const service = await poller((_, response) => json(response, 'a proxy', status, { 'retry-after': '7' }));
    expect(await failure(service.get('/'))).toMatchObject({ exitCode: 3, text: expect.stringContaining('in 7 s') });
  });

  it('is not reachable where nothing listens', async () => {
    const service = new Service('poller', { url: 'http://127.0.0.1:1', token: 'hunter2', actor: undefined });
    const told = await failure(service.get('/'));
    expect(told?.exitCode).toBe(3);
    expect(told?.text).toMatch(/^poller does not answer at http:\/\/127\.0\.0\.1:1: /);
    expect(told?.text).toContain('POLLER_URL or --poller-url');
  });

  it('is something else when it answers in other words', async () => {
    const service = await poller((_, response) => void response.end('<html>'));
    expect(await failure(service.get('/v1/x'))).toMatchObject({
      exitCode: 1,
      text: expect.stringMatching(/answered 200 to GET \/v1\/x, and not in the words of poller/),
    });
  });
});
