import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSimulator, type Simulator, type Switches } from '../index.ts';
import { OPERATIONS } from './operations.ts';
import { days, visitor, type Tokens } from '../visitor.ts';

const NIGHTLY = '/nightly-recharge-results';
const SESSIONS = '/training-sessions/list';
const HEART_RATE = '/continuous-samples';
const TIME = 'T00:00:00';

let now: number;
let simulator: Simulator;
let tokens: Tokens;
let athlete: string;

beforeEach(async () => {
  now = Date.parse('2026-11-23T12:00:00Z');
  simulator = await createSimulator({ now: () => now, athletes: 1 });
  athlete = simulator.athletes()[0]?.name ?? '';
  tokens = await visitor(simulator).connect(athlete);
});
afterEach(() => simulator.close());

const set = (switches: Partial<Switches>) => Object.assign(simulator.switches, switches);
const get = (path: string) => visitor(simulator).get(tokens, path);
const whole = (path: string) => `${path}?${days('2026-10-27', '2026-11-24', [], path === SESSIONS ? TIME : '')}`;
const rows = (body: Record<string, unknown>, key: string) => body[key] as readonly Record<string, unknown>[];

async function refusal(path: string) {
  const reply = await get(path);
  return [reply.status, reply.json()['errorMessage']];
}

describe('who may ask', () => {
  it('answers hello to anybody', async () => {
    const reply = await visitor(simulator).send(`${simulator.apiUrl}/hello`);
    expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'text/plain']);
    expect(simulator.requests()[0]?.total).toBe(0);
  });

  it('answers 401 to no token, an unknown and an expired one', async () => {
    const { send, get: as } = visitor(simulator);
    expect((await send(`${simulator.apiUrl}/sleeps`)).status).toBe(401);
    expect((await as({ access_token: 'x' }, '/sleeps')).status).toBe(401);
    expect((await get('/user/account-data')).status).toBe(200);
    now += 3_599_000;
    expect((await get('/user/account-data')).status).toBe(401);
  });

  it('answers 403 with the name of the scope that is missing, before it looks at the parameters', async () => {
    tokens = await visitor(simulator).connect(athlete, { scope: 'tests:read' });
    expect(await refusal('/sleeps')).toEqual([403, 'Missing required scope: sleep:read']);
    expect(await refusal('/user/account-data')).toEqual([403, 'Missing required scope: profile:read']);
  });

  it('answers 403 without a scope where the consent is gone, until it is given again', async () => {
    await visitor(simulator).control('POST', '/consent', { athlete, revoked: true });
    expect(await refusal(whole('/sleeps'))).toEqual([403, 'Forbidden']);
    set({ revoked_answer: '401' });
    expect((await get(whole('/sleeps'))).status).toBe(401);
    tokens = await visitor(simulator).connect(athlete);
    expect((await get(whole('/sleeps'))).status).toBe(200);
  });

  it('knows no other paths', async () => {
    expect((await get('/nothing')).status).toBe(404);
  });
});

