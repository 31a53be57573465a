import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addDays } from '../calendar.ts';
import { ALL_RESOURCES_MIX, createSimulator, DEFAULT_SWITCHES, type Simulator, type Switches } from '../index.ts';
import { rangeQuery } from '../reader.ts';
import { visitor, type Reply, type Tokens } from '../visitor.ts';
import { operationAt } from './operations.ts';

/** Written from the facts by hand: it does not read the document that the simulator reads. */
interface Expected {
  readonly scope: string;
  /** Days without and with features, and the form of the bounds. */
  readonly range?: readonly [plain: number, withFeatures: number, form: 'date' | 'datetime'];
  readonly features?: readonly string[];
  /** Keys at the top of a body; of an array, those of its first item. */
  readonly live: readonly string[];
  readonly isArray?: true;
}

const SESSION_FEATURES = [
  'samples',
  'test-results',
  'training-load-report',
  'laps',
  'hill-splits',
  'routes',
  'statistics',
  'zones',
  'pause-times',
  'strength-training-results',
  'comments',
  'physical-info',
];

const FACTS: Readonly<Record<string, Expected>> = {
  '/calendar/list': {
    scope: 'calendar:read',
    range: [90, 90, 'datetime'],
    features: ['notes', 'feeling', 'feedback', 'perceived-recovery', 'weight', 'physical-information'],
    live: ['entries'],
  },
  '/continuous-samples': {
    scope: 'continuous_samples:read',
    range: [30, 30, 'date'],
    features: ['heart-rate-samples'],
    live: ['heartRateSamplesPerDay'],
  },
  '/activity/list': {
    scope: 'activity:read',
    range: [90, 1, 'date'],
    features: ['samples', 'activity-target', 'physical-information'],
    live: ['activityDays'],
  },
  '/training-target/favorites': { scope: 'training_targets:read', live: ['favoriteTarget'] },
  '/nightly-recharge-results': {
    scope: 'nightly_recharge:read',
    range: [28, 1, 'date'],
    features: ['samples'],
    live: ['nightlyRechargeResults'],
  },
  '/ppi-samples': { scope: 'ppi_data:read', range: [90, 1, 'date'], features: ['samples'], live: ['dailyPpiSamples'] },
  '/routes/{routeId}': { scope: 'routes:read', live: ['id', 'route', 'created', 'modified', 'legacyRouteId'] },
  '/skin-contacts': { scope: 'skin_contact:read', range: [90, 90, 'date'], live: ['skinContactPeriods'] },
  '/sleep-wake-vectors': { scope: 'sleep:read', range: [7, 7, 'date'], live: ['sleepWakeVectors'] },
  '/sleeps': {
    scope: 'sleep:read',
    range: [30, 1, 'date'],
    features: ['sleep-result', 'original-sleep-result', 'sleep-evaluation', 'sleep-score'],
    live: ['nightSleeps'],
  },
  '/sports/list': {
    scope: 'sports:read',
    isArray: true,
    live: ['name', 'id', 'modified', 'localizedNames', 'type', 'defaultSpeedView', 'defaultGpsSetting'].concat([
      'defaultAltitudeActive',
      'defaultAutomaticLap',
      'defaultTapActive',
      'supportedFeatures',
    ]),
  },
  '/sports/profile-list-catalog': {
    scope: 'sports:read',
    live: ['uuid', 'created', 'modified', 'activeSportProfileListIndex', 'lists'],
  },
  '/sports/profiles': { scope: 'sports:read', isArray: true, live: ['uuid', 'created', 'modified', 'profile'] },
  '/subscriptions': { scope: 'user_subscription:read', live: ['userSubscriptions'] },
  '/temperature-measurements': {
    scope: 'temperature_measurement:read',
    range: [90, 90, 'date'],
    live: ['temperatureMeasurementPeriod'],
  },
  '/tests/list': { scope: 'tests:read', range: [90, 1, 'date'], features: ['samples'], live: ['tests'] },
  '/training-sessions/list': {
    scope: 'training_sessions:read',
    range: [90, 1, 'datetime'],
    features: SESSION_FEATURES,
    live: ['trainingSessions'],
  },
  '/training-target/calendar-targets': {
    scope: 'training_targets:read',
    range: [90, 90, 'date'],
    live: ['trainingTarget'],
  },
  '/user-devices': { scope: 'devices:read', live: ['devicesData', 'userDevicesData'] },
  '/user/account-data': {
    scope: 'profile:read',
    live: ['basicInfo', 'profileInformation', 'localizationSettings', 'generalSettings', 'physicalInformation'].concat([
      'contactInformation',
      'consents',
      'userTestPreferences',
      'consentHistoryStates',
    ]),
  },
};

