import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dateOf, DAY, HOUR, MINUTE } from '../calendar.ts';
import { ALL_RESOURCES_MIX, createSimulator, type LedgerEntry, type Resource, type Switches } from '../index.ts';
import { readAll } from '../reader.ts';
import { visitor } from '../visitor.ts';
import { FACTS } from './facts.ts';
import { RESOURCES } from './resources.ts';

type Item = Record<string, unknown>;

/** Written without the simulator's own tables, from the facts: where a watcher finds each resource and its identity. */
interface Watch {
  readonly resource: Resource;
  readonly items: (body: never) => readonly Item[];
  readonly identity: (item: Item) => readonly unknown[];
  /** What the ledger keeps of an item; everything, if there is none. */
  readonly summary?: (item: Item) => Item;
}

const inside = (item: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((inner, key) => (inner as Item)[key], item);
const by =
  (...paths: readonly string[]) =>
  (item: Item) =>
    paths.map((path) => inside(item, path));
const list =
  (key: string) =>
  (body: Record<string, readonly Item[]>): readonly Item[] =>
    body[key] ?? [];
const whole = (body: Item) => (Object.keys(body).length === 0 ? [] : [body]);
const kind = (item: Item) => Object.keys(item).find((key) => typeof item[key] === 'object') ?? '';
const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

const WATCHED: Readonly<Record<string, Watch>> = {
  '/activity/list': {
    resource: 'activity',
    items: list('activityDays'),
    identity: by('date', 'activitiesPerDevice.0.deviceReference.deviceId'),
    summary: (day) => {
      const steps = inside(day, 'activitiesPerDevice.0.activitySamples.0.stepSamples.steps') as number[];
      const deviceId = inside(day, 'activitiesPerDevice.0.deviceReference.deviceId');
      return { date: day['date'], deviceId, count: steps.length, steps: sum(steps) };
    },
  },
  '/calendar/list': {
    resource: 'calendar',
    items: list('entries'),
    identity: (item) => [kind(item), inside(item, `${kind(item)}.created`)],
  },
  '/continuous-samples': {
    resource: 'continuous-samples',
    items: list('heartRateSamplesPerDay'),
    identity: by('date', 'deviceRef.deviceId'),
    summary: (day) => {
      const samples = day['samples'] as { offsetMillis?: number }[];
      const lastOffsetMillis = samples.at(-1)?.offsetMillis ?? 0;
      const deviceId = inside(day, 'deviceRef.deviceId');
      return { date: day['date'], deviceId, state: day['state'], count: samples.length, lastOffsetMillis };
    },
  },
  '/nightly-recharge-results': {
    resource: 'nightly-recharge-results',
    items: list('nightlyRechargeResults'),
    identity: by('sleepResultDate'),
  },
  '/ppi-samples': {
    resource: 'ppi-samples',
    items: list('dailyPpiSamples'),
    identity: by('date', 'ppiSamplesPerDevice.0.recordingDevice.uuid'),
    summary: (day) => {
      const samples = inside(day, 'ppiSamplesPerDevice.0.ppiSamples') as { offsetMillis: number }[];
      const uuid = inside(day, 'ppiSamplesPerDevice.0.recordingDevice.uuid');
      const lastOffsetMillis = samples.at(-1)?.offsetMillis;
      return { date: day['date'], uuid, modified: day['modified'], count: samples.length, lastOffsetMillis };
    },
  },
  '/routes/{routeId}': { resource: 'routes', items: whole, identity: by('id') },
  '/skin-contacts': {
    resource: 'skin-contacts',
    items: list('skinContactPeriods'),
    identity: by('deviceReference.uuid', 'startTime'),
  },
  '/sleep-wake-vectors': {
    resource: 'sleep-wake-vectors',
    items: list('sleepWakeVectors'),
    identity: by('date', 'deviceReference.uuid'),
  },
  '/sleeps': { resource: 'sleeps', items: list('nightSleeps'), identity: by('sleepDate') },
  '/sports/list': { resource: 'sports', items: (body: readonly Item[]) => body, identity: by('id.id') },
  '/sports/profile-list-catalog': { resource: 'sport-profile-list-catalog', items: whole, identity: by('uuid') },
  '/sports/profiles': { resource: 'sport-profiles', items: (body: readonly Item[]) => body, identity: by('uuid') },
  '/subscriptions': {
    resource: 'subscriptions',
    items: list('userSubscriptions'),
    identity: by('subscriptionPlan.subscriptionProduct.subscriptionProductName', 'subscriptionPlan.store', 'createdAt'),
  },
  '/temperature-measurements': {
    resource: 'temperature-measurements',
    items: list('temperatureMeasurementPeriod'),
    identity: by('deviceReference.uuid', 'measurementType', 'sensorLocation', 'startTime'),
  },
  '/tests/list': {
    resource: 'tests',
    items: list('tests'),
    identity: (item) => [kind(item), item['startTime']],
  },
  '/training-sessions/list': {
    resource: 'training-sessions',
    items: list('trainingSessions'),
    identity: by('identifier.id'),
  },
  '/training-target/calendar-targets': {
    resource: 'calendar-targets',
    items: list('trainingTarget'),
    identity: by('session.id'),
  },
  '/training-target/favorites': {
    resource: 'favorites',
    items: list('favoriteTarget'),
    identity: by('favorite.id'),
  },
  '/user-devices': { resource: 'user-devices', items: joined, identity: by('deviceReference.uuid') },
  '/user/account-data': { resource: 'account-data', items: whole, identity: () => ['account'] },
};

/** The two blocks of the answer, joined by the device. */
function joined(body: {
  readonly devicesData: readonly Item[];
  readonly userDevicesData: Record<string, readonly Item[]>;
}): readonly Item[] {
  const { activeDevices = [], archivedDevices = [], deviceRegistrationEvents = [] } = body.userDevicesData;
  return body.devicesData.map((device) => {
    const isSame = (other: Item) => inside(other, 'deviceReference.uuid') === inside(device, 'deviceReference.uuid');
    const state = [...activeDevices, ...archivedDevices].find(isSame);
    return { ...device, ...state, deviceRegistrationEvents: deviceRegistrationEvents.filter(isSame) };
  });
}

const keyOf = ({ resource, identity }: { readonly resource: string; readonly identity: readonly unknown[] }) =>
  [resource, ...identity].join('|');

async function live(seed: string, switches: Partial<Switches> = {}, athletes = 1) {
  const clock = { now: Date.parse('2026-11-23T12:00:00Z') };
  const simulator = await createSimulator({
    now: () => clock.now,
    athletes,
    days: 6,
    seed,
    switches: { mix: ALL_RESOURCES_MIX, features_gt_1day: 'allow', expires_in: 1e9, ...switches },
  });
  const [athlete] = simulator.world.athletes;
  if (athlete === undefined) throw new Error('no athlete');
  const tokens = await visitor(simulator).connect(athlete.profile.name);
  const history = simulator.world.history(athlete);
  const run = (steps: number, each = 20 * MINUTE): LedgerEntry[] =>
    Array.from({ length: steps }, () => {
      clock.now += each;
      return simulator.world.step();
    }).flat();
  return { simulator, clock, tokens, history, run };
}

/** What the ledger says that there is now. */
function newest(entries: readonly LedgerEntry[]): Map<string, Item> {
  const items = new Map<string, Item>();
  for (const entry of entries) {
    if (entry.change === 'deleted') items.delete(keyOf(entry));
    else items.set(keyOf(entry), entry.body);
  }
  return items;
}

async function readThrough({ simulator, clock, tokens, history }: Awaited<ReturnType<typeof live>>) {
  const found = new Map<string, Item>();
  const routeIds = history.all('routes').map(({ body }) => String(body['id']));
  for (const { operation, reply } of await readAll(simulator, tokens, dateOf(clock.now), routeIds)) {
    const watch = WATCHED[operation.path];
    if (watch === undefined) throw new Error(`nobody watches ${operation.path}`);
    for (const item of watch.items(reply.json<never>())) {
      const key = keyOf({ resource: watch.resource, identity: watch.identity(item) });
      if (found.has(key)) throw new Error(`${key} comes twice`);
      found.set(key, watch.summary?.(item) ?? item);
    }
  }
  const headers = { authorization: `Bearer ${tokens.access_token}` };
  const picture = await fetch(`${simulator.apiUrl}/user/profile-picture?size=large`, { headers });
  const bytes = Buffer.from(await picture.arrayBuffer());
  if (picture.status === 200) {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const contentType = picture.headers.get('content-type');
    found.set('profile-picture|large', { size: 'large', contentType, length: bytes.length, sha256 });
  }
  return found;
}

describe('with the mix of all resources', () => {
  it('every fact happens, and every resource changes', async () => {
    const world = await live('everything');
    const entries = world.run(2500, 10 * MINUTE);
    const facts = Object.keys(FACTS).filter((name) => (ALL_RESOURCES_MIX[name] ?? 0) > 0);
    expect([...new Set(entries.map(({ fact }) => fact))].sort()).toEqual(facts.sort());
    expect([...new Set(entries.map(({ resource }) => resource))].sort()).toEqual([...RESOURCES].sort());
    expect(RESOURCES).toHaveLength(21);
    await world.simulator.close();
  });

  it('the API answers what the ledger says, at any time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 0, max: 500 }), async (seed, steps) => {
        const world = await live(`seed-${seed}`);
        world.run(steps);
        const found = await readThrough(world).finally(() => world.simulator.close());
        expect(Object.fromEntries(found)).toEqual(Object.fromEntries(newest(world.simulator.ledger.entries())));
      }),
      { numRuns: 4, endOnFailure: true },
    );
  }, 120_000);

  it('an update changes more than its marker, a touch nothing else', async () => {
    const world = await live('markers');
    world.run(1500, 0);
    world.run(500);
    const before = new Map<string, LedgerEntry>();
    const wrong = world.simulator.ledger.entries().filter((entry) => {
      const last = before.get(keyOf(entry));
      before.set(keyOf(entry), entry);
      const isSame = unmarked(entry.body) === unmarked(last?.body);
      return (
        entry.version !== (last?.version ?? 0) + 1 ||
        entry.revision !== (last?.revision ?? 0) + (entry.change === 'touched' ? 0 : 1) ||
        (entry.change === 'updated' && isSame) ||
        (entry.change === 'touched' && !isSame)
      );
    });
    expect(wrong).toEqual([]);
    await world.simulator.close();
  });

  it('the same seed tells the same story', async () => {
    const story = async () => {
      const world = await live('twice');
      world.run(300);
      await world.simulator.close();
      return JSON.stringify(world.simulator.ledger.entries());
    };
    expect(await story()).toBe(await story());
  });

  it('nothing changes twice unseen while the gate is shut', async () => {
    const world = await live('gate', { hold_until_observed: true });
    const { simulator } = world;
    const unseen = new Map<string, LedgerEntry>();
    const keep = (entries: readonly LedgerEntry[]) => {
      for (const entry of entries) if (entry.change !== 'touched') unseen.set(keyOf(entry), entry);
    };
    const see = () => {
      simulator.world.observe([...unseen.values()].filter(({ change }) => change !== 'deleted'));
      unseen.clear();
    };
    keep(simulator.ledger.entries());
    for (let turn = 0; turn < 1500; turn += 1) {
      if (turn % 10 === 0) see();
      const entries = world.run(1);
      expect(entries.filter((entry) => entry.change !== 'touched' && unseen.has(keyOf(entry)))).toEqual([]);
      keep(entries);
    }
    expect([...new Set(simulator.ledger.live().map(({ resource }) => resource))].sort()).toEqual([...RESOURCES].sort());
    await simulator.close();
  });

  it('a night that was deleted takes its recovery with it, and does not come back', async () => {
    const world = await live('forgotten');
    const step = (fact: string) => world.simulator.world.step({ fact });
    for (const fact of ['night', 'score', 'night', 'score']) expect(step(fact).length).toBeGreaterThan(0);
    const [night, recharge] = step('night-delete');
    const { identity } = night ?? { identity: [] };
    expect(night).toMatchObject({ resource: 'sleeps', change: 'deleted' });
    expect(recharge).toMatchObject({ resource: 'nightly-recharge-results', change: 'deleted', identity });
    const brought = Array.from({ length: 20 }, () => step('night')).flat();
    expect(brought.length).toBeGreaterThan(0);
    expect(brought.map((entry) => entry.identity)).not.toContainEqual(identity);
    await world.simulator.close();
  });

  it('a period of temperature that was deleted does not come back', async () => {
    const world = await live('cooled');
    const gone: string[] = [];
    for (let turn = 0; turn < 200; turn += 1) {
      world.clock.now += 20 * MINUTE;
      const { world: told } = world.simulator;
      for (const entry of told.step({ fact: 'temperature-sync' })) expect(gone).not.toContain(keyOf(entry));
      if (turn % 4 === 0) gone.push(...told.step({ fact: 'temperature-delete' }).map(keyOf));
    }
    expect(gone.length).toBeGreaterThan(5);
    await world.simulator.close();
  });

  it('a patch that is worn for a day has more samples than any day of a watch, and goes on', async () => {
    const world = await live('patch');
    const { world: told } = world.simulator;
    const samples = () =>
      told
        .step({ fact: 'temperature-long' })
        .map(({ identity, body }) => [identity, (body['temperatureMeasurementSamples'] as unknown[]).length] as const);
    const [first] = samples();
    world.clock.now += HOUR;
    const [second] = samples();
    expect(first?.[1]).toBeGreaterThan(720);
    expect(second?.[0]).toEqual(first?.[0]);
    expect(second?.[1]).toBeGreaterThanOrEqual((first?.[1] ?? 0) + 30);
    await world.simulator.close();
  });

  it('a journey moves the clock of what is recorded afterwards, and of nothing before', async () => {
    const world = await live('journey');
    const offsets = () => world.history.all('training-sessions').map(({ athlete }) => athlete.utcOffsetMinutes);
    const before = offsets();
    const name = world.history.athlete.name;
    const [entry] = world.simulator.world.step({ athlete: name, fact: 'travel' });
    const offset = inside(entry?.body, 'localizationSettings.timezoneOffsetMinutes');
    expect(offset).not.toBe(before[0]);
    expect(world.simulator.athletes()[0]?.utcOffsetMinutes).toBe(offset);
    world.clock.now += 2 * DAY;
    world.simulator.world.step({ athlete: name, fact: 'session-new' });
    expect(offsets()).toEqual([...before, offset]);
    await world.simulator.close();
  });

  it('the sport catalogue is one for the client, and seen when all who are connected have seen it', async () => {
    const { simulator, history } = await live('sports', { hold_until_observed: true }, 2);
    const { world } = simulator;
    const [mine, other] = [history.athlete.name, simulator.athletes()[1]?.name ?? ''];
    const sports = simulator.ledger.entries().filter(({ resource }) => resource === 'sports');
    expect(new Set(sports.map(({ athlete }) => athlete))).toEqual(new Set(['demo/*']));
    expect(sports).toHaveLength(175);

    const [first] = sports;
    if (first === undefined) throw new Error('no sport');
    const update = (athlete: string) => world.step({ athlete, fact: 'sport-update' });
    expect(update(mine)).toEqual([]);
    world.observe([{ ...first, athlete: mine }]);
    const [entry] = update(other);
    expect(entry).toMatchObject({ athlete: 'demo/*', client: 'demo', identity: first.identity, version: 2 });
    await visitor(simulator).connect(other);
    world.observe([{ ...first, athlete: mine, version: 2 }]);
    expect(update(mine)).toEqual([]);
    world.observe([{ ...first, athlete: other, version: 2 }]);
    expect(update(mine)).toMatchObject([{ version: 3 }]);
    world.observe([{ ...first, version: 3 }]);
    expect(update(mine)).toMatchObject([{ version: 4 }]);
    await simulator.close();
  });
});