describe('dates', () => {
  it.each([
    ['/sleeps', 'from=2026-11-01', [400, "Query parameter 'to' is required"]],
    ['/sleeps', '', [400, "Query parameter 'from' is required"]],
    ['/sleeps', days('2026-11-01', '2026-11-02', [], TIME), [400, "Value for key 'from' could not be parsed as date"]],
    [SESSIONS, days('2026-11-01', '2026-11-02'), [400, "Value for key 'from' could not be parsed as datetime"]],
    [SESSIONS, days('2026-11-01', '2026-11-02', [], `${TIME}Z`), [400, expect.stringContaining('as datetime')]],
    [SESSIONS, days('2026-11-01', '2026-11-02', [], `${TIME}.000`), [400, expect.stringContaining('as datetime')]],
    [SESSIONS, days('2026-11-01', '2026-11-02', [], `${TIME}%2B02:00`), [400, expect.stringContaining('as datetime')]],
    ['/sleeps', days('2026-02-30', '2026-03-02'), [400, expect.stringContaining('as date')]],
    ['/sleeps', days('2026-11-02', '2026-11-02'), [400, expect.stringContaining('before')]],
    ['/sleeps', days('2026-11-03', '2026-11-02'), [400, expect.stringContaining('before')]],
  ])('%s?%s', async (path, query, expected) => {
    expect(await refusal(`${path}?${query}`)).toEqual(expected);
  });

  it.each([
    ['/sleeps', 30, 1],
    [NIGHTLY, 28, 1],
    [SESSIONS, 90, 1],
    [HEART_RATE, 30, 30],
  ])('%s takes %i days, and %i with a feature', async (path, most, mostWithFeatures) => {
    const feature = { '/sleeps': 'sleep-score', [HEART_RATE]: 'heart-rate-samples' }[path] ?? 'samples';
    const status = async (length: number, features: readonly string[]) => {
      const to = new Date(Date.parse('2026-06-01') + length * 86_400_000).toISOString().slice(0, 10);
      return (await get(`${path}?${days('2026-06-01', to, features, path === SESSIONS ? TIME : '')}`)).status;
    };
    expect([await status(most, []), await status(most + 1, [])]).toEqual([200, 400]);
    expect([await status(mostWithFeatures, [feature]), await status(mostWithFeatures + 1, [feature])]).toEqual([
      200, 400,
    ]);
    set({ features_gt_1day: 'allow' });
    expect(await status(most, [feature])).toBe(200);
  });

  it('has a documented and a lenient dialect', async () => {
    const plain = `${SESSIONS}?${days('2026-11-01', '2026-11-02')}`;
    const timed = `${SESSIONS}?${days('2026-11-01', '2026-11-02', [], TIME)}`;
    set({ date_dialect: 'doc' });
    expect([(await get(plain)).status, (await get(timed)).status]).toEqual([200, 400]);
    set({ date_dialect: 'lenient' });
    expect([(await get(plain)).status, (await get(timed)).status]).toEqual([200, 200]);
  });

  it('takes from in and leaves to out', async () => {
    const all = rows((await get(whole('/sleeps'))).json(), 'nightSleeps').map((night) => String(night['sleepDate']));
    const [first = '', , third = ''] = all;
    const some = rows((await get(`/sleeps?${days(first, third)}`)).json(), 'nightSleeps');
    expect(some.map((night) => night['sleepDate'])).toEqual(all.slice(0, 2));
  });

  it('keeps ninety days', async () => {
    const count = async () => rows((await get(whole('/sleeps'))).json(), 'nightSleeps').length;
    const before = await count();
    now += 80 * 86_400_000;
    tokens = await visitor(simulator).connect(athlete);
    expect(await count()).toBeLessThan(before);
    now += 14 * 86_400_000;
    tokens = await visitor(simulator).connect(athlete);
    expect(await count()).toBe(0);
  });

  it('ignores unknown keys, and refuses an unknown feature unless told to ignore it', async () => {
    expect((await get(`${whole('/sleeps')}&samples=true`)).status).toBe(200);
    const list = `/sleeps?${days('2026-11-01', '2026-11-02', ['sleep-result,sleep-score'])}`;
    expect((await get(list)).status).toBe(400);
    set({ unknown_feature: 'ignore' });
    expect((await get(list)).status).toBe(200);
  });
});