const NOW = Date.parse('2026-11-23T12:00:00Z');
const FROM = '2026-11-01';

let simulator: Simulator;
let athlete: string;
let tokens: Tokens;
let routeId: string;

beforeAll(async () => {
  simulator = await createSimulator({ now: () => NOW, athletes: 1, switches: { mix: ALL_RESOURCES_MIX } });
  athlete = simulator.athletes()[0]?.name ?? '';
  tokens = await visitor(simulator).connect(athlete);
  for (const fact of Object.keys(ALL_RESOURCES_MIX)) simulator.world.step({ athlete, fact });
  routeId = simulator.ledger.entries().find(({ resource }) => resource === 'routes')?.identity[0] ?? '';
});
afterAll(() => simulator.close());

const get = (path: string, as = tokens) => visitor(simulator).get(as, path.replace('{routeId}', routeId));
const refusal = (reply: Reply) => [reply.status, reply.json()['errorMessage']];

async function under(switches: Partial<Switches>, body: () => Promise<void>): Promise<void> {
  Object.assign(simulator.switches, switches);
  await body().finally(() => Object.assign(simulator.switches, { ...DEFAULT_SWITCHES, mix: ALL_RESOURCES_MIX }));
}

/** A request that the operation accepts. */
function good(path: string, length = 1, features: readonly string[] = []): string {
  const operation = operationAt(path.replace('{routeId}', '1'))?.operation;
  if (operation === undefined) throw new Error(`nothing serves ${path}`);
  if (operation.range === undefined) return path;
  return `${path}?${rangeQuery(simulator, operation, FROM, addDays(FROM, length), features)}`;
}

const every = Object.entries(FACTS);
const ranges = every.flatMap(([path, { range, features = [] }]) => (range ? [{ path, range, features }] : []));

