import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startServices, type Services } from '../../deploy/local/services/index.ts';
import { freePort } from '../../deploy/local/services/port.ts';
import { startSimulatedProvider, type SimulatedProvider } from '../../deploy/local/stack/simulated-provider.ts';
import { consent, returnUrl, Stack, type StackTenant } from '../../deploy/local/stack/stack.ts';
import { until } from '../../deploy/local/stack/until.ts';
import { start, type Ended } from './bridge/run.ts';

/** The operator's command line as it is built, against services that run: an athlete of `acme`, and `beta` without one. */
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const secret = 'only-for-this-simulator';
const resources = ['sleeps', 'nightly-recharge-results'];

describe('bridge', () => {
  const cleanups: (() => Promise<unknown>)[] = [];
  let services: Services;
  let simulator: SimulatedProvider;
  let stack: Stack;
  let environment: Readonly<Record<string, string>>;
  let connection: string;

  const bridge = (...args: readonly string[]): Promise<Ended> => start(args, environment).ended;
  const bridgeWith = (env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Ended> =>
    start(args, { ...environment, ...env }).ended;

  /** The one document on standard output. */
  async function json(...args: readonly string[]): Promise<Record<string, unknown>> {
    const { code, out, err } = await bridge(...args, '--json');
    expect([code, err.replace(/^(Ctrl-C .*|[\d\u{a0} of]+ \w+)$/gmu, '').trim()]).toEqual([0, '']);
    return JSON.parse(out) as Record<string, unknown>;
  }

  beforeAll(async () => {
    services = await startServices({ ways: ['local'], durable: false, progress: say });
    cleanups.unshift(() => services.stop());
    const authPort = await freePort();
    const folder = await mkdtemp(join(tmpdir(), 'bridge-'));
    cleanups.unshift(() => rm(folder, { recursive: true, force: true }));
    simulator = await startSimulatedProvider({
      folder,
      args: Object.entries({
        athletes: '1',
        days: '40',
        client: `acme:${secret}:http://127.0.0.1:${authPort}/oauth/callback`,
      }).flatMap(([name, value]) => [`--${name}`, value]),
    });
    cleanups.unshift(() => simulator.stop());
    stack = await Stack.prepare({
      services,
      authPort,
      progress: say,
      tenants: [tenant('acme', simulator), tenant('beta', simulator)],
    });
    cleanups.unshift(() => stack.stop());
    const [auth, poller, publisher] = await Promise.all([
      stack.start('auth'),
      stack.start('poller'),
      stack.start('publisher'),
    ]);
    environment = {
      ...stack.environment,
      AUTH_URL: auth.url,
      POLLER_URL: poller.url,
      PUBLISHER_URL: publisher.url,
    };
    const { athletes } = (await simulator.control('GET', '/athletes')) as { athletes: { name: string }[] };
    const name = athletes[0]?.name ?? '';
    await consent(await stack.connectLink('acme', name, returnUrl(stack.authUrl)), name);
    const { connections } = (await json('connections', 'list', '--tenant', 'acme')) as {
      connections: { id: string }[];
    };
    connection = connections[0]?.id ?? '';
  }, 300_000);

  afterAll(async () => {
    for (const cleanup of cleanups) await cleanup();
  }, 120_000);

  it('shows who is connected, and finds the tenant of a connection', async () => {
    const list = await bridge('connections', 'list', '--tenant', 'acme', '--status', 'active', 'needs_reauth');
    expect(list).toMatchObject({ code: 0, err: '', out: expect.stringContaining('1 connection: 1 active.') });
    expect(list.out).toContain(connection);
    const why = await bridge('why', connection);
    expect(why).toMatchObject({ code: 0, err: '' });
    expect(why.out).toContain(`${connection} of acme is active, and polled as planned.`);
    for (const resource of resources) expect(why.out).toMatch(new RegExp(`^${resource} .*\\w`, 'm'));
    expect(why.out.split('\n').filter((line) => line.length > 100)).toEqual([]);
    expect(await bridge('why', randomUUID())).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/looked for at\s+acme, beta/),
    });
    expect(await bridge('connections', 'list')).toMatchObject({
      code: 2,
      out: '',
      err: '--tenant is missing; allowed: acme, beta\n',
    });
  });

  it('fetches the past again: what it costs, and to its end', async () => {
    // The one that the connect began is in the way of another.
    expect(await bridge('backfill', 'status', connection, '--follow')).toMatchObject({ code: 0 });
    const range = ['--from', day(-5), '--to', day(-2)];
    expect(await json('backfill', connection, ...range, '--dry-run')).toMatchObject({
      connection,
      resources: expect.arrayContaining([expect.objectContaining({ resource: 'sleeps' })]),
    });
    const followed = await bridge('backfill', connection, ...range, '--resource', 'sleeps', '--follow');
    expect(followed).toMatchObject({ code: 0, out: expect.stringContaining('The backfill has ended.') });
    expect(await bridge('backfill', connection, '--from', day(-5), '--to', 'soon')).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringMatching(/^ {2}- --to: "soon"; allowed: a day, YYYY-MM-DD$/m),
    });
  });

  it('waits for no backfill that has no end', async () => {
    await simulator.control('PATCH', '/switches', { '5xx_rate': 1 });
    const range = ['--from', day(-5), '--to', day(-2), '--resource', 'sleeps'];
    expect(await bridge('backfill', connection, ...range)).toMatchObject({ code: 0 });
    const athlete = `/v1/tenants/acme/connections/${connection}`;
    await stack.admin(stack.authUrl, `${athlete}/pause`, { method: 'POST' });
    const stuck = await bridge('backfill', 'status', connection, '--follow');
    expect(stuck).toMatchObject({
      code: 1,
      out: expect.stringContaining('The connection is paused: nothing of it is polled.'),
      err: expect.stringMatching(/\nIt does not go on, and was not waited for: the connection is paused: [^.]*\.\n$/),
    });
    await stack.admin(stack.authUrl, `${athlete}/resume`, { method: 'POST' });
    expect(await bridge('backfill', 'pause', connection)).toMatchObject({ code: 0 });
    expect(await bridge('backfill', 'status', connection, '--follow')).toMatchObject({
      code: 1,
      err: expect.stringContaining('It is paused, and was not waited for'),
    });
    expect(await bridge('backfill', 'cancel', connection)).toMatchObject({ code: 0 });
    await simulator.control('PATCH', '/switches', { '5xx_rate': 0 });
  }, 60_000);

  it('polls now, all or what is named', async () => {
    expect(await json('poll', connection)).toEqual({ due: 2 });
    expect(await json('poll', connection, '--resource', 'sleeps', '--tenant', 'acme')).toEqual({ due: 1 });
    expect(await bridge('poll', connection, '--resource', 'activity')).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('409 RESOURCE_NOT_POLLED'),
    });
    const { entries } = (await stack.admin(stack.authUrl, '/v1/audit?tenant=acme&limit=500')) as {
      entries: { action: string; actor: string }[];
    };
    expect(entries.find(({ action }) => action === 'connection.polled')?.actor).not.toBe('admin');
  });

  it('tells of quota, lanes and what is parked', async () => {
    expect((await bridge('quota', '--tenant', 'acme')).out).toMatch(/^window +allowed +used +kept for auth/m);
    expect(await json('lanes')).toMatchObject({
      lanes: expect.arrayContaining([expect.objectContaining({ lane: 0 })]),
    });
    expect((await bridge('lanes')).out).toContain('8 lanes, ');
    expect(await bridge('parked', 'list', '--tenant', 'acme')).toEqual({
      code: 0,
      out: 'Nothing is parked.\n',
      err: '',
    });
    expect(await json('parked', 'release', '--all', '--tenant', 'acme')).toEqual({ retried: 0 });
    expect(await bridge('parked', 'release', '--tenant', 'acme')).toMatchObject({ code: 2, out: '' });
    expect(await bridge('parked', 'events', connection, '--tenant', 'acme')).toMatchObject({ code: 1, out: '' });
  });

  it('replays to the end; Ctrl-C ends the watching only', async () => {
    const range = ['--tenant', 'acme', '--from', `${day(-1)}T00:00:00Z`, '--to', `${day(1)}T00:00:00Z`];
    const { events } = await json('replay', ...range, '--dry-run');
    // At one a second it lasts longer than the commands below, on a busy machine too.
    expect(events).toBeGreaterThan(60);
    const all = await json('replay', ...range, '--follow');
    expect(all).toMatchObject({ status: 'done', published: all['events'] });

    const slow = start(['replay', ...range, '--per-second', '1', '--follow', '--json'], environment);
    await until('the replay to be watched', 30, async () => / of \d+ events$/m.test(slow.said()));
    slow.child.kill('SIGINT');
    expect(await slow.ended).toMatchObject({ code: 130, out: '' });
    const { replays } = (await json('replay', 'list', '--tenant', 'acme')) as {
      replays: { id: string; status: string }[];
    };
    expect(replays).toMatchObject([{ status: 'running' }, { status: 'done' }]);
    const cancelled = await bridge('replay', 'cancel', replays[0]?.id ?? '', '--tenant', 'acme');
    expect(cancelled).toMatchObject({ code: 0, out: expect.stringContaining('is cancelled') });
    expect(await bridge('replay', 'status', replays[0]?.id ?? '', '--tenant', 'acme', '--follow')).toMatchObject({
      code: 1,
    });
  });

  it('checks topics, and recovers nothing while services run', async () => {
    const check = await bridge('topics', 'check');
    expect(check).toMatchObject({ code: 0, err: '', out: expect.stringContaining('all as wanted') });
    const wider = join(stack.folder, 'wider.yaml');
    await writeFile(wider, (await readFile(stack.tenantsFile, 'utf8')).replaceAll('partitions: 3', 'partitions: 4'));
    const differs = await bridgeWith({ TENANTS_FILE: wider }, 'topics', 'check');
    expect(differs).toMatchObject({ code: 1, out: expect.stringContaining('partitions is 3, wanted 4') });
    const acl = await bridge('topics', 'acl', '--consumer', 'User:coach', '--group', 'coach', '--tenant', 'acme');
    expect(acl.out.split('\n')[0]).toMatch(/^kafka-acls\.sh .*--topic 'polar\.acme\.'/);
    expect(await bridge('topics', 'acl', '--group', 'coach')).toMatchObject({ code: 2, out: '' });
    expect(await bridge('recover', '--dry-run')).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/Stop all\s+services/),
    });
    expect(await bridge('recover', '--since', 'then')).toMatchObject({ code: 2, out: '' });
  });

  it('rotates keys, and says which is missing', async () => {
    const before = await json('keys', 'status');
    expect(before).toEqual({ keys: [{ id: 'local', rows: expect.any(Number), state: 'current' }] });
    const next = `next:${randomBytes(32).toString('base64')}`;
    const rotated = { ENCRYPTION_KEYS: `${next},${environment['ENCRYPTION_KEYS'] ?? ''}` };
    const sealed = await bridgeWith(rotated, 'keys', 'rewrap');
    expect(sealed).toMatchObject({ code: 0, err: '1 of 1 rows\n', out: expect.stringContaining('1 row sealed anew') });
    expect(await bridge('keys', 'status')).toMatchObject({ code: 1, out: expect.stringContaining('MISSING') });
    const back = { ENCRYPTION_KEYS: `${environment['ENCRYPTION_KEYS'] ?? ''},${next}` };
    expect(await bridgeWith(back, 'keys', 'rewrap')).toMatchObject({ code: 0 });
    expect((await bridgeWith(back, 'keys', 'status')).out).toMatch(/next +0 +unused/);
  });

  it('says what is missing, refused or away, each by its status', async () => {
    const { ADMIN_TOKEN: token = '', ...without } = environment;
    expect(await start(['lanes'], without).ended).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('ADMIN_TOKEN: not set'),
    });
    const file = join(stack.folder, 'token');
    await writeFile(file, `${token}\n`);
    expect(await start(['lanes', '--json'], { ...without, ADMIN_TOKEN_FILE: file }).ended).toMatchObject({ code: 0 });
    const wrong = await bridgeWith({ ADMIN_TOKEN: 'hunter2' }, 'lanes');
    expect(wrong).toMatchObject({ code: 1, out: '', err: expect.stringContaining('401 UNAUTHENTICATED') });
    expect(wrong.err).not.toContain('hunter2');
    expect(await bridge('lanes', '--publisher-url', 'http://127.0.0.1:1')).toMatchObject({
      code: 3,
      out: '',
      err: expect.stringContaining('publisher does not answer at http://127.0.0.1:1'),
    });
    const away = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' };
    expect(await bridgeWith(away, 'keys', 'status')).toMatchObject({ code: 3, out: '' });
    expect(await bridge('lanes', '--publisher-url', stack.authUrl)).toMatchObject({
      code: 1,
      err: expect.stringContaining('ROUTE_NOT_FOUND'),
    });
  });

  it.each(['bash', 'zsh', 'fish'])('prints a script that completes in %s', async (shell) => {
    const { code, out, err } = await bridge('completion', shell);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('bridge complete --');
  });

  it('completes commands, options and their values', async () => {
    const completed = async (...words: readonly string[]) =>
      (await bridge('complete', '--', ...words)).out.split('\n').map((line) => line.split('\t')[0]);
    expect(await completed('')).toEqual(expect.arrayContaining(['tenants', 'why', 'lanes', 'completion']));
    expect(await completed('parked', '')).toEqual(expect.arrayContaining(['list', 'events', 'release']));
    expect(await completed('lanes', '--')).toEqual(expect.arrayContaining(['--json', '--publisher-url']));
    expect(await completed('connections', 'list', '--status', 'n')).toContain('needs_reauth');
  });

  const tenant = (id: string, { apiUrl, authUrl }: SimulatedProvider): StackTenant => ({
    id,
    clientId: id,
    clientSecret: secret,
    apiUrl,
    authUrl,
    resources,
    polling: { minSeconds: 1, maxSeconds: 2, backfillDays: 35, confirmDeletionSeconds: 2, finaliseSeconds: 8 },
  });
});

/** A day of UTC, so many days from today. */
const day = (offset: number): string => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
