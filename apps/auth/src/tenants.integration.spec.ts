import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type AuthScene, Browser, createLink, internalToken, send, startAuth } from './auth.fixture.ts';
import { Housekeeping } from './housekeeping.ts';

let scene: AuthScene;
let connection = '';
const month = 31 * 24 * 3_600_000;

beforeAll(async () => {
  scene = await startAuth();
  const athlete = scene.simulator.athletes().find(({ client }) => client === 'client-acme')?.name ?? '';
  await new Browser(scene).connect(await createLink(scene.app, 'acme', { userReference: 'user-1' }), athlete);
  const row = await scene.database.db.selectFrom('connections').select('id').executeTakeFirstOrThrow();
  connection = row.id;
});
afterAll(() => scene.stop());

/** One more auth service on the same database, whose tenant file has acme in another way, or not at all. */
function whereAcmeIs(changes: object | undefined): Promise<NestFastifyApplication> {
  const folder = mkdtempSync(join(tmpdir(), 'auth-'));
  const tenants = scene.simulator.clients.map(({ id, secret }) => {
    writeFileSync(join(folder, id), secret);
    const { apiUrl, authUrl } = scene.simulator;
    const polar = { clientId: id, clientSecret: { file: join(folder, id) }, apiUrl, authUrl };
    return { id: id.replace('client-', ''), polar };
  });
  const left = tenants.flatMap((one) =>
    one.id !== 'acme' ? [one] : changes === undefined ? [] : [{ ...one, ...changes }],
  );
  const file = join(folder, 'tenants.yaml');
  writeFileSync(file, JSON.stringify({ tenants: left }));
  return scene.another({ TENANTS_FILE: file });
}

const refreshes = (): number =>
  scene.simulator.requests().reduce((sum, one) => sum + (one.tokenRequestsByGrant['refresh_token'] ?? 0), 0);
const tokenOf = async (app: NestFastifyApplication) => {
  const path = `/internal/v1/connections/${connection}/access-token`;
  const { status, json } = await send(app, 'POST', path, { token: internalToken, body: {} });
  return [status, json.code];
};

it('keeps the consents of a paused tenant alive, and gives no token out', async () => {
  const app = await whereAcmeIs({ paused: true });
  const before = refreshes();
  expect(await tokenOf(app)).toEqual([409, 'TENANT_PAUSED']);
  await app.get(Housekeeping).tidy();
  expect(refreshes()).toBe(before);
  scene.clock.ahead += month;
  await app.get(Housekeeping).tidy();
  expect(refreshes()).toBe(before + 1);
  expect(await tokenOf(app)).toEqual([409, 'TENANT_PAUSED']);
  expect(await tokenOf(scene.app)).toEqual([200, undefined]);
});

it('leaves those of a tenant that is not in the file as they are, without a word', async () => {
  const app = await whereAcmeIs(undefined);
  const [before, lines] = [refreshes(), scene.log.length];
  scene.clock.ahead += month;
  await app.get(Housekeeping).tidy();
  expect(refreshes()).toBe(before);
  expect(await tokenOf(app)).toEqual([404, 'TENANT_UNKNOWN']);
  const path = `/internal/v1/connections/${connection}/rejections`;
  const rejected = await send(app, 'POST', path, { token: internalToken, body: { reason: 'token_rejected' } });
  expect([rejected.status, rejected.json.code]).toEqual([404, 'TENANT_UNKNOWN']);
  expect(scene.log.slice(lines).filter((line) => /"level":"(warn|error)"/.test(line))).toEqual([]);
  const row = await scene.database.db.selectFrom('connections').select('status').executeTakeFirstOrThrow();
  expect(row.status).toBe('active');
});