describe('what comes with which feature', () => {
  const firstOf = async (path: string, key: string, date: string, features: readonly string[]) => {
    const to = new Date(Date.parse(date) + 86_400_000).toISOString().slice(0, 10);
    const query = days(date, to, features, path === SESSIONS ? TIME : '');
    return rows((await get(`${path}?${query}`)).json(), key)[0] ?? {};
  };

  it('sleeps: dates only, then the parts that were asked for', async () => {
    const date = simulator.ledger.entries().find((entry) => entry.body['sleepScore'] !== undefined)?.identity[0] ?? '';
    const keys = async (...features: string[]) => Object.keys(await firstOf('/sleeps', 'nightSleeps', date, features));
    expect(await keys()).toEqual(['sleepDate']);
    expect(await keys('sleep-score')).toEqual(['sleepDate', 'sleepScore']);
    expect(await keys('sleep-result', 'sleep-evaluation', 'original-sleep-result')).toEqual([
      'sleepDate',
      'sleepResult',
      'sleepEvaluation',
    ]);
  });

  it('nightly recharge: everything but the samples, then those too', async () => {
    const found = simulator.ledger.entries().find((entry) => entry.resource === 'nightly-recharge-results');
    const date = found?.identity[0] ?? '';
    const plain = await firstOf(NIGHTLY, 'nightlyRechargeResults', date, []);
    const full = await firstOf(NIGHTLY, 'nightlyRechargeResults', date, ['samples']);
    const { hrvSamples, breathingRateSamples, ...rest } = full;
    expect(rest).toEqual(plain);
    expect(hrvSamples).toMatchObject([{ sampleInterval: '301s' }]);
    expect(breathingRateSamples).toMatchObject([{ sampleInterval: '300s' }]);
    expect(full).toEqual(found?.body);
  });

  it('sessions: the summary with its exercises, then all twelve parts', async () => {
    const found = simulator.ledger.entries().find((entry) => entry.resource === 'training-sessions');
    const date = String(found?.body['startTime']).slice(0, 10);
    const plain = await firstOf(SESSIONS, 'trainingSessions', date, []);
    const exercise = (session: Record<string, unknown>) => rows(session, 'exercises')[0] ?? {};
    expect(Object.keys(exercise(plain))).not.toContain('samples');
    expect(Object.keys(plain)).not.toContain('trainingLoadReport');
    const laps = await firstOf(SESSIONS, 'trainingSessions', date, ['samples', 'zones']);
    const more = Object.keys(exercise(laps)).filter((key) => !Object.keys(exercise(plain)).includes(key));
    expect(more).toEqual(['samples', 'zones']);
    const all = await firstOf(
      SESSIONS,
      'trainingSessions',
      date,
      OPERATIONS.find(({ path }) => path === SESSIONS)?.features ?? [],
    );
    expect(all).toEqual(found?.body);
  });

  it('heart rate: nothing without the feature; samples that match the state, in order, with gaps', async () => {
    expect((await get(whole(HEART_RATE))).json()).toEqual({});
    const query = days('2026-11-18', '2026-11-23', ['heart-rate-samples']);
    const found = rows((await get(`${HEART_RATE}?${query}`)).json(), 'heartRateSamplesPerDay');
    for (const day of found) {
      const samples = day['samples'] as { heartRate?: number; offsetMillis?: number }[];
      const summary = simulator.ledger
        .entries()
        .find((entry) => entry.identity[0] === day['date'] && entry.identity[1])?.body;
      const offsets = samples.map((sample) => sample.offsetMillis ?? 0);
      expect(summary).toMatchObject({ state: day['state'], count: samples.length, lastOffsetMillis: offsets.at(-1) });
      expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
      expect(samples.some((sample) => sample.heartRate === undefined)).toBe(true);
      expect(samples.length).toBeLessThanOrEqual(8640);
    }
    expect(found.length).toBeGreaterThan(2);
  });

  it('account data: the zone and who it is', async () => {
    expect((await get('/user/account-data')).json()).toMatchObject({
      localizationSettings: { timezoneOffsetMinutes: simulator.athletes()[0]?.utcOffsetMinutes },
      basicInfo: { email: `${athlete}@athlete.example` },
    });
  });
});

