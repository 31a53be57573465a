import { type AddressInfo, connect } from 'node:net';
import { Body, Controller, Delete, Get, Module, Param, Post, Req } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IsOptional } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { AppLogger, type AppOptions, PlatformModule, createApp } from './index.ts';

class Anything {
  @IsOptional()
  readonly what?: unknown;
}

@Controller('things')
class Things {
  @Get(':id')
  one(@Param('id') id: string, @Req() request: FastifyRequest): object {
    return { id, ip: request.ip };
  }

  @Post()
  add(@Body() body: Anything): object {
    return body;
  }

  @Delete(':id')
  remove(): void {
    // nothing to do
  }
}

@Module({
  imports: [PlatformModule.forRoot({ name: 'trial', logLevel: 'silent', refusalsPerMinute: 60 })],
  controllers: [Things],
})
class Trial {}

const start = async (options: Partial<AppOptions> = {}): Promise<NestFastifyApplication> => {
  const app = await createApp(
    (adapter, more) => NestFactory.create<NestFastifyApplication>(Trial, adapter, { ...more, logger: false }),
    { name: 'trial', ...options },
  );
  await app.listen(0, '127.0.0.1');
  return app;
};

/** Sends bytes as they are, and gives back everything that comes until the server closes. */
const raw = (app: NestFastifyApplication, ...pieces: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = '';
    const socket = connect((app.getHttpServer().address() as AddressInfo).port, '127.0.0.1');
    socket.on('data', (chunk) => (text += chunk.toString())).on('error', reject);
    socket.on('close', () => resolve(text));
    for (const piece of pieces) socket.write(piece, 'latin1');
  });

const typeOf = ({ headers }: { headers: Readonly<Record<string, unknown>> }): string =>
  String(headers['content-type']).replace('; charset=utf-8', '');
const typeFor = (status: number): string => (status < 300 ? 'application/json' : 'application/problem+json');

