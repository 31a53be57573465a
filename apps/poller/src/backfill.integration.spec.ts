import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { addDays } from '#core';
import { until } from '../../../test/integration/until.ts';
import { adminToken, PollerScene } from './poller.fixture.ts';

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown> & { readonly backfills?: readonly Record<string, unknown>[] };
}

describe('the backfill routes', () => {
  let scene: PollerScene;
  let connection: string;
  const today = new Date().toISOString().slice(0, 10);
  /** The end is a day that is over, wherever the athlete may be. */
  const days = { from: addDays(today, -40), to: addDays(today, -1) };

  beforeEach(async () => {
    scene = await PollerScene.open({ resources: ['training-sessions', 'continuous-samples'], days: 60 });
    [connection = ''] = scene.connections.values();
    await until('the end of the first backfill', 60, () => scene.backfilled());
  }, 90_000);
  afterEach(() => scene.close());

  async function call(method: 'GET' | 'POST', path: string, body?: object, tenant = 'acme'): Promise<Answer> {
    const [app] = scene.apps;
    if (app === undefined) throw new Error('no poller runs');
    const response = await app.inject({
      method,
      url: `/v1/tenants/${tenant}/connections/${connection}/backfills${path}`,
      headers: { authorization: `Bearer ${adminToken}`, 'x-actor': 'alice' },
      ...(body !== undefined && { body }),
    });
    return { status: response.statusCode, body: response.json() as Answer['body'] };
  }
  const completed = async () => (await scene.received()).filter(({ type }) => type === 'BackfillCompleted');

  it('tell the cost first, and change nothing by it', async () => {
    const before = await scene.types();
    const { status, body } = await call('POST', '', { ...days, dryRun: true });
    expect([status, body]).toMatchObject([200, { connection, ...days, expectedHours: 0.01 }]);
    // 39 days: one listing of sessions, six of samples, and what 55 of a hundred days have.
    expect(body['resources']).toEqual(
      expect.arrayContaining([
        { resource: 'continuous-samples', listings: 6, details: 0, requests: 6 },
        { resource: 'training-sessions', listings: 1, details: expect.any(Number), requests: expect.any(Number) },
      ]),
    );
    expect((await call('GET', '')).body).toEqual({ connection, standstill: null, backfills: [] });
    expect(await scene.types()).toEqual(before);
  }, 90_000);

  it('fetch days that are older than the first backfill, as its events only, and nothing twice', async () => {
    const known = (await scene.received()).length;
    const { status, body } = await call('POST', '', days);
    expect([status, body.backfills]).toMatchObject([202, [{ ...days, origin: 'demand', pausedAt: null }]]);
    await until('its end', 120, async () => (await completed()).length === 2);
    const news = (await scene.received()).slice(known);
    const told = news.filter(({ topic }) => !topic.includes('.polling.'));
    expect(told.length).toBeGreaterThan(0);
    const ids = told.map(({ id }) => id);
    const rows = await scene.database.db.selectFrom('outbox').select('headers').where('id', 'in', ids).execute();
    const modes = rows.map(({ headers }) => (JSON.parse(headers) as Record<string, string>)['ce_mode']);
    expect(new Set(modes)).toEqual(new Set(['backfill']));
    const counts: Record<string, number> = {};
    for (const { type } of told) counts[type] = (counts[type] ?? 0) + 1;
    const end = news.find(({ type }) => type === 'BackfillCompleted');
    expect(end?.data).toMatchObject({ ...days, cancelled: false, counts, missingDays: [] });
    // At least its listings.
    expect(end?.data['requestsUsed']).toBeGreaterThanOrEqual(7);

    const before = (await scene.received()).length;
    await call('POST', '', days);
    await until('the second end', 120, async () => (await completed()).length === 3);
    expect((await completed())[2]?.data).toMatchObject({ counts: {}, requestsUsed: 7 });
    const again = (await scene.received()).slice(before).filter(({ topic }) => !topic.includes('.polling.'));
    expect(again).toEqual([]);
  }, 300_000);

  it('pause, go on and cancel, each as often as one likes', async () => {
    // So that nothing of it is under way.
    scene.simulator.switches['5xx_rate'] = 1;
    await call('POST', '', days);
    const { body: conflict, status } = await call('POST', '', days);
    expect([status, conflict]).toMatchObject([409, { code: 'BACKFILL_UNDER_WAY', ...days, origin: 'demand' }]);
    for (const round of [1, 2]) {
      const paused = await call('POST', '/pause');
      expect([round, paused]).toMatchObject([round, { status: 200, body: { backfills: [{ expectedEndAt: null }] } }]);
      expect(paused.body.backfills?.[0]?.['pausedAt']).not.toBeNull();
    }
    for (const round of [1, 2])
      expect([round, await call('POST', '/resume')]).toMatchObject([
        round,
        { status: 200, body: { backfills: [{ pausedAt: null }] } },
      ]);
    for (const round of [1, 2])
      expect([round, await call('POST', '/cancel')]).toMatchObject([round, { status: 200, body: { backfills: [] } }]);
    expect((await completed())[1]?.data).toMatchObject({ ...days, cancelled: true });
    const rows = await scene.database.db
      .selectFrom('audit_log')
      .select(['actor', 'action', 'outcome'])
      .orderBy('id')
      .execute();
    expect(rows.map(({ actor, action, outcome }) => `${actor} ${action} ${outcome}`)).toEqual([
      'alice backfill.started done',
      'alice backfill.paused done',
      'alice backfill.paused unchanged',
      'alice backfill.resumed done',
      'alice backfill.resumed unchanged',
      'alice backfill.cancelled done',
      'alice backfill.cancelled unchanged',
    ]);
  }, 90_000);

  it('say what is wrong', async () => {
    expect(await call('POST', '', { from: 'yesterday', to: today, dry: true })).toMatchObject({
      status: 400,
      body: {
        code: 'VALIDATION_FAILED',
        errors: expect.arrayContaining([
          { path: 'from', value: 'yesterday', allowed: 'a day, YYYY-MM-DD' },
          { path: 'dry', allowed: 'nothing: there is no such member' },
        ]),
      },
    });
    expect(await call('POST', '', { ...days, resources: ['sleeps'] })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'resources[0]', value: 'sleeps' }] },
    });
    expect(await call('GET', '', undefined, 'nobody')).toMatchObject({ status: 404 });
    await scene.database.db.updateTable('connections').set({ status: 'paused' }).execute();
    expect(await call('POST', '', days)).toMatchObject({ status: 409, body: { code: 'CONNECTION_NOT_ACTIVE' } });
    expect(await call('GET', '')).toMatchObject({
      status: 200,
      body: { standstill: 'The connection is paused: nothing of it is polled.' },
    });
    await scene.database.db.updateTable('connections').set({ tenant: 'beta' }).execute();
    for (const path of ['/pause', '/resume', '/cancel'])
      expect(await call('POST', path)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  }, 90_000);
});