describe('forms', () => {
  it('has the documented envelopes', async () => {
    set({ envelope: 'doc' });
    expect((await get(whole(NIGHTLY))).json()).toMatchObject({
      nightlyRechargeResults: { nightlyRechargeResults: expect.any(Array) },
    });
    const query = days('2026-11-01', '2026-11-02', ['heart-rate-samples']);
    expect(Object.keys((await get(`${HEART_RATE}?${query}`)).json())).toEqual(['continuousSamples']);
    expect(Object.keys((await get('/user/account-data')).json())).toEqual(['accountData']);
  });

  it.each([
    ['list', 200, '{"nightSleeps":[]}'],
    ['object', 200, '{}'],
    ['204', 204, ''],
    ['404', 404, '{"errorMessage":"Not found"}'],
  ] as const)('says nothing there with %s', async (empty, status, text) => {
    set({ empty });
    const reply = await get(`/sleeps?${days('2027-01-01', '2027-01-02')}`);
    expect([reply.status, reply.text]).toEqual([status, text]);
  });

  it('prints numbers by the table, as in the examples, or all as strings', async () => {
    const first = async () => rows((await get(whole(SESSIONS))).json(), 'trainingSessions')[0] ?? {};
    const table = await first();
    expect([typeof table['recoveryTimeMillis'], typeof table['durationMillis']]).toEqual(['string', 'number']);
    set({ numbers: 'example' });
    expect(typeof (await first())['recoveryTimeMillis']).toBe('number');
    expect((await get('/user/account-data')).json()).toMatchObject({
      physicalInformation: { height: expect.any(String) },
    });
    set({ numbers: 'strings' });
    expect((await first())['durationMillis']).toBe(String(table['durationMillis']));
  });

  it.each([
    ['errorMessage', '{"errorMessage":"Missing required scope: sleep:read"}', 'application/json'],
    ['error', '{"error":"Missing required scope: sleep:read"}', 'application/json'],
    ['text', 'Missing required scope: sleep:read', 'text/plain'],
    ['html', expect.stringContaining('HTTP Status 403'), 'text/html;charset=utf-8'],
  ] as const)('prints errors as %s', async (error_body, body, type) => {
    set({ error_body });
    tokens = await visitor(simulator).connect(athlete, { scope: 'tests:read' });
    const reply = await get('/sleeps');
    expect([reply.text, reply.headers.get('content-type')]).toEqual([body, type]);
  });

  it('adds fields and enumeration values, or hides the data under an unknown key', async () => {
    set({ unknown_fields: true });
    const session = rows((await get(whole(SESSIONS))).json(), 'trainingSessions')[0];
    expect(session).toMatchObject({ startTrigger: 'SOMETHING_NEW', brandNew: { kind: 'BRAND_NEW_KIND' } });
    set({ unknown_envelope: ['/sleeps'] });
    expect(Object.keys((await get(whole('/sleeps'))).json())).toEqual(['payload']);
  });
});

describe('faults', () => {
  it('poisons one day of one path for ever, for requests with features', async () => {
    set({ poison_days: [{ athlete, path: NIGHTLY, date: '2026-11-03' }] });
    const day = (from: string, to: string) => get(`${NIGHTLY}?${days(from, to, ['samples'])}`);
    for (let nr = 0; nr < 3; nr += 1) {
      const reply = await day('2026-11-03', '2026-11-04');
      expect([reply.status, reply.text]).toEqual([500, 'Unexpected error occurred']);
    }
    expect((await day('2026-11-02', '2026-11-03')).status).toBe(200);
    expect((await day('2026-11-04', '2026-11-05')).status).toBe(200);
    expect((await get(whole(NIGHTLY))).status).toBe(200);
    set({ poison_days: [{ path: NIGHTLY, date: '2026-11-03', always: true }] });
    expect((await get(whole(NIGHTLY))).status).toBe(500);
  });

  it('cuts bodies, shows pages, fails and keeps silent', async () => {
    set({ truncate_rate: 1 });
    const cut = await get(whole('/sleeps'));
    expect(cut.status).toBe(200);
    expect(() => cut.json()).toThrow();
    set({ truncate_rate: 0, html_rate: 1 });
    const page = await get(whole('/sleeps'));
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html;charset=utf-8']);
    set({ html_rate: 0, '5xx_rate': 1 });
    expect((await get(whole('/sleeps'))).status).toBeGreaterThanOrEqual(500);
    set({ '5xx_rate': 0, timeout_rate: 1 });
    const headers = { authorization: `Bearer ${tokens.access_token}` };
    const silent = fetch(`${simulator.apiUrl}${whole('/sleeps')}`, { headers, signal: AbortSignal.timeout(100) });
    await expect(silent).rejects.toThrow();
    set({ timeout_rate: 0, latency: [30, 40] });
    const from = performance.now();
    await get(whole('/sleeps'));
    expect(performance.now() - from).toBeGreaterThanOrEqual(29);
  });
});
