import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { Body, Controller, Get, HttpException, Module, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IsInt, IsString, Max } from 'class-validator';
import {
  AppLogger,
  type BootOptions,
  Clock,
  Health,
  Ids,
  Metrics,
  PlatformModule,
  Problem,
  RequireToken,
  boot,
  provideToken,
  runMain,
} from './index.ts';

class Order {
  @IsInt()
  @Max(3)
  count!: number;

  @IsString()
  clientSecret!: string;
}

const disposed = (code: string, disposition: string, waitUntil?: number): Error =>
  Object.assign(new Error(`about ${code}`), { code, disposition, waitUntil });

@Controller()
class Routes {
  @Post('orders')
  order(@Body() order: Order): Order {
    return order;
  }

  @Get('guarded')
  @RequireToken('admin')
  guarded(): string {
    return 'in';
  }

  @Get('closed')
  @RequireToken('other')
  closed(): string {
    return 'in';
  }

  @Get('gone')
  gone(): never {
    throw disposed('NOT_FOUND', 'drop');
  }

  @Get('wait')
  wait(): never {
    throw disposed('BUDGET_EXHAUSTED', 'wait', 61_500);
  }

  @Get('bug')
  bug(): never {
    throw disposed('PROVIDER_SCHEMA_UNKNOWN', 'bug');
  }

  @Get('crash')
  crash(): never {
    throw new Error('the password is hunter2');
  }

  @Get('teapot')
  teapot(): never {
    throw new HttpException('short and stout', 418);
  }

  @Get('conflict')
  conflict(): never {
    throw new Problem(409, 'not now', { code: 'NOT_ACTIVE', members: { state: 'paused', status: 200 } });
  }
}

class Frozen extends Clock {
  override now(): number {
    return 1500;
  }
}

@Module({
  imports: [PlatformModule.forRoot({ name: 'trial', logLevel: 'silent', refusalsPerMinute: 60 })],
  controllers: [Routes],
  providers: [provideToken('admin', 'let-me-in'), provideToken('other', undefined)],
})
class Trial {}

const trialOptions: BootOptions = {
  name: 'trial',
  port: 0,
  host: '127.0.0.1',
  logLevel: 'silent',
  tokens: ['admin'],
  shutdownDelaySeconds: 0,
};

