import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Behaviour,
  type Browser,
  type Page as Tab,
  accessibilityFaults,
  launchBrowser,
  watch,
} from '../../../test/integration/browser.ts';
import { type AuthScene, adminToken, createLink, send, startAuth } from './auth.fixture.ts';

/** Chromium may have to be installed. */
const INSTALL_MS = 600_000;
let scene: AuthScene;
let chromium: Browser;
let names: string[];

beforeAll(async () => {
  chromium = await launchBrowser();
  scene = await startAuth({ listen: true });
  names = scene.simulator
    .athletes()
    .filter(({ client }) => client === 'client-acme')
    .map(({ name }) => name);
}, INSTALL_MS);
afterAll(async () => {
  await chromium?.close();
  await scene?.stop();
});

interface Visit {
  readonly tab: Tab;
  readonly behaviour: Behaviour;
}

/** A tab in a browser profile of its own. */
async function openTab(): Promise<Visit> {
  const tab = await (await chromium.createBrowserContext()).newPage();
  return { tab, behaviour: watch(tab) };
}
const linkFor = (userReference: string) => createLink(scene.app, 'acme', { userReference });
const heading = (tab: Tab) => tab.$eval('h1', ({ textContent }) => textContent);
const says = (tab: Tab) => tab.$eval('body', ({ textContent }) => textContent);
const connectionsOf = async (userReference: string) =>
  (
    (await send(scene.app, 'GET', '/v1/tenants/acme/connections?limit=500', { token: adminToken })).json
      .connections as readonly { readonly userReference: string; readonly status: string }[]
  ).filter((one) => one.userReference === userReference);

/** Presses a button of the provider's consent page, and waits for the page that it leads to. */
async function press(tab: Tab, name: string): Promise<void> {
  const [button] = await tab.$$(`::-p-xpath(//button[starts-with(normalize-space(.), "${name}")])`);
  if (button === undefined) throw new Error(`there is no button ${name} on ${await says(tab)}`);
  await Promise.all([tab.waitForNavigation(), button.click()]);
}

/** Begins a consent and stops short of the callback, whose address somebody gets hold of. */
async function intercept(tab: Tab, link: string, athlete: string): Promise<string> {
  await tab.goto(link);
  await tab.setRequestInterception(true);
  const callback = new Promise<string>((resolve) => {
    tab.on('request', (request) => {
      const isCallback = request.url().startsWith(`${scene.publicUrl}/oauth/callback`);
      if (isCallback) resolve(request.url());
      void (isCallback ? request.abort() : request.continue());
    });
  });
  await press(tab, athlete).catch(() => undefined);
  const url = await callback;
  tab.removeAllListeners('request');
  await tab.setRequestInterception(false);
  return url;
}

