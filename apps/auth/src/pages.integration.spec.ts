import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Behaviour,
  type Browser,
  type Page as Tab,
  accessibilityFaults,
  launchBrowser,
  openStage,
  picture,
  sidewaysOverflow,
  stageAddress,
  watch,
} from '../../../test/integration/browser.ts';
import { type ConsentOutcome, answerTo } from './consent-outcome.ts';
import { type ConsentFailure, failureWords } from './consent-words.ts';
import { nothingHere } from './lost.filter.ts';
import { broken, crowded } from './page.filter.ts';
import { type Page, htmlHeaders, renderPage } from './page.ts';

/** Chromium may have to be installed. */
const INSTALL_MS = 600_000;
const phone = { width: 320, height: 640 };
const desktop = { width: 1280, height: 800 };

let chromium: Browser;

beforeAll(async () => {
  chromium = await launchBrowser();
}, INSTALL_MS);
afterAll(async () => {
  await chromium?.close();
});

const link = {
  id: '',
  tenant: '',
  userReference: '',
  scopes: [],
  returnUrl: null,
  expiresAt: new Date(0),
  usedAt: null,
};

/** Whoever meets these has no link that works, or must not be given it. */
const withoutLink = new Set<ConsentFailure>([
  'link_invalid',
  'link_expired',
  'link_used',
  'tenant_paused',
  'state_unknown',
  'other_browser',
]);

function pageOf(outcome: ConsentOutcome, name = 'Acme Sleep Lab'): Page {
  const again = outcome.kind === 'failed' && !withoutLink.has(outcome.failure) ? `${stageAddress}again` : null;
  const answer = answerTo(outcome, { name, returnUrls: [] }, again);
  if (answer.kind !== 'page') throw new Error('there is no return URL');
  return answer.page;
}

const connected: ConsentOutcome = { kind: 'connected', link, connection: 'c' };
const failures = Object.keys(failureWords) as ConsentFailure[];
const pages: Readonly<Record<string, Page>> = {
  connected: pageOf(connected),
  'long-name': pageOf(connected, 'W'.repeat(80)),
  ...Object.fromEntries(failures.map((failure) => [failure, pageOf({ kind: 'failed', failure })])),
  broken,
  crowded,
  'nothing-here': nothingHere,
};

async function openViewer(scheme: string): Promise<(page: Page) => Promise<{ tab: Tab; behaviour: Behaviour }>> {
  const { tab, show } = await openStage(chromium, scheme, htmlHeaders);
  await tab.setViewport(phone);
  const behaviour = watch(tab);
  return async (page) => {
    for (const list of Object.values(behaviour)) list.length = 0;
    await show(renderPage(page));
    return { tab, behaviour };
  };
}

describe.each(['light', 'dark'])('the pages in a %s browser', (scheme) => {
  let view: Awaited<ReturnType<typeof openViewer>>;
  beforeAll(async () => {
    view = await openViewer(scheme);
  });

  it.each(Object.keys(pages))('%s: fits a phone, asks for nothing, breaks no rule', async (name) => {
    const page = pages[name] as Page;
    const { tab, behaviour } = await view(page);
    expect(behaviour).toEqual({ requests: [stageAddress], complaints: [] });
    expect(await tab.title()).toBe(page.tenant ? `${page.title} · ${page.tenant}` : page.title);
    expect(await sidewaysOverflow(tab)).toBe(0);
    await picture(tab, `${name}-phone-${scheme}`);
    await tab.evaluate('document.documentElement.style.fontSize = "200%"');
    expect(await sidewaysOverflow(tab)).toBe(0);
    await picture(tab, `${name}-large-${scheme}`);
    await tab.evaluate('document.documentElement.style.fontSize = ""');
    expect(await accessibilityFaults(tab)).toEqual([]);
    await tab.setViewport(desktop);
    await picture(tab, `${name}-desktop-${scheme}`);
    await tab.setViewport(phone);
  });
});