describe.each(every)('%s', (path, { scope, live, isArray, range, features = [] }) => {
  it('needs its scope, and no other', async () => {
    const scopes = (await visitor(simulator).connect(athlete)).scope.split(' ');
    const without = scopes.filter((other) => other !== scope).join(' ');
    const others = await visitor(simulator).connect(athlete, { scope: without });
    expect(refusal(await get(good(path), others))).toEqual([403, `Missing required scope: ${scope}`]);
    const alone = await visitor(simulator).connect(athlete, { scope });
    expect((await get(good(path), alone)).status).toBe(200);
  });

  it('has the live envelope, and another one where it is told to', async () => {
    const body = (await get(good(path, 1, features))).json<object>();
    expect(Array.isArray(body)).toBe(isArray === true);
    expect(Object.keys(Array.isArray(body) ? (body[0] as object) : body).sort()).toEqual([...live].sort());
    await under({ unknown_envelope: [path] }, async () => {
      expect(Object.keys((await get(good(path, 1, features))).json())).toContain('payload');
    });
  });

  it('has unknown fields, strings for numbers, other errors, pages and errors of the server', async () => {
    await under({ unknown_fields: true, features_gt_1day: 'allow' }, async () => {
      const reply = await get(good(path, range?.[0], features));
      expect(reply.text).toContain('BRAND_NEW_KIND');
    });
    await under({ numbers: 'strings' }, async () => {
      expect((await get(good(path, 1, features))).text).not.toMatch(/":-?\d/);
    });
    await under({ html_rate: 1 }, async () => {
      expect((await get(good(path))).headers.get('content-type')).toContain('text/html');
    });
    await under({ '5xx_rate': 1 }, async () => {
      expect((await get(good(path))).status).toBeGreaterThanOrEqual(500);
    });
    await under({ truncate_rate: 1 }, async () => {
      const reply = await get(good(path));
      expect(() => reply.json()).toThrow();
    });
  });
});

describe.each(ranges)('$path', ({ path, range: [plain, withFeatures, form], features }) => {
  it(`takes ${plain} days, ${withFeatures} with features, and ${form}s`, async () => {
    const status = async (days: number, asked: readonly string[]) => (await get(good(path, days, asked))).status;
    expect([await status(plain, []), await status(plain + 1, [])]).toEqual([200, 400]);
    if (features.length === 0) return;
    expect([await status(withFeatures, features), await status(withFeatures + 1, features)]).toEqual([200, 400]);
  });

  it('refuses a bound that is missing, in the other dialect or behind the other bound', async () => {
    const time = form === 'datetime' ? 'T00:00:00' : '';
    const other = form === 'datetime' ? '' : 'T00:00:00';
    const ask = async (query: string) => refusal(await get(`${path}?${query}`));
    const wrong = `Value for key 'from' could not be parsed as ${form}`;
    expect(await ask(`to=${FROM}${time}`)).toEqual([400, "Query parameter 'from' is required"]);
    expect(await ask(`from=${FROM}${time}`)).toEqual([400, "Query parameter 'to' is required"]);
    expect(await ask(`from=${FROM}${other}&to=2026-11-02${other}`)).toEqual([400, wrong]);
    expect(await ask(`from=${FROM}${time}&to=${FROM}${time}`)).toEqual([400, expect.stringContaining('before')]);
    await under({ date_dialect: 'doc' }, async () => {
      expect((await get(`${path}?from=${FROM}&to=2026-11-02`)).status).toBe(200);
    });
  });

  it('knows its features and no others', async () => {
    const one = async (feature: string) => (await get(`${good(path)}&features=${feature}`)).status;
    for (const feature of features) expect([feature, await one(feature)]).toEqual([feature, 200]);
    // Where there are no features, it is an unknown key like any other: ignored, as observed live.
    expect(await one('nonsense')).toBe(features.length === 0 ? 200 : 400);
  });

  it('says nothing there in four ways', async () => {
    const operation = operationAt(path)?.operation;
    const query = operation && rangeQuery(simulator, operation, '2027-06-01', '2027-06-02');
    for (const [empty, status] of [
      ['list', 200],
      ['object', 200],
      ['204', 204],
      ['404', 404],
    ] as const) {
      await under({ empty }, async () => {
        const reply = await get(`${path}?${query}`);
        expect([empty, reply.status]).toEqual([empty, status]);
        expect(reply.text).toMatch({ list: /\[\]/, object: /^\{\}$/, '204': /^$/, '404': /Not found/ }[empty]);
      });
    }
  });

  it('may be poisoned for a day', async () => {
    await under({ poison_days: [{ path, date: FROM, always: true }] }, async () => {
      expect((await get(good(path))).status).toBe(500);
    });
  });
});

describe('what one operation has alone', () => {
  it('unknown values make no other items', async () => {
    await under({ unknown_fields: true }, async () => {
      const temperatures = (await get(good('/temperature-measurements', 20))).text;
      expect(temperatures).toContain('TM_SKIN_TEMPERATURE');
      expect(temperatures).not.toContain('SOMETHING_NEW');
      const subscriptions = (await get('/subscriptions')).text;
      expect(subscriptions).toContain('"status":"SOMETHING_NEW"');
      expect(subscriptions).not.toContain('"store":"SOMETHING_NEW"');
    });
  });

  it('activity without features: dates, and an empty list of devices', async () => {
    const { activityDays } = (await get(good('/activity/list', 2))).json<{ activityDays: object[] }>();
    expect(activityDays[0]).toEqual({ date: FROM, activitiesPerDevice: [] });
  });

  it('PPI without features: dates and markers', async () => {
    const { dailyPpiSamples } = (await get(good('/ppi-samples', 2))).json<{ dailyPpiSamples: object[] }>();
    expect(dailyPpiSamples[0]).toEqual({ date: FROM, modified: expect.any(String) });
  });

  it('calendar: the kinds that were asked for; all six without features', async () => {
    for (let nr = 0; nr < 60; nr += 1) simulator.world.step({ athlete, fact: 'calendar-enter' });
    const kinds = async (query: string) => {
      const path = `/calendar/list?from=2026-11-15T00:00:00&to=2026-11-25T00:00:00${query}`;
      const { entries } = (await get(path)).json<{ entries: object[] }>();
      return [...new Set(entries.flatMap((entry) => Object.keys(entry)))].sort();
    };
    expect(await kinds('')).toEqual(
      ['note', 'feeling', 'feedback', 'perceivedRecovery', 'weight', 'physicalInformation'].sort(),
    );
    expect(await kinds('&features=weight&features=notes')).toEqual(['note', 'weight']);
  });

  it('tests: all kinds, and series only with the feature', async () => {
    for (let nr = 0; nr < 60; nr += 1) simulator.world.step({ athlete, fact: 'test-take' });
    const kinds = [
      'ecgTestResult',
      'fitnessTestResult',
      'jumpTestResult',
      'orthostaticTestResult',
      'rrRecording',
      'spo2TestResult',
    ];
    const plain = (await get('/tests/list?from=2026-11-20&to=2026-11-24')).text;
    for (const kind of kinds) expect(plain).toContain(kind);
    expect(plain).not.toMatch(/rrSamples|qualityMeasurements|amplitudeMv/);
    await under({ features_gt_1day: 'allow' }, async () => {
      const full = (await get('/tests/list?from=2026-11-20&to=2026-11-24&features=samples')).text;
      for (const series of ['rrSamples', 'qualityMeasurements', 'amplitudeMv']) expect(full).toContain(series);
    });
  });

  it('training sessions: the three tests', async () => {
    const found = new Set<string>();
    for (let nr = 0; nr < 20; nr += 1) {
      for (const { body } of simulator.world.step({ athlete, fact: 'session-test' })) {
        for (const key of Object.keys(body['testResults'] as object)) found.add(key);
      }
    }
    expect([...found].sort()).toEqual(['cyclingTest', 'runningTest', 'walkingTest']);
  });

  it('calendar targets: other names of the bounds in the documentation', async () => {
    const path = '/training-target/calendar-targets';
    expect(refusal(await get(`${path}?fromDate=${FROM}&toDate=2026-11-02`))).toEqual([
      400,
      "Query parameter 'from' is required",
    ]);
    await under({ targets_params: 'doc' }, async () => {
      expect((await get(`${path}?fromDate=${FROM}&toDate=2026-11-02`)).status).toBe(200);
      expect(refusal(await get(`${path}?from=${FROM}&to=2026-11-02`))[0]).toBe(400);
    });
  });

  it('routes: only those of the athlete, by their numbers', async () => {
    expect(refusal(await get('/routes/1'))).toEqual([404, 'Not found']);
    expect(refusal(await get('/routes/abc'))).toEqual([400, "Value for key 'routeId' could not be parsed as uint64"]);
    expect(simulator.requests()[0]?.byPath['/routes/{routeId}']).toBeGreaterThan(0);
  });

  it('sports: a bare array, wrapped, or empty', async () => {
    const names = (reply: Reply) => reply.json<{ name?: string }[]>().map(({ name }) => name);
    expect(names(await get('/sports/list'))).toEqual(expect.arrayContaining(['RUNNING', 'CYCLING']));
    await under({ sports: 'wrapped' }, async () => {
      expect(Object.keys((await get('/sports/list')).json())).toEqual(['sports']);
    });
    await under({ sports: 'empty' }, async () => {
      expect((await get('/sports/list')).text).toBe('[]');
    });
    await under({ envelope: 'doc', sports_names: false }, async () => {
      expect((await get('/sports/list')).text).not.toContain('"name"');
    });
  });

  it('profile picture: other bytes after a change, in three sizes, and 404 without one', async () => {
    const picture = async (size: string) => {
      const headers = { authorization: `Bearer ${tokens.access_token}`, accept: 'image/*' };
      const response = await fetch(`${simulator.apiUrl}/user/profile-picture${size}`, { headers });
      return {
        status: response.status,
        type: response.headers.get('content-type'),
        bytes: Buffer.from(await response.arrayBuffer()),
      };
    };
    simulator.world.step({ athlete, fact: 'picture-change' });
    const before = await picture('?size=large');
    expect([before.status, before.type, before.bytes.subarray(1, 4).toString()]).toEqual([200, 'image/png', 'PNG']);
    expect((await picture('?size=large')).bytes.equals(before.bytes)).toBe(true);
    expect((await picture('?size=small')).bytes.length).toBeLessThan(before.bytes.length);
    simulator.world.step({ athlete, fact: 'picture-change' });
    expect((await picture('?size=large')).bytes.equals(before.bytes)).toBe(false);
    expect((await picture('')).status).toBe(400);
    expect((await picture('?size=huge')).status).toBe(400);
    await under({ truncate_rate: 1 }, async () => {
      expect((await picture('?size=large')).bytes.length).toBeLessThan(before.bytes.length);
    });
    simulator.world.step({ athlete, fact: 'picture-remove' });
    expect((await picture('?size=large')).status).toBe(404);
  });

  it('devices: one that is gone stands among the archived, with both of its events', async () => {
    const [added] = simulator.world.step({ athlete, fact: 'device-register' });
    const uuid = added?.identity[0];
    while (simulator.world.step({ athlete, fact: 'device-deregister' }).length > 0);
    const { userDevicesData } = (await get('/user-devices')).json<{
      userDevicesData: Record<string, { deviceReference: { uuid: string }; eventType?: string }[]>;
    }>();
    const of = (name: string) => userDevicesData[name]?.filter((one) => one.deviceReference.uuid === uuid) ?? [];
    expect([of('activeDevices').length, of('archivedDevices').length]).toEqual([0, 1]);
    expect(of('deviceRegistrationEvents').map(({ eventType }) => eventType)).toEqual([
      'EVENT_TYPE_ADDED',
      'EVENT_TYPE_DELETED',
    ]);
  });
});
