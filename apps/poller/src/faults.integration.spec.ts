import { afterEach, describe, expect, it } from '@jest/globals';
import type { Switches } from '../../../test/simulator/index.ts';
import { exact } from '../../../test/integration/ledger-comparison.ts';
import { until } from '../../../test/integration/until.ts';
import { adminToken, PollerScene, type SceneOptions } from './poller.fixture.ts';
import { ProviderWatch } from './provider-watch.ts';

describe('the poller', () => {
  let scene: PollerScene;

  const open = async (options: SceneOptions = {}): Promise<PollerScene> => {
    scene = await PollerScene.open(options);
    return scene;
  };

  afterEach(() => scene.close());

  it.each<[string, Partial<Switches>, string]>([
    ['errors of the server', { '5xx_rate': 0.25 }, 'PROVIDER_UNAVAILABLE'],
    ['truncated bodies', { truncate_rate: 0.25 }, 'PROVIDER_BODY_BROKEN'],
    ['pages instead of data', { html_rate: 0.25 }, 'PROVIDER_BODY_BROKEN'],
  ])('loses and doubles nothing among %s', async (_, faults, code) => {
    await open();
    await scene.inStep();
    Object.assign(scene.simulator.switches, faults);
    scene.change(10);
    await until('a failure', 30, async () => scene.log.some((line) => line['errorCode'] === code));
    Object.assign(scene.simulator.switches, { '5xx_rate': 0, truncate_rate: 0, html_rate: 0 });
    expect(await scene.inStep(60)).toMatchObject(exact);
  });

  it('takes a body that fits no envelope for an alarm: it deletes nothing, tells of the stall, and recovers', async () => {
    await open({ resources: ['training-sessions', 'nightly-recharge-results'] });
    await scene.inStep();
    scene.simulator.switches.unknown_envelope = ['/training-sessions/list'];
    scene.change(2, 'session-edit');
    await scene.pollUntil('the stall', async () => (await scene.types()).includes('SyncStalled'));
    expect(scene.logged('poll failed')[0]).toMatchObject({ level: 'error', errorCode: 'PROVIDER_SCHEMA_UNKNOWN' });
    scene.simulator.switches.unknown_envelope = [];
    await scene.pollUntil('the recovery', async () => (await scene.types()).includes('SyncRecovered'));
    expect(await scene.inStep()).toMatchObject(exact);
    const told = (await scene.received()).filter(({ type }) => type.startsWith('Sync'));
    expect(told.map(({ type, data }) => [type, data['resource']])).toEqual([
      ['SyncStalled', 'training-sessions'],
      ['SyncRecovered', 'training-sessions'],
    ]);
  });

  it('goes around a day that always fails, and says which', async () => {
    // A night that the athlete has whatever the hour: east of Greenwich, his days begin earlier.
    const date = new Date(Date.now() - 3 * 86_400_000).toISOString().slice(0, 10);
    await open({ switches: { poison_days: [{ path: '/sleeps', date }] } });
    await until('the end of the backfill', 60, () => scene.backfilled());
    const events = await scene.received();
    const dataOf = (wanted: string): readonly unknown[] =>
      events.filter(({ type }) => type === wanted).map(({ data }) => data);
    expect(dataOf('PollWindowSkipped')).toMatchObject([{ resource: 'sleeps', date, reason: 'PROVIDER_UNAVAILABLE' }]);
    expect(dataOf('BackfillCompleted')).toMatchObject([{ missingDays: [date] }]);

    const { missing, ...others } = await scene.comparison();
    expect(missing.length).toBeGreaterThan(0);
    expect(missing.filter((item) => !item.includes(`sleeps/${date}`))).toEqual([]);
    expect(others).toMatchObject({ twice: [], unexpected: [], outOfOrder: [] });
  }, 90_000);

  it('tells of a deletion when two listings do not show the item any more', async () => {
    await open({ days: 8 });
    await scene.inStep();
    scene.change(1, 'session-delete');
    expect(await scene.inStep()).toMatchObject(exact);
    expect((await scene.types()).filter((type) => type === 'SessionDeleted')).toHaveLength(1);
  });

  it.each<Switches['empty']>(['object', '204', '404'])(
    'deletes nothing when everything is gone at once and the answer is %s',
    async (empty) => {
      await open({ resources: ['training-sessions'], switches: { empty } });
      await scene.inStep();
      const before = await scene.types();
      const [name = ''] = scene.connections.keys();
      const athlete = scene.simulator.world.find(name);
      if (athlete === undefined) throw new Error(`no athlete ${name}`);
      const history = scene.simulator.world.history(athlete);
      for (const session of history.all('training-sessions'))
        history.delete('training-sessions', session, 'session-delete', Date.now());
      const polls = scene.logged('poll').length;
      await scene.pollUntil('six more polls', async () => scene.logged('poll').length >= polls + 6);
      expect(await scene.types()).toEqual(before);
    },
  );

  it('refreshes a token that the provider refuses, once, and goes on', async () => {
    await open({ athletes: 2, switches: { expires_in: 1 } });
    expect(await scene.inStep(60)).toMatchObject(exact);
    expect(scene.auth.refreshes).toBeGreaterThan(0);
    expect(scene.auth.rejections).toEqual([]);
  }, 90_000);

  it.each<[Switches['revoked_answer'], string]>([
    ['401', 'token_rejected'],
    ['403', 'consent_missing'],
  ])(
    'stops polling an athlete whose consent is gone (%s), tells auth why, and starts again after a new consent',
    async (answer, reason) => {
      await open({ athletes: 2, switches: { revoked_answer: answer } });
      await scene.inStep();
      const [revoked = '', other = ''] = scene.connections.keys();
      const athlete = scene.simulator.world.find(revoked);
      if (athlete === undefined) throw new Error(`no athlete ${revoked}`);
      athlete.revoked = true;
      await scene.pollUntil('the rejection', async () => scene.auth.rejections.length > 0);
      const connection = scene.connections.get(revoked) ?? '';
      expect(scene.auth.rejections[0]).toEqual({ connection, reason });
      await until('the suspension', 90, async () => {
        const states = (await scene.targets()).filter((one) => one.connection === connection);
        return states.every(({ suspended }) => suspended === reason);
      });

      scene.simulator.world.step({ athlete: other, count: 4 });
      await until('the other athlete', 30, async () => (await scene.comparison()).missing.length === 0);

      await scene.connect(revoked);
      scene.change(4);
      expect(await scene.inStep()).toMatchObject(exact);
    },
    90_000,
  );

  it('notes in its readiness, and in a metric, whether the provider answers, and stays ready without it', async () => {
    await open();
    await scene.inStep();
    const [app] = scene.apps;
    const ready = async () => {
      const { statusCode, body } = (await app?.inject('/health/ready')) ?? { statusCode: 0, body: '{}' };
      return { statusCode, ...(JSON.parse(body) as { readonly status: string; readonly notes?: object }) };
    };
    const metric = async (): Promise<string | undefined> =>
      /^bridge_provider_up\{tenant="acme"\} \d$/m.exec((await app?.inject('/metrics'))?.body ?? '')?.[0];
    expect(await ready()).toMatchObject({ statusCode: 200, status: 'ready', notes: { provider: 'answers' } });
    expect(await metric()).toBe('bridge_provider_up{tenant="acme"} 1');

    scene.simulator.switches['5xx_rate'] = 1;
    const watch = app?.get(ProviderWatch);
    await scene.pollUntil('the watch to notice', async () => {
      await watch?.look();
      return watch?.states().get('acme') === false;
    });
    expect(await ready()).toMatchObject({ statusCode: 200, status: 'ready' });
    expect(JSON.stringify((await ready()).notes)).toContain('does not answer for acme since');
    expect(await metric()).toBe('bridge_provider_up{tenant="acme"} 0');
  });

  it('leaves out what the athlete did not allow, and polls the rest', async () => {
    await open({ switches: { drop_scope: ['sleep:read'] } });
    await until('the others', 30, async () => await scene.backfilled());
    const told = (await scene.received()).map(({ resource }) => resource);
    const resources = new Set(told.filter((name) => name !== 'device-sync'));
    expect([...resources].toSorted()).toEqual([
      'continuous-samples',
      'nightly-recharge-results',
      'polling',
      'training-sessions',
    ]);
    expect((await scene.targets()).map(({ resource }) => resource)).not.toContain('sleeps');
  });

  it('suspends the one resource whose scope the provider says is missing', async () => {
    await open();
    await scene.inStep();
    // The grant shrinks behind our back: the stored scopes still say that all were given.
    const [name = ''] = scene.connections.keys();
    scene.simulator.switches.drop_scope = ['sleep:read'];
    await scene.auth.consent(scene.connections.get(name) ?? '', name);
    for (const app of scene.apps) await scene.stop(app);
    await scene.start();
    await scene.pollUntil('the suspension', async () =>
      (await scene.targets()).some(({ suspended }) => suspended === 'scope_missing'),
    );
    expect((await scene.targets()).map(({ resource, suspended }) => [resource, suspended])).toEqual([
      ['continuous-samples', null],
      ['nightly-recharge-results', null],
      ['sleeps', 'scope_missing'],
      ['training-sessions', null],
    ]);
    expect(scene.auth.rejections).toEqual([]);
  });

  it.each<Switches['ratelimit_headers']>(['none', 'v3-style', 'retry-after'])(
    'takes a 429 for an alarm and asks nothing before it may (headers: %s)',
    async (headers) => {
      await open({
        switches: { ratelimit_headers: headers },
        enforced: [{ requests: 5, seconds: 4 }],
        quota: [{ requests: 1000, seconds: 4 }],
      });
      expect(await scene.inStep(90)).toMatchObject(exact);
      const alarms = () =>
        scene.logged('request failed').filter((line) => line['errorCode'] === 'PROVIDER_RATE_LIMITED');
      expect(alarms()[0]).toMatchObject({ level: 'error', tenant: 'acme' });
      // Polls go on: a refusal that is under way is logged a moment later.
      await until('each refusal to be an alarm', 30, () => {
        const [{ refused } = { refused: 0 }] = scene.simulator.requests();
        return Promise.resolve(refused > 0 && refused === alarms().length);
      });
    },
    120_000,
  );

  it('keeps to a small quota with several pollers at once, and still gets everything', async () => {
    const quota = [
      { requests: 30, seconds: 5 },
      { requests: 1000, seconds: 3600 },
    ];
    await open({ athletes: 4, enforced: quota, concurrency: 8, days: 3, minSeconds: 4 });
    await scene.start();
    expect(await scene.inStep(120)).toMatchObject(exact);
    const [report] = scene.simulator.requests();
    expect(report?.refused).toBe(0);
    expect(report?.windows[0]?.maxInAnyWindow).toBeLessThanOrEqual(30);
    // It was worth a try: the window was as full at some time as backfills may make it.
    expect(report?.windows[0]?.maxInAnyWindow).toBeGreaterThan(18);
  }, 180_000);

  it('has nobody wait for an athlete whose requests hang, and asks for him only now and then', async () => {
    // What is the same for all athletes has no ledger in such a world; sessions have.
    const concurrency = 4;
    await open({
      athletes: 3,
      resources: 'all',
      concurrency,
      switches: { mix: { 'session-new': 1 } },
      timeoutSeconds: 20,
    });
    const sessions = async () => {
      const { missing, twice, unexpected } = await scene.comparison();
      return { missing, twice, unexpected: unexpected.filter((item) => item.includes(' training-sessions/')) };
    };
    const inStep = async (seconds: number) =>
      until('the sessions', seconds, async () => (await sessions()).missing.length === 0);
    await inStep(60);
    const [hanging = '', ...others] = scene.connections.keys();
    scene.simulator.switches.hanging_athletes = [hanging];
    for (const athlete of others) scene.simulator.world.step({ athlete, fact: 'session-new', count: 2 });
    // All of his are due at once, and would take all workers.
    const owner = scene.connections.get(hanging) ?? '';
    const due = { next_due: new Date(0) };
    const dueOf = () => scene.database.db.updateTable('poll_targets').set(due).where('lease_token', 'is', null);
    await dueOf().where('connection', '=', owner).execute();
    await until('the others', 60, async () => {
      await dueOf().where('connection', '!=', owner).execute();
      return (await sessions()).missing.length === 0;
    });
    // With all workers he would have had so many of his requests given up before anybody else had a turn.
    expect(scene.logged('request failed').length).toBeLessThan(concurrency);
    await until('his breaker', 120, async () => scene.logged('breaker opened').length > 0);
    expect(scene.logged('breaker opened')).toMatchObject([{ level: 'info', scope: 'connection', connection: owner }]);
    const [app] = scene.apps;
    expect((await app?.inject('/metrics'))?.body).toContain(
      'bridge_breakers_open{tenant="acme",scope="connection",resource=""} 1',
    );
    const sync = await app?.inject({
      url: `/v1/tenants/acme/connections/${owner}/sync`,
      headers: { authorization: `Bearer ${adminToken}` },
    });
    expect(sync?.json()).toMatchObject({
      targets: expect.arrayContaining([expect.objectContaining({ breaker: 'connection' })]),
    });

    scene.simulator.switches.hanging_athletes = [];
    await until('the end of it', 60, async () => scene.logged('breaker closed').length > 0);
    scene.simulator.world.step({ athlete: hanging, fact: 'session-new', count: 2 });
    await inStep(60);
    expect(await sessions()).toEqual({ missing: [], twice: [], unexpected: [] });
  }, 240_000);

  it('goes on where it was when auth or the provider was away', async () => {
    await open({ athletes: 2 });
    await scene.inStep();
    scene.auth.down = true;
    scene.simulator.switches.timeout_rate = 0;
    for (const app of scene.apps) await scene.stop(app);
    await scene.start();
    scene.change(6);
    await scene.pollUntil('the stall', async () => (await scene.types()).includes('SyncStalled'), 60);
    scene.auth.down = false;
    expect(await scene.inStep(60)).toMatchObject(exact);
  }, 150_000);

  it('finishes its polls when it is stopped, and the next one goes on from there', async () => {
    await open({ athletes: 3, switches: { latency: [20, 200] } });
    for (let round = 0; round < 4; round += 1) {
      const made = scene.simulator.requests()[0]?.total ?? 0;
      await until('polls under way', 30, async () => (scene.simulator.requests()[0]?.total ?? 0) > made + 5);
      for (const app of scene.apps) await scene.stop(app);
      const { total } = scene.simulator.requests()[0] ?? { total: 0 };
      scene.change(3);
      expect(scene.simulator.requests()[0]?.total).toBe(total);
      await scene.start();
    }
    expect(await scene.inStep(60)).toMatchObject(exact);
  }, 150_000);
});
