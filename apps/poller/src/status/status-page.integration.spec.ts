import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { htmlHeaders } from '#platform';
import {
  type Browser,
  accessibilityFaults,
  launchBrowser,
  openStage,
  picture,
  sidewaysOverflow,
  stageAddress,
  watch,
} from '../../../../test/integration/browser.ts';
import { refusalPage, statusPage } from './status-page.ts';
import { statusStyle } from './status-style.ts';
import { brokenStatus, crowdedFacts, database, facts, lookedUp, statusOf, tenantOf } from './status.fixture.ts';

/** Chromium may have to be installed. */
const INSTALL_MS = 600_000;
/** Breaks the rules that the healthy one breaks, and takes long to look through. */
const unruled = new Set(['crowded']);
const screens = {
  phone: { width: 390, height: 844 },
  narrow: { width: 1000, height: 800 },
  desktop: { width: 1280, height: 800 },
};
const calm = { refreshSeconds: null, refreshEvery: 30 };
const late = facts({ database: database({ late: [{ tenant: 'nordic', seconds: 1000 }] }) });
const blind = facts({ services: { postgresql: 'down', redis: 'down' }, database: undefined });
/** Columns that want more room than there is, beside one that wants little. */
const strained = facts({
  tenants: [tenantOf('demo', { name: 'Nordic Runners and Friends', stretch: 1.8 })],
  database: database({
    late: [{ tenant: 'demo', seconds: 5000 }],
    athletes: [{ tenant: 'demo', status: 'active', athletes: 3 }],
  }),
});

const pages: Readonly<Record<string, string>> = {
  healthy: statusPage(statusOf(facts()), calm),
  broken: statusPage(brokenStatus(), calm),
  late: statusPage(statusOf(late), { refreshSeconds: 30, refreshEvery: 30 }),
  blind: statusPage(
    statusOf(blind, () => lookedUp({ budget: undefined, expectedDelay: undefined, seenDelay: undefined })),
    calm,
  ),
  strained: statusPage(statusOf(strained), calm),
  crowded: statusPage(statusOf(crowdedFacts(10_000)), calm),
  refused: refusalPage('Please log in', 'Log in with any user name and the admin token as the password.'),
};

let chromium: Browser;
beforeAll(async () => {
  chromium = await launchBrowser();
}, INSTALL_MS);
afterAll(async () => {
  await chromium?.close();
});

/** Names of columns that take more than a line, where they are shown. */
const brokenNames = `[...document.querySelectorAll('thead th')].flatMap((head) => {
  const range = document.createRange();
  range.selectNodeContents(head);
  const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
  return head.offsetWidth > 1 && lines.size > 1 ? [head.textContent] : [];
})`;

const openTab = (scheme: string) => openStage(chromium, scheme, htmlHeaders(statusStyle));

describe.each(['light', 'dark'])('the status page in a %s browser', (scheme) => {
  let opened: Awaited<ReturnType<typeof openTab>>;
  beforeAll(async () => {
    opened = await openTab(scheme);
  });

  it.each(Object.keys(pages))('%s: fits, asks for nothing, breaks no rule', async (name) => {
    const { tab, show } = opened;
    const behaviour = watch(tab);
    const inOrder = Object.entries(screens);
    // The rules are held against the last one.
    for (const [screen, viewport] of scheme === 'light' ? inOrder : inOrder.toReversed()) {
      await tab.setViewport(viewport);
      await show(pages[name] ?? '');
      expect(await sidewaysOverflow(tab)).toBe(0);
      await picture(tab, `status-${name}-${screen}-${scheme}`);
      // What is wrong stands where nobody has to scroll.
      const heading = await tab.$eval('h1', (element) => element.getBoundingClientRect().bottom);
      expect(heading).toBeLessThan(viewport.height / 2);
      expect(await tab.evaluate(brokenNames)).toEqual([]);
    }
    expect(unruled.has(name) ? [] : await accessibilityFaults(tab)).toEqual([]);
    expect(behaviour).toEqual({ requests: inOrder.map(() => stageAddress), complaints: [] });
  });
});

it('has its tables read as tables on a phone too', async () => {
  const { tab, show } = await openTab('light');
  await tab.setViewport(screens.phone);
  await show(pages['broken'] ?? '');
  const { children = [] } = (await tab.accessibility.snapshot({ interestingOnly: false })) ?? {};
  const roles = JSON.stringify(children).match(/"role":"(table|columnheader|rowheader|cell)"/g) ?? [];
  const count = (role: string) => roles.filter((one) => one === `"role":"${role}"`).length;
  expect([count('table'), count('columnheader'), count('rowheader'), count('cell')]).toEqual([2, 10, 11, 44]);
});

it('is read and left by the keyboard alone', async () => {
  const { tab, show } = await openTab('light');
  await show(pages['healthy'] ?? '');
  const focused: unknown[] = [];
  for (let step = 0; step < 2; step += 1) {
    await tab.keyboard.press('Tab');
    focused.push(
      await tab.evaluate(
        'getComputedStyle(document.activeElement).outlineStyle + " around " + document.activeElement.textContent',
      ),
    );
  }
  expect(focused).toEqual(['solid around Refresh', 'solid around every 30 s']);
});