describe('an athlete with a browser', () => {
  it('opens the link, consents, and reads that all is well', async () => {
    const { tab, behaviour } = await openTab();
    const link = await linkFor('walk');
    await tab.goto(link);
    expect(await heading(tab)).toBe('AccessLink simulator');
    await press(tab, names[0] ?? '');
    expect(await tab.title()).toBe('You are connected · Acme Sleep Lab');
    expect(await heading(tab)).toBe('You are connected');
    expect(await connectionsOf('walk')).toMatchObject([{ status: 'active' }]);
    expect(await accessibilityFaults(tab)).toEqual([]);
    expect(behaviour.complaints).toEqual([]);
    // The link, the provider's page, its decision, the callback: and no icon, font, style or picture.
    const own = behaviour.requests.filter((url) => url.startsWith(scene.publicUrl));
    expect(own).toEqual([link, expect.stringMatching(/\/oauth\/callback\?code=/)]);
    await tab.reload();
    expect(await heading(tab)).toBe('We cannot continue here');
    await tab.goto(link);
    expect([await heading(tab), await tab.title()]).toEqual([
      'This link was used already',
      'This link was used already · Acme Sleep Lab',
    ]);
    expect(await connectionsOf('walk')).toMatchObject([{ status: 'active' }]);
  });

  it('says no, is told so, and tries again by keyboard', async () => {
    const { tab, behaviour } = await openTab();
    await tab.goto(await linkFor('second-thoughts'));
    await press(tab, 'Deny');
    expect(await heading(tab)).toBe('You are not connected');
    expect(await says(tab)).toContain('access_denied');
    expect(await accessibilityFaults(tab)).toEqual([]);
    await tab.keyboard.press('Tab');
    const focused = await tab.evaluate(
      'getComputedStyle(document.activeElement).outlineStyle + " around " + document.activeElement.textContent',
    );
    expect(focused).toBe('solid around Try again');
    await Promise.all([tab.waitForNavigation(), tab.keyboard.press('Enter')]);
    await press(tab, names[1] ?? '');
    expect(await heading(tab)).toBe('You are connected');
    expect(await connectionsOf('second-thoughts')).toHaveLength(1);
    expect(behaviour.complaints).toEqual([]);
  });

  it('is not helped by nor harmed by a callback that was stolen', async () => {
    const { tab: victim } = await openTab();
    const callback = await intercept(victim, await linkFor('victim'), names[2] ?? '');
    const { tab: thief } = await openTab();
    await thief.goto(callback);
    expect(await heading(thief)).toBe('This is not the same browser');
    expect(await thief.$('a')).toBeNull();
    expect(await connectionsOf('victim')).toEqual([]);
    await victim.goto(callback);
    expect(await heading(victim)).toBe('We cannot continue here');
    expect(await connectionsOf('victim')).toEqual([]);
  });

  it('comes too late, and is not told that it was another browser', async () => {
    const { tab } = await openTab();
    const callback = await intercept(tab, await linkFor('slow'), names[3] ?? '');
    scene.clock.ahead += 901_000;
    await tab.goto(callback);
    scene.clock.ahead -= 901_000;
    expect(await heading(tab)).toBe('That took too long');
    await Promise.all([tab.waitForNavigation(), tab.click('a')]);
    await press(tab, names[3] ?? '');
    expect(await heading(tab)).toBe('You are connected');
  });

  it.each(['/', '/connect', '/connect/', '/conect/x', '/connect/a/b', '/favicon.ico'])(
    'finds a page at %s too',
    async (path) => {
      const { tab, behaviour } = await openTab();
      const answer = await tab.goto(`${scene.publicUrl}${path}`);
      expect([answer?.status(), answer?.headers()['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
      expect(await heading(tab)).toMatch(/^(There is nothing to see here|This link does not work)$/);
      expect(behaviour.complaints).toEqual([]);
      expect(await accessibilityFaults(tab)).toEqual([]);
    },
  );
});

describe('whoever looks without visiting', () => {
  const look = (path: string, method: 'GET' | 'HEAD', headers: Readonly<Record<string, string>>) =>
    scene.app.inject({ method, url: path.replace(scene.publicUrl, ''), headers });
  const looks = [
    ['HEAD', {}, 405],
    ['GET', { 'sec-purpose': 'prefetch' }, 503],
    ['GET', { 'sec-purpose': 'prefetch;prerender' }, 503],
    ['GET', { purpose: 'prefetch' }, 503],
    ['GET', { 'x-moz': 'prefetch' }, 503],
  ] as const;

  it('uses nothing up', async () => {
    const { tab } = await openTab();
    const link = await linkFor('scanned');
    const callback = await intercept(tab, link, names[4] ?? '');
    const states = () => scene.database.db.selectFrom('consent_states').select('link').execute();
    const before = await states();
    for (const [method, headers, status] of looks) {
      expect((await look(callback, method, headers)).statusCode).toBe(status);
      const answer = await look(link, method, headers);
      expect([answer.statusCode, answer.headers['set-cookie']]).toEqual([status, undefined]);
    }
    expect(await states()).toEqual(before);
    await tab.goto(callback);
    expect(await heading(tab)).toBe('You are connected');
  });

  it('gets a problem document where it is a program', async () => {
    const answer = await look('/nowhere', 'GET', { accept: 'application/json' });
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([
      404,
      'application/problem+json; charset=utf-8',
    ]);
    expect((await look('/nowhere', 'GET', {})).headers['content-type']).toContain('problem+json');
    const unknown = await scene.app.inject({
      url: '/v1/tenants/nobody/connections',
      headers: { accept: 'text/html', authorization: `Bearer ${adminToken}` },
    });
    expect([unknown.statusCode, unknown.json().code]).toEqual([404, 'NOT_FOUND']);
  });
});