describe('an app on this platform', () => {
  let app: NestFastifyApplication;

  beforeAll(async () => {
    app = await boot(Trial, trialOptions);
    Object.setPrototypeOf(app.get(Clock), Frozen.prototype);
  });
  afterAll(() => app.close());

  const get = async (url: string, headers: Record<string, string> = {}) => app.inject({ method: 'GET', url, headers });

  it('names every refused value, with what is allowed, and repeats no secret', async () => {
    const answer = await app.inject({
      method: 'POST',
      url: '/orders',
      payload: { count: 4, clientSecret: 5, extra: 'x' },
    });
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    const body = answer.json();
    expect(body).toMatchObject({ type: 'urn:problem:validation-failed', title: 'Bad Request', status: 400 });
    expect(body.errors).toEqual(
      expect.arrayContaining([
        { path: 'extra', allowed: 'nothing: there is no such member' },
        { path: 'count', value: 4, allowed: 'at most 3' },
        { path: 'clientSecret', allowed: 'a string' },
      ]),
    );
  });

  it("refuses broken JSON and too large bodies as the sender's fault", async () => {
    const broken = await app.inject({
      method: 'POST',
      url: '/orders',
      payload: '{',
      headers: { 'content-type': 'application/json' },
    });
    const large = await app.inject({ method: 'POST', url: '/orders', payload: { clientSecret: 'x'.repeat(70_000) } });
    expect([broken.statusCode, large.statusCode]).toEqual([400, 413]);
    expect(broken.json()).toMatchObject({ code: 'MALFORMED_JSON', detail: 'The body is not valid JSON.' });
    expect(large.json()).toMatchObject({
      title: 'Payload Too Large',
      code: 'PAYLOAD_TOO_LARGE',
      detail: 'The body is larger than 65536 bytes.',
    });
  });

  it.each([
    ['/gone', 404, { type: 'urn:problem:not-found', code: 'NOT_FOUND', detail: 'about NOT_FOUND' }],
    ['/wait', 503, { code: 'BUDGET_EXHAUSTED', disposition: 'wait' }],
    ['/teapot', 418, { type: 'urn:problem:i-m-a-teapot', code: 'I_M_A_TEAPOT', detail: 'short and stout' }],
    ['/conflict', 409, { code: 'NOT_ACTIVE', state: 'paused', status: 409 }],
    ['/nowhere', 404, { title: 'Not Found', code: 'ROUTE_NOT_FOUND', detail: 'There is no such route.' }],
  ])('answers %s with %i', async (url, status, body) => {
    const answer = await get(url);
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject(body);
  });

  it('says when to come back', async () => {
    expect((await get('/wait')).headers['retry-after']).toBe('60');
  });

  it.each(['/crash', '/bug'])('tells nothing about %s', async (url) => {
    const answer = await get(url);
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toMatch(/hunter2|PROVIDER|boot\.spec/);
  });

  it.each([
    [{}, 401],
    [{ authorization: 'Bearer wrong' }, 401],
    [{ authorization: 'Basic let-me-in' }, 401],
    [{ authorization: 'Bearer let-me-in' }, 200],
  ])('opens a guarded route only to its token: %j -> %i', async (headers, status) => {
    const answer = await get('/guarded', headers as Record<string, string>);
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['www-authenticate']).toBe(status === 401 ? 'Bearer realm="admin"' : undefined);
  });

  it('keeps routes closed whose token is not configured', async () => {
    expect((await get('/closed', { authorization: 'Bearer undefined' })).statusCode).toBe(401);
  });

  it('serves metrics, its description and its health', async () => {
    app.get(Metrics).counter('trial_total', 'a trial').inc();
    expect((await get('/metrics')).body).toContain('trial_total 1');
    expect((await get('/docs-json')).json()).toMatchObject({ info: { title: 'trial' }, paths: { '/guarded': {} } });
    expect((await get('/docs')).statusCode).toBe(200);
    expect((await get('/health/live')).json()).toEqual({ status: 'live' });
    expect((await get('/health/ready')).json()).toEqual({ status: 'ready', checks: {} });
  });

  it('is not ready while a check fails or hangs, and says which', async () => {
    const health = app.get(Health);
    health.register('database', () => Promise.reject(new Error('down')));
    health.register('cache', () => Promise.resolve());
    health.register('throws', () => {
      throw new Error('at once');
    });
    const answer = await get('/health/ready');
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toEqual({ status: 'unavailable', checks: { database: 'down', cache: 'up', throws: 'down' } });
    health.register('database', () => new Promise(() => undefined));
    expect((await health.readiness(10)).checks).toMatchObject({ database: 'down' });
  });

  it('turns unready as the first act of a shutdown', async () => {
    const health = new Health();
    health.onModuleDestroy();
    expect(await health.readiness()).toEqual({ status: 'stopping', checks: {} });
  });

  it('answers that it stops until whoever sends traffic can have noticed, and then closes', async () => {
    const stopping = await boot(Trial, { ...trialOptions, shutdownDelaySeconds: 1 });
    const { port } = stopping.getHttpServer().address() as AddressInfo;
    const closed = stopping.close();
    const kept = await fetch(`http://127.0.0.1:${port}/health/live`);
    expect([kept.status, kept.headers.get('connection')]).toEqual([200, 'close']);
    const answers: number[] = [];
    const ready = () => fetch(`http://127.0.0.1:${port}/health/ready`, { headers: { connection: 'close' } });
    for (;;) {
      const answer = await ready().catch(() => undefined);
      if (answer === undefined) break;
      answers.push(answer.status);
    }
    await closed;
    expect([...new Set(answers)]).toEqual([503]);
  });

  it('has a clock and ids', () => {
    expect(app.get(Clock).now()).toBe(1500);
    expect(app.get(Ids).uuid()).not.toBe(app.get(Ids).uuid());
    expect(app.get(Ids).bytes(16)).toHaveLength(16);
  });
});

describe('AppLogger', () => {
  it('writes JSON lines with the service, the fields and no secret', () => {
    const lines: string[] = [];
    const sink = new Writable({
      write(chunk: Buffer, _encoding, done) {
        lines.push(chunk.toString());
        done();
      },
    });
    const log = AppLogger.create({ name: 'trial', logLevel: 'info' }, sink).with({ tenant: 'acme', apiToken: 'x1' });
    log.debug('not shown');
    log.info('sent', { authorization: 'x2', url: 'http://h/?code=x3' });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'info',
      service: 'trial',
      tenant: 'acme',
      message: 'sent',
    });
    expect(lines[0]).not.toMatch(/x[123]/);
  });
});

it('takes the signals over from runMain when its own hooks are in place', async () => {
  let before: readonly unknown[] = [];
  let after: readonly unknown[] = [];
  await runMain('trial', async () => {
    before = process.listeners('SIGTERM');
    const app = await boot(Trial, trialOptions);
    after = process.listeners('SIGTERM');
    await app.close();
  });
  const [ends] = before.slice(-1);
  expect(ends).toBeDefined();
  expect(after).not.toContain(ends);
  expect(after.length).toBeGreaterThanOrEqual(before.length);
});