describe('a hardened app', () => {
  let app: NestFastifyApplication;
  beforeAll(async () => {
    app = await start();
  });
  afterAll(() => app.close());

  const get = async (url: string, headers: Record<string, string> = {}) => app.inject({ method: 'GET', url, headers });
  const post = async (payload: string, type = 'application/json') =>
    app.inject({ method: 'POST', url: '/things', payload, headers: { 'content-type': type } });

  it.each(['/things/1', '/nowhere', '/things/%zz', `/things/${'x'.repeat(200)}`, '/docs', '/metrics'])(
    'puts security headers on the answer to %s',
    async (url) => {
      const { headers } = await get(url);
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['strict-transport-security']).toBeUndefined();
    },
  );

  it("lets the description's page run its own scripts, and nothing else any", async () => {
    expect((await get('/docs')).headers['content-security-policy']).toContain("script-src 'self';");
    expect((await get('/docs/swagger-ui.css')).headers['content-security-policy']).toContain("script-src 'self';");
    expect((await get('/docs-json')).headers['content-security-policy']).not.toContain('script-src');
    expect((await get('/things/1')).headers['content-security-policy']).not.toContain('script-src');
    expect((await get('/docs')).body).not.toMatch(/<script[^>]*>[^<]*[^<\s]/);
  });

  it('tells browsers to keep to TLS where there is TLS', async () => {
    const secure = await start({ isSecure: true });
    const { headers } = await secure.inject('/things/1');
    expect(headers['strict-transport-security']).toBe('max-age=31536000');
    await secure.close();
  });

  it.each([
    ['%zz', 400],
    ['%ff', 400],
    ['x'.repeat(129), 414],
    ['x'.repeat(128), 200],
    [`1?${'x'.repeat(4096)}`, 414],
    [`1?${'x'.repeat(4000)}`, 200],
  ])('takes URLs of a decent length: case %#', async (path, status) => {
    const answer = await get(`/things/${path}`);
    expect([answer.statusCode, typeOf(answer)]).toEqual([status, typeFor(status)]);
  });

  it.each([
    ['{', 'application/json', 400],
    ['null', 'application/json', 400],
    ['[]', 'application/json', 400],
    ['"what"', 'application/json', 400],
    ['', 'application/json', 400],
    ['{"__proto__":{"a":1}}', 'application/json', 400],
    ['{"what":{"constructor":{"prototype":{"a":1}}}}', 'application/json', 400],
    [`{"what":${'['.repeat(15)}1${']'.repeat(15)}}`, 'application/json', 201],
    [`{"what":${'['.repeat(16)}1${']'.repeat(16)}}`, 'application/json', 400],
    [`{"what":${'['.repeat(30_000)}${']'.repeat(30_000)}}`, 'application/json', 400],
    ['{"what":1}', 'text/plain', 415],
    ['what=1', 'application/x-www-form-urlencoded', 415],
    ['<what/>', 'application/xml', 415],
    ['{"what":1}', 'multipart/form-data; boundary=x', 415],
    ['{"what":1}', 'no type at all', 415],
    [`{"what":"${'x'.repeat(70_000)}"}`, 'application/json', 413],
    ['{"what":1}', 'application/json; charset=utf-8', 201],
  ])('reads small, flat JSON and nothing else: case %# as %s', async (body, type, status) => {
    const answer = await post(body, type);
    expect([answer.statusCode, typeOf(answer)]).toEqual([status, typeFor(status)]);
  });

  it.each([
    ['{', 'application/json', 'MALFORMED_JSON', 'not valid JSON'],
    ['', 'application/json', 'MALFORMED_JSON', 'empty'],
    ['{"__proto__":{"a":1}}', 'application/json', 'MALFORMED_JSON', 'not valid JSON'],
    ['[]', 'application/json', 'BAD_REQUEST', 'no JSON object'],
    ['what=1', 'application/x-www-form-urlencoded', 'UNSUPPORTED_MEDIA_TYPE', 'content-type: application/json'],
    [`{"what":"${'x'.repeat(70_000)}"}`, 'application/json', 'PAYLOAD_TOO_LARGE', '65536 bytes'],
  ])('gives each refusal a code, and says what is allowed: case %# as %s', async (body, type, code, detail) => {
    expect((await post(body, type)).json()).toMatchObject({ code, detail: expect.stringContaining(detail) });
  });

  it.each([
    ['POST', '/things/1', 'DELETE, GET, HEAD'],
    ['PUT', '/things', 'POST'],
    ['TRACE', '/docs', 'GET, HEAD'],
    ['OPTIONS', '/things/1?x=1', 'DELETE, GET, HEAD'],
  ])('says which methods there are: %s %s', async (method, url, allow) => {
    const answer = await app.inject({ method: method as 'POST', url });
    expect([answer.statusCode, answer.headers['allow']]).toEqual([405, allow]);
    expect(answer.json().code).toBe('METHOD_NOT_ALLOWED');
  });

  it('answers HEAD where it answers GET, and knows no other path', async () => {
    const head = await app.inject({ method: 'HEAD', url: '/things/1' });
    expect([head.statusCode, head.body]).toEqual([200, '']);
    expect((await app.inject({ method: 'PUT', url: '/nowhere' })).statusCode).toBe(404);
  });

  it.each([
    ['two lengths', 'POST /things HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}', 400],
    [
      'a length and chunks',
      'POST /things HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n',
      400,
    ],
    ['no host', 'GET /things/1 HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['two hosts', 'GET /things/1 HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n', 400],
    ['a space before the colon', 'GET /things/1 HTTP/1.1\r\nHost : a\r\n\r\n', 400],
    ['a line folded', 'GET /things/1 HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n', 400],
    ['an unknown method', 'FROB /things/1 HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['no HTTP at all', 'hello\r\n\r\n', 400],
    ['a body to read nothing', 'DELETE /things/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}', 400],
    ['a head too large', `GET /things/1 HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(17_000)}\r\n\r\n`, 431],
    [
      'too many headers',
      `GET /things/1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${'X: 1\r\n'.repeat(200)}\r\n`,
      431,
    ],
  ])('refuses %s once, as a problem', async (_what, bytes, status) => {
    const answer = await raw(app, bytes);
    expect(answer.match(/^HTTP\/1\.1 (\d+)/gm)).toEqual([`HTTP/1.1 ${String(status)}`]);
    expect(answer).toContain(`"status":${String(status)}`);
    expect(answer).toMatch(/"code":"[A-Z_]+"/);
    expect(answer.toLowerCase()).toContain('content-type: application/problem+json');
    expect(answer.toLowerCase()).toContain('x-content-type-options: nosniff');
  });

  it('sends a slow client away', async () => {
    const impatient = await start({ requestMs: 100 });
    const answers = await Promise.all([
      raw(
        impatient,
        'POST /things HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
      ),
      raw(impatient, 'GET /things/1 HTTP/1.1\r\nHo'),
    ]);
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 408 [\s\S]*"status":408/);
    await impatient.close();
  });

  it('believes only proxies that it knows', async () => {
    const forwarded = { 'x-forwarded-for': '203.0.113.9, 192.0.2.7' };
    expect((await get('/things/1', forwarded)).json()).toMatchObject({ ip: '127.0.0.1' });
    const behind = await start({ trustedProxies: ['127.0.0.0/8', '192.0.2.7'] });
    const ipOf = async (remoteAddress: string) =>
      (await behind.inject({ url: '/things/1', headers: forwarded, remoteAddress })).json().ip;
    expect(await ipOf('127.0.0.1')).toBe('203.0.113.9');
    expect(await ipOf('198.51.100.1')).toBe('198.51.100.1');
    await behind.close();
  });

  it('tells once of a proxy that it does not know', async () => {
    const behind = await start({ trustedProxies: ['192.0.2.7'] });
    const warnings: unknown[] = [];
    Object.assign(behind.get(AppLogger), { warn: (...line: unknown[]) => warnings.push(line) });
    const ask = (remoteAddress: string, headers: Record<string, string>) =>
      behind.inject({ url: '/things/1', headers, remoteAddress });
    await ask('192.0.2.7', { 'x-forwarded-for': '203.0.113.9' });
    await ask('198.51.100.1', {});
    expect(warnings).toEqual([]);
    for (const address of ['198.51.100.1', '198.51.100.2']) await ask(address, { 'x-forwarded-for': '203.0.113.9' });
    expect(warnings).toEqual([[expect.stringContaining('TRUSTED_PROXIES'), { address: '198.51.100.1' }]]);
    await behind.close();
  });
});
