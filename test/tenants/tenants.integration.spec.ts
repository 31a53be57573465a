import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { exact } from '../integration/ledger-comparison.ts';
import { until } from '../integration/until.ts';
import { returnUrl, TenantsScene } from './scene.ts';

// One story, told in order: the tenants come, change, pause and go while auth, poller and publisher run.

let scene: TenantsScene;
const athletes = { acme: '', beta: '', late: '' };
const connections = { acme: '', beta: '' };
const sessions = ['training-sessions'];
const code = (reply: { readonly json: { readonly code?: string } }) => reply.json.code;

beforeAll(async () => {
  scene = await TenantsScene.open(['acme', 'beta'], 1);
  await scene.start('auth');
  await scene.start('poller', { POLL_CONCURRENCY: '1' });
  await scene.start('publisher');
  const [acme = '', late = ''] = scene.athletesOf('acme');
  const [beta = ''] = scene.athletesOf('beta');
  Object.assign(athletes, { acme, beta, late });
  connections.acme = await scene.connect('acme', acme);
  await scene.inStep([acme], sessions);
}, 120_000);
afterAll(() => scene.close());

it('polls a tenant that is added, and makes its topics, without a restart', async () => {
  expect((await scene.link('beta', athletes.beta)).status).toBe(404);
  scene.set('beta');
  connections.beta = await scene.connect('beta', athletes.beta);
  expect(await scene.inStep([athletes.acme, athletes.beta], sessions)).toMatchObject(exact);
  await until('the topics of beta', 60, () => topics().then((made) => made.includes('beta')));
}, 120_000);

it('takes over what a tenant changes: resources, quota, return URLs', async () => {
  const elsewhere = 'http://127.0.0.1/elsewhere';
  expect((await scene.link('acme', athletes.late, elsewhere)).status).toBe(400);
  scene.set('acme', {
    resources: ['training-sessions', 'nightly-recharge-results'],
    quota: [{ requests: 5000, seconds: 30 }],
    returnUrls: [returnUrl, elsewhere],
  });
  expect((await scene.link('acme', athletes.late, elsewhere)).status).toBe(201);
  expect((await scene.admin('poller', 'GET', 'acme/quota')).json.windows).toMatchObject([{ limit: 5000, seconds: 30 }]);
  // Its scope was never asked for: the athlete has to consent again.
  connections.acme = await scene.connect('acme', athletes.acme);
  const both = ['training-sessions', 'nightly-recharge-results'];
  expect(await scene.inStep([athletes.acme], both)).toMatchObject(exact);
  scene.set('acme', { resources: ['training-sessions'] });
  await until('the end of the other resource', 30, async () =>
    (await scene.targets('acme')).every(({ resource }) => resource === 'training-sessions'),
  );
}, 120_000);

it('lets a paused tenant be: no request, no token, no new athlete, and no failure', async () => {
  const opened = await scene.link('acme', athletes.late);
  // One poll at a time, each of them slow: some of them are queued when the pause begins.
  scene.simulator.switches.latency = 300;
  await scene.connect('acme', athletes.late);
  await until('polls that wait', 30, async () => {
    await scene.makeDue('acme');
    return (await scene.leased('acme')) >= 3;
  });
  scene.set('acme', { paused: true });
  await until('the end of what was under way', 30, async () => (await scene.leased('acme')) === 0);
  scene.simulator.switches.latency = 0;
  expect((await scene.metrics()).text).toMatch(/bridge_polls_total\{tenant="acme",.*outcome="TENANT_NOT_SERVED"\} \d/);

  const { data, hello } = scene.gateway.counts('acme');
  scene.simulator.world.step({ athlete: athletes.acme, fact: 'session-new', count: 6 });
  scene.simulator.world.step({ athlete: athletes.beta, fact: 'session-new', count: 6 });
  expect(await scene.inStep([athletes.beta], sessions)).toMatchObject(exact);
  await scene.makeDue('acme');
  const polled = scene.gateway.counts('beta').data;
  await until('six more polls of the other tenant', 30, async () => {
    await scene.makeDue('beta');
    return scene.gateway.counts('beta').data >= polled + 6;
  });
  expect(scene.gateway.counts('acme')).toMatchObject({ data, hello });

  const refused = await scene.link('acme', 'somebody');
  expect([refused.status, code(refused)]).toEqual([409, 'TENANT_PAUSED']);
  const page = await scene.visit(String(opened.json.url));
  expect([page.status, page.json]).toEqual([409, undefined]);
  expect(page.text).toContain('tenant_paused');
  const token = await scene.accessToken(connections.acme);
  expect([token.status, code(token)]).toEqual([409, 'TENANT_PAUSED']);
  const poll = await scene.admin('poller', 'POST', `acme/connections/${connections.acme}/poll`);
  expect([poll.status, code(poll)]).toEqual([409, 'TENANT_PAUSED']);

  const sync = await scene.admin('poller', 'GET', `acme/connections/${connections.acme}/sync`);
  expect(sync.json).toMatchObject({ status: 'active', tenantPaused: true });
  expect((await scene.targets('acme')).filter(({ failures, suspended }) => failures > 0 || suspended !== null)).toEqual(
    [],
  );
  expect(scene.complaints()).toEqual([]);
}, 120_000);

