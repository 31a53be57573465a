import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { Controller, Get, Module, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterEach, describe, expect, it } from '@jest/globals';
import { boot, PlatformModule, type BootOptions } from './index.ts';

@Controller()
class Routes {
  @Post('internal/v1/token')
  token(): object {
    return { token: 'of a test' };
  }

  @Get('v1/things')
  things(): object {
    return {};
  }
}

@Module({
  imports: [PlatformModule.forRoot({ name: 'trial', logLevel: 'silent', refusalsPerMinute: 0 })],
  controllers: [Routes],
})
class Trial {}

const options: BootOptions = {
  name: 'trial',
  port: 0,
  host: '127.0.0.1',
  logLevel: 'silent',
  tokens: ['admin'],
  shutdownDelaySeconds: 0,
};

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function ask(port: number, method: string, path: string): Promise<{ status: number; code: unknown }> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method });
  const { code } = (await answer.json()) as { code?: unknown };
  return { status: answer.status, code };
}

describe('a port for programs', () => {
  let app: NestFastifyApplication | undefined;
  afterEach(() => app?.close());

  const started = async (more: Partial<BootOptions>): Promise<number> => {
    app = await boot(Trial, { ...options, ...more });
    return (app.getHttpServer().address() as AddressInfo).port;
  };
  const there = { status: 201, code: undefined };
  const gone = { status: 404, code: 'ROUTE_NOT_FOUND' };

  it('answers `/internal` and the health, and the other port everything else', async () => {
    const internalPort = await freePort();
    const port = await started({ internalPort });
    for (const path of ['/internal/v1/token', '//internal/v1/token', '/%69nternal/v1/token', '/x/../internal/v1/token'])
      expect([path, (await ask(port, 'POST', path)).status]).toEqual([path, 404]);
    expect(await ask(port, 'POST', '/internal/v1/token')).toEqual(gone);
    expect(await ask(internalPort, 'POST', '/internal/v1/token')).toEqual(there);
    expect((await ask(port, 'GET', '/v1/things')).status).toBe(200);
    expect(await ask(internalPort, 'GET', '/v1/things')).toEqual(gone);
    expect((await ask(internalPort, 'GET', '/health/ready')).status).toBe(200);
    expect((await ask(port, 'GET', '/health/ready')).status).toBe(200);
  });

  it('closes with the app', async () => {
    const internalPort = await freePort();
    await started({ internalPort });
    await app?.close();
    await expect(ask(internalPort, 'GET', '/health/live')).rejects.toThrow('fetch failed');
  });

  it('ends the start where somebody else listens on it', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    try {
      await expect(started({ internalPort: (taken.address() as AddressInfo).port })).rejects.toThrow('EADDRINUSE');
    } finally {
      taken.close();
    }
  });

  it('is not there unless it is asked for', async () => {
    expect(await ask(await started({}), 'POST', '/internal/v1/token')).toEqual(there);
  });
});
