import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser, launchBrowser } from '../../../test/integration/browser.ts';
import { type AuthScene, startAuth } from './auth.fixture.ts';

/** Chromium may have to be installed. */
const INSTALL_MS = 600_000;
let scene: AuthScene;
let chromium: Browser;
beforeAll(async () => {
  chromium = await launchBrowser();
  scene = await startAuth({ listen: true });
}, INSTALL_MS);
afterAll(async () => {
  await chromium?.close();
  await scene?.stop();
});

describe("the description's page", () => {
  it('works under its content security policy', async () => {
    const tab = await chromium.newPage();
    const complaints: string[] = [];
    tab.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    tab.on('pageerror', (error) => complaints.push(String(error)));
    await tab.goto(`${scene.publicUrl}/docs`);
    await tab.waitForSelector('#operations-connections-listConnections');
    expect((await tab.$$('.opblock')).length).toBeGreaterThanOrEqual(16);
    await tab.click('#operations-connections-listConnections .opblock-summary-control');
    await tab.waitForSelector('#operations-connections-listConnections .responses-inner');
    expect(complaints).toEqual([]);
  });
});
