import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AuthScene, adminToken, internalToken, startAuth } from './auth.fixture.ts';

let scene: AuthScene;
beforeAll(async () => {
  scene = await startAuth();
});
afterAll(() => scene.stop());

type App = AuthScene['app'];
interface Asked {
  readonly token?: string;
  readonly from?: string;
  readonly via?: string;
}
const get = (app: App, url: string, { token, from = '198.51.100.1', via }: Asked = {}) =>
  app.inject({
    url,
    remoteAddress: from,
    headers: { ...(token && { authorization: `Bearer ${token}` }), ...(via && { 'x-forwarded-for': via }) },
  });
const statuses = async (times: number, ask: () => ReturnType<typeof get>): Promise<number[]> => {
  const found = [];
  for (let nth = 0; nth < times; nth += 1) found.push((await ask()).statusCode);
  return found;
};

describe('the limit of the public routes', () => {
  it('is one for links and callbacks, over all processes, and a page for browsers', async () => {
    const DEPLOYMENT = `limits-${scene.simulator.clients[0]?.id ?? ''}-${String(scene.clock.now())}`;
    const [one, other] = [
      await scene.another({ PUBLIC_RATE_LIMIT: '4', DEPLOYMENT }),
      await scene.another({ PUBLIC_RATE_LIMIT: '4', DEPLOYMENT }),
    ];
    expect(await statuses(2, () => get(one, '/connect/nonsense'))).toEqual([404, 404]);
    expect(await statuses(2, () => get(other, '/oauth/callback'))).toEqual([400, 400]);
    const answer = await get(one, '/connect/nonsense');
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([429, 'text/html; charset=utf-8']);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(answer.body).toContain('Too many attempts');
    expect((await get(other, '/oauth/callback')).statusCode).toBe(429);
    expect((await get(one, '/connect/nonsense', { from: '198.51.100.2' })).statusCode).toBe(404);
    expect((await get(one, '/health/live')).statusCode).toBe(200);
  });

  it('goes by the address of the browser behind a trusted proxy, and believes nobody else', async () => {
    const app = await scene.another({ PUBLIC_RATE_LIMIT: '1', TRUSTED_PROXIES: '10.0.0.0/8, 127.0.0.1' });
    const ask = (from: string, via: string) => get(app, '/connect/x', { from, via });
    expect((await ask('10.1.2.3', '203.0.113.1')).statusCode).toBe(404);
    expect((await ask('10.1.2.3', '203.0.113.2')).statusCode).toBe(404);
    expect((await ask('10.1.2.3', '203.0.113.1')).statusCode).toBe(429);
    // What the browser itself claims stands further left than what the proxy saw.
    expect((await ask('10.1.2.3', '203.0.113.77, 203.0.113.1')).statusCode).toBe(429);
    expect((await ask('198.51.100.9', '203.0.113.3')).statusCode).toBe(404);
    expect((await ask('198.51.100.9', '203.0.113.4')).statusCode).toBe(429);
  });

  it('holds without Redis too, and breaks nothing', async () => {
    const app = await scene.another({ PUBLIC_RATE_LIMIT: '2', REDIS_URL: 'redis://127.0.0.1:1' });
    expect(await statuses(3, () => get(app, '/connect/x'))).toEqual([404, 404, 429]);
  });
});

describe('failed authentications', () => {
  it('are limited by address, on both kinds of routes, and never shut the right token out', async () => {
    const app = await scene.another({ PUBLIC_RATE_LIMIT: '3' });
    const route = '/v1/tenants/acme/connections';
    expect(await statuses(3, () => get(app, route, { token: 'guess' }))).toEqual([401, 401, 401]);
    const answer = await get(app, route, { token: internalToken });
    expect([answer.statusCode, answer.json().code]).toEqual([429, 'TOO_MANY_REQUESTS']);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    const internal = { method: 'POST', url: '/internal/v1/connections/x/access-token', remoteAddress: '198.51.100.1' };
    expect((await app.inject({ ...internal, method: 'POST' })).statusCode).toBe(429);
    expect(await statuses(5, () => get(app, route, { token: adminToken }))).toEqual([200, 200, 200, 200, 200]);
    expect((await get(app, route, { token: 'guess', from: '198.51.100.2' })).statusCode).toBe(401);
  });
});