it('loses nothing: what happened in the pause is told after it', async () => {
  const before = await recorded(athletes.acme);
  scene.set('acme', { paused: false });
  expect(await scene.inStep([athletes.acme, athletes.late, athletes.beta], sessions)).toMatchObject(exact);
  expect(await recorded(athletes.acme)).toBe(before + 6);
}, 120_000);

it('keeps the data of a tenant that is removed, polls it no more, and answers 404', async () => {
  await scene.makeDue('beta');
  const before = await scene.targets('beta');
  scene.remove('beta');
  await until('the end of what was under way', 30, async () => (await scene.leased('beta')) === 0);
  const sent = { ...scene.gateway.counts('beta') };
  scene.simulator.world.step({ athlete: athletes.beta, fact: 'session-new', count: 4 });
  scene.simulator.world.step({ athlete: athletes.acme, fact: 'session-new', count: 4 });
  expect(await scene.inStep([athletes.acme], sessions)).toMatchObject(exact);
  await scene.makeDue('beta');
  const polled = scene.gateway.counts('acme').data;
  await until('six more polls of the other tenant', 30, async () => {
    await scene.makeDue('acme');
    return scene.gateway.counts('acme').data >= polled + 6;
  });
  expect(scene.gateway.counts('beta')).toEqual(sent);

  const one = `beta/connections/${connections.beta}`;
  const replies = await Promise.all([
    scene.admin('auth', 'GET', 'beta/connections'),
    scene.admin('auth', 'GET', one),
    scene.admin('auth', 'DELETE', one),
    scene.link('beta', 'somebody'),
    scene.admin('poller', 'GET', `${one}/sync`),
    scene.admin('poller', 'POST', `${one}/poll`),
    scene.admin('poller', 'GET', 'beta/quota'),
  ]);
  expect(replies.map(({ status, json }) => [status, json.code])).toEqual(replies.map(() => [404, 'NOT_FOUND']));
  const token = await scene.accessToken(connections.beta);
  expect([token.status, code(token)]).toEqual([404, 'TENANT_UNKNOWN']);

  const keys = (targets: typeof before) =>
    targets.map(({ connection, resource, kind }) => [connection, resource, kind]).toSorted();
  const left = await scene.targets('beta');
  expect(keys(left)).toEqual(keys(before));
  expect(left.filter(({ failures, suspended }) => failures > 0 || suspended !== null)).toEqual([]);
  await until('what waits for Kafka to be published', 60, async () => {
    const lanes = await scene.database.db.selectFrom('lanes').selectAll().execute();
    return lanes.every(({ next_position: next, relayed }) => Number(next) - 1 === Number(relayed));
  });
  expect(scene.complaints()).toEqual([]);
}, 120_000);

it('goes on where it was when a tenant comes back', async () => {
  const before = await recorded(athletes.beta);
  scene.set('beta');
  expect(await scene.inStep([athletes.acme, athletes.late, athletes.beta], sessions)).toMatchObject(exact);
  expect(await recorded(athletes.beta)).toBe(before + 4);
  expect((await scene.admin('auth', 'GET', `beta/connections/${connections.beta}`)).json).toMatchObject({
    status: 'active',
  });
  expect((await scene.accessToken(connections.beta)).status).toBe(200);
  expect(scene.gateway.mixups).toEqual([]);
  expect(scene.complaints()).toEqual([]);
}, 120_000);

/** How many sessions of an athlete were told. */
async function recorded(name: string): Promise<number> {
  return (await scene.received()).filter(({ athlete, type }) => athlete === name && type === 'SessionRecorded').length;
}

/** The tenants whose topics Kafka has. */
async function topics(): Promise<readonly string[]> {
  return scene.log.flatMap(({ message, topic }) => {
    const made = message === 'topic created' ? /\.([a-z]+)\.session\.v1$/.exec(String(topic))?.[1] : undefined;
    return made === undefined ? [] : [made];
  });
}