describe('without a mix', () => {
  it('a resource that nothing changes has no past, and the ledger is that of the four resources', async () => {
    const world = await live('quiet', { mix: {} });
    world.run(200, HOUR / 4);
    const resources = new Set(world.simulator.ledger.entries().map(({ resource }) => resource));
    expect([...resources].sort()).toEqual([
      'continuous-samples',
      'nightly-recharge-results',
      'sleeps',
      'training-sessions',
    ]);
    const found = await readThrough(world);
    expect(new Set([...found.keys()].map((key) => key.split('|')[0]))).toEqual(
      new Set([...resources, 'account-data', 'sports']),
    );
    await world.simulator.close();
  });

  it('a fact on demand begins a resource that was not there', async () => {
    const world = await live('on-demand', { mix: {} });
    const [entry] = world.simulator.world.step({ fact: 'consent-flip' });
    expect(entry).toMatchObject({ resource: 'account-data', change: 'created', version: 1 });
    await world.simulator.close();
  });
});

describe('PPI', () => {
  it('has the eighty thousand samples of a real day when it is told to', async () => {
    const counts = async (ppi_full_day: boolean) => {
      const world = await live('ppi', { ppi_full_day });
      await world.simulator.close();
      const days = world.simulator.ledger.entries().filter(({ resource }) => resource === 'ppi-samples');
      return Math.max(...days.map(({ body }) => Number(body['count'])));
    };
    expect([await counts(false), await counts(true)]).toEqual([2880, 80_640]);
  });
});

/** A body without whatever says when or how often it was written. */
function unmarked(body: unknown): string {
  return JSON.stringify(body, (key, value: unknown) => (/modified|^version$/i.test(key) ? undefined : value));
}
