import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser, accessibilityFaults, launchBrowser, watch } from '../../../../test/integration/browser.ts';
import { until } from '../../../../test/integration/until.ts';
import { adminToken, PollerScene } from '../poller.fixture.ts';

/** Chromium may have to be installed. */
const INSTALL_MS = 600_000;
const basic = (password: string, user = 'anybody'): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

let scene: PollerScene;
let app: NestFastifyApplication;
let chromium: Browser;
let url: string;
beforeAll(async () => {
  chromium = await launchBrowser();
  scene = await PollerScene.open({ athletes: 2 });
  await until('the first event', 60, async () => (await scene.types()).length > 0);
  [app] = scene.apps as [NestFastifyApplication];
  await app.listen(0, '127.0.0.1');
  url = `${await app.getUrl()}/status`;
}, INSTALL_MS);
afterAll(async () => {
  await chromium?.close();
  await scene?.close();
});

const get = (authorization?: string, path = '/status') =>
  app.inject({ url: path, headers: authorization === undefined ? {} : { authorization } });

describe('the status page of a running poller', () => {
  it('tells an operator how things are', async () => {
    const tab = await chromium.newPage();
    const behaviour = watch(tab);
    await tab.setJavaScriptEnabled(false);
    await tab.authenticate({ username: '', password: adminToken });
    const answer = await tab.goto(url);
    expect(answer?.status()).toBe(200);
    // There is none in this test.
    const told = await tab.$$eval('h1, h2', (headings) => headings.map((heading) => heading.textContent));
    expect(told).toEqual([
      '1 thing is wrong',
      expect.stringMatching(/^No publisher runs: nothing reaches Kafka\. \d+ events wait/),
    ]);
    const cells = await tab.$$eval('.tenants tbody tr > *', (all) => all.map((cell) => cell.textContent));
    expect(cells).toEqual([
      expect.stringContaining('acme'),
      expect.stringMatching(/on time|late/),
      expect.stringMatching(/expected|an hour/),
      expect.stringMatching(/of 100\u{a0}000 in 60\u{a0}s/u),
      '2 active',
    ]);
    expect(behaviour).toEqual({ requests: [url], complaints: [] });
    await tab.setJavaScriptEnabled(true);
    expect(await accessibilityFaults(tab)).toEqual([]);
    await Promise.all([tab.waitForNavigation(), tab.click('header a:last-child')]);
    expect(tab.url()).toBe(`${url}?refresh=30`);
    expect(await tab.$eval('header', (header) => header.textContent)).toContain('Refreshes every 30 s');
  });

  it('is for whoever has the admin token as password, whatever the name', async () => {
    for (const name of ['', 'alice', 'ä']) expect((await get(basic(adminToken, name))).statusCode).toBe(200);
    const { headers, body } = await get(basic(adminToken));
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': expect.stringMatching(/^default-src 'none'; style-src 'sha256-/),
    });
    expect(headers['set-cookie']).toBeUndefined();
    expect(headers['refresh']).toBeUndefined();
    expect((await get(basic(adminToken), '/status?refresh=30')).headers['refresh']).toBe('30');
    expect((await get(basic(adminToken), '/status?refresh=1')).headers['refresh']).toBeUndefined();
    // No name and no id of an athlete.
    for (const [name, connection] of scene.connections) {
      expect(body).not.toContain(name);
      expect(body).not.toContain(connection);
    }
  });

  it.each([
    ['nothing', undefined],
    ['another password', basic('wrong')],
    ['the token as the name', basic('', adminToken)],
    ['no colon', `Basic ${Buffer.from(adminToken).toString('base64')}`],
    ['a bearer token', `Bearer ${adminToken}`],
    ['what is no base64', 'Basic %%%'],
  ])('asks %s to log in, on a page', async (_, authorization) => {
    const { statusCode, headers, body } = await get(authorization);
    expect([statusCode, headers['www-authenticate']]).toEqual([401, 'Basic realm="admin", charset="UTF-8"']);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(body).toContain('<h1>Please log in</h1>');
    expect(body).not.toContain('acme');
  });

  it('counts failed logins with the other failures of an address', async () => {
    const guess = (url: string, authorization: string) =>
      app.inject({ url, headers: { authorization }, remoteAddress: '192.0.2.66' });
    let answer = await guess('/v1/tenants/acme/quota', 'Bearer wrong');
    for (let tries = 0; tries < 200 && answer.statusCode === 401; tries += 1)
      answer = await guess('/status', basic('x'));
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([429, expect.stringMatching(/^\d+$/)]);
    expect(answer.body).toContain('<h1>Too many attempts</h1>');
    expect((await guess('/v1/tenants/acme/quota', 'Bearer wrong')).statusCode).toBe(429);
    expect((await guess('/status', basic(adminToken))).statusCode).toBe(200);
  });

  it('tells programs what is wrong, too', async () => {
    const answer = await get(`Bearer ${adminToken}`, '/v1/status');
    expect([answer.statusCode, answer.json()]).toEqual([
      200,
      {
        at: expect.stringMatching(/^20.*Z$/),
        level: 'bad',
        findings: [
          {
            kind: 'no-publisher',
            severity: 'bad',
            what: expect.stringContaining('No publisher runs'),
            todo: expect.stringContaining('Start the publishers'),
          },
        ],
      },
    ]);
    expect((await get(basic(adminToken), '/v1/status')).statusCode).toBe(401);
  });

  it('is described as what it is', async () => {
    const { paths, components } = (await app.inject('/docs-json')).json();
    expect(paths['/status'].get.security).toEqual([{ 'admin-password': [] }]);
    expect(components.securitySchemes['admin-password']).toMatchObject({ type: 'http', scheme: 'basic' });
    expect(Object.keys(paths['/status'].get.responses['200'].content)).toEqual(['text/html']);
  });
});
