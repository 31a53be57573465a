import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, type Page, launch } from 'puppeteer-core';
import { provideChromium } from '../../deploy/local/services/chromium.ts';

export type { Browser, BrowserContext, Page } from 'puppeteer-core';

/** A headless Chromium. It ends with `close()`, at the latest with this process. The first time it may have to be installed. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = await provideChromium((line) => process.stderr.write(`${line}\n`));
  // Root has no sandbox to run Chromium in; everybody else has, and keeps it.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return launch({
    executablePath,
    headless: true,
    args: [...sandbox, '--disable-dev-shm-usage', '--no-first-run', '--disable-background-networking'],
  });
}

/** What a page did that nobody sees: filled as it goes. */
export interface Behaviour {
  /** Addresses that were asked for. */
  readonly requests: string[];
  /** Errors and warnings, among them what the content security policy stopped. */
  readonly complaints: string[];
}

export function watch(page: Page): Behaviour {
  const behaviour: Behaviour = { requests: [], complaints: [] };
  page.on('request', (request) => {
    if (!request.url().startsWith('data:')) behaviour.requests.push(request.url());
  });
  page.on('pageerror', (error) => behaviour.complaints.push(String(error)));
  page.on('console', (message) => {
    // Chromium itself complains of the status of every page that is not a success.
    const isStatus = message.text().includes('the server responded with a status of');
    if (['error', 'warn'].includes(message.type()) && !isStatus) behaviour.complaints.push(message.text());
  });
  return behaviour;
}

/** Where a stage shows its pages. */
export const stageAddress = 'http://pages.example/';

/** A tab that shows pages as an app would send them, with its headers, and lets nothing else through. */
export async function openStage(
  browser: Browser,
  scheme: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly tab: Page; show(html: string): Promise<void> }> {
  const tab = await browser.newPage();
  let body = '';
  await tab.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await tab.setRequestInterception(true);
  tab.on('request', (request) => {
    void (request.url() === stageAddress ? request.respond({ status: 200, headers, body }) : request.abort());
  });
  return {
    tab,
    async show(html) {
      body = html;
      await tab.goto(stageAddress);
    },
  };
}

// Levels A and AA, what axe advises beyond them, and the contrast of level AAA.
const rules = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  rules: { 'color-contrast-enhanced': { enabled: true } },
};
let axe: Promise<string> | undefined;

/** What axe finds wrong, or could not decide, with the elements that it concerns. */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  axe ??= readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  // Not a script of the page: the debugger evaluates it, and the page's policy stays as it is.
  await page.evaluate(await axe);
  return (await page.evaluate(`axe.run(document, ${JSON.stringify(rules)}).then(({ passes, violations, incomplete }) => {
    if (passes.length < 5) throw new Error('axe looked at nothing');
    return [...violations, ...incomplete].map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' '));
  })`)) as readonly string[];
}

/** How many pixels of the page can only be reached by scrolling sideways. */
export const sidewaysOverflow = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth') as Promise<number>;

/** Keeps a picture of the page in the folder that SCREENSHOTS names; does nothing where there is none. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  if (folder === undefined || folder === '') return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
