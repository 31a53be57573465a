import { describe, expect, it } from '@jest/globals';
import { resources } from '#resources';
import { addDays } from './calendar.ts';
import { emptyCursor } from './cursor.ts';
import { diff, type Changes } from './diff.ts';
import { BridgeError } from './errors.ts';
import { eventId } from './event.ts';
import type { Json, JsonObject } from './json.ts';
import { read, type Fetched } from './read.ts';
import type { Resource } from './resource.ts';
import { KnownSnapshots, snapshotKey, type Snapshot } from './snapshot.ts';
import { day, hour, listedToday, minute, noon, polling, tickOf, walksByDay, walksByRange } from './tick.fixture.ts';
import type { Tick, Window } from './tick.ts';

const listing: Window = { phase: 'list', from: '2026-06-05', to: '2026-06-16', features: [], reason: 'listing' };
const detail: Window = { phase: 'detail', from: '2026-06-14', to: '2026-06-15', features: [], reason: 'wanted' };
const walk = (fields: JsonObject = {}): JsonObject => ({
  id: 'w1',
  date: '2026-06-14',
  modified: 'm1',
  steps: 1,
  ...fields,
});
const told = ({ events }: Changes): readonly string[] =>
  events.map(({ type, revision, changedFields }) => [type, `r${revision}`, ...(changedFields ?? [])].join(' '));

/** Sees one body after the other, and keeps the snapshots between them. */
class Seen {
  readonly snapshots = new Map<string, Snapshot>();
  readonly ids = new Set<string>();
  readonly resource: Resource;
  #cursor = emptyCursor;

  constructor(resource: Resource) {
    this.resource = resource;
  }

  see(items: readonly JsonObject[] | undefined, overrides: Partial<Tick> = {}, window: Window = listing): Changes {
    const [envelope] = this.resource.envelope;
    const body = items === undefined ? undefined : ({ [envelope?.[0] ?? '']: items } as Json);
    return this.of([read(this.resource, window, body)], overrides);
  }

  of(fetched: readonly Fetched[], overrides: Partial<Tick> = {}): Changes {
    const tick = tickOf(this.resource, { cursor: this.#cursor, ...overrides });
    const changes = diff(tick, new KnownSnapshots([...this.snapshots.values()]), fetched);
    for (const one of changes.snapshots) this.snapshots.set(snapshotKey(one.entity, one.identity), one);
    for (const event of changes.events) {
      const id = eventId('c1', event);
      if (this.ids.has(id)) throw new Error(`${event.type} r${event.revision} came twice`);
      this.ids.add(id);
    }
    this.#cursor = changes.cursor;
    return changes;
  }
}

const named = (name: string): Resource => {
  const found = resources.find((resource) => resource.name === name);
  if (found === undefined) throw new Error(`no resource ${name}`);
  return found;
};

describe('a sync of the watch', () => {
  const seenBefore = (resource: Resource): Seen => {
    const seen = new Seen({ ...resource, hot: true });
    seen.see([]);
    return seen;
  };

  it('is told of by what a listing has moved, and not again by the day that it wanted', () => {
    const seen = seenBefore(walksByDay());
    expect(seen.see([walk()]).synced).toEqual(['2026-06-14']);
    const read = seen.see([walk()], {}, detail);
    expect([told(read), read.synced]).toEqual([['WalkRecorded r1'], null]);
    expect(seen.see([walk()]).synced).toBeNull();
    expect(seen.see([walk({ modified: 'm2' })]).synced).toEqual(['2026-06-14']);
  });

  it('is told of by a day that was read for no reason and has changed', () => {
    const seen = seenBefore(walksByDay());
    seen.see([walk()], {}, detail);
    const swept = seen.see([walk({ steps: 2 })], {}, { ...detail, reason: 'sweep' });
    expect([told(swept), swept.synced]).toEqual([['WalkRevised r2 steps'], ['2026-06-14']]);
  });

  it('is told of by the news of a listing that is the data, but not by the first one', () => {
    const first = new Seen({ ...walksByRange(), hot: true });
    expect(first.see([walk()]).synced).toBeNull();
    expect(first.see([walk({ steps: 2 })]).synced).toEqual(['2026-06-14']);
    expect(first.see([walk({ steps: 2, modified: 'm2' })]).synced).toEqual(['2026-06-14']);
    expect(first.see([walk({ steps: 2, modified: 'm2' })]).synced).toBeNull();
  });
});

describe('the news of a listing', () => {
  const at = (...ages: readonly number[]): readonly JsonObject[] =>
    ages.map((hours, index) => {
      const modified = new Date(noon - hours * hour).toISOString();
      return walk({ id: `w${index}`, date: modified.slice(0, 10), modified });
    });

  it('is all that the first one shows, also what a backfill is to tell', () => {
    const seen = new Seen(walksByRange());
    const connection = { ...tickOf(seen.resource).connection, establishedOn: '2026-06-15' };
    const first = seen.see(at(2, 30, 100), { connection, backfilling: true });
    expect(told(first)).toEqual(['WalkRecorded r1']);
    expect(first.news).toMatchObject({ moments: [2, 30, 100].map((age) => noon - age * hour), changes: 3, days: 11 });
  });

  it('is what came since the one before, several within a minute being one', () => {
    const seen = new Seen(walksByRange());
    seen.see(at(40));
    const cursor = { ...listedToday, listedAt: noon - hour };
    const second = seen.see([...at(40), ...at(0.5, 0.5, 0.25).slice(1)], { cursor });
    expect(second.news).toMatchObject({ moments: [0.5, 0.25].map((age) => noon - age * hour), changes: 2 });
  });

  it('knows of the one item of a day, whether it is there and whether it was there before', () => {
    const seen = new Seen({ ...walksByRange(), isDaily: true });
    const after = (items: readonly JsonObject[], listedAt: number): readonly boolean[] => {
      const { isTodayDone, wasDayDone } = seen.see(items, { cursor: { ...listedToday, listedAt } }).news;
      return [isTodayDone, wasDayDone];
    };
    const [yesterday = {}, today = {}] = at(20, 2);
    expect(after([], noon - 30 * hour)).toEqual([false, false]);
    expect(after([yesterday], noon - 13 * hour)).toEqual([false, false]);
    expect(after([yesterday], noon - 13 * hour)).toEqual([false, true]);
    expect(after([yesterday, today], noon - 11 * hour)).toEqual([true, false]);
    expect(after([yesterday, today], noon - hour)).toEqual([true, true]);
  });
});

describe('a listing that does not tell the devices of a day apart', () => {
  const date = '2026-06-14';
  const listed = (modified: string): JsonObject => ({ date, modified });
  const whole = (modified: string, ...intervals: readonly number[]): JsonObject => ({
    ...listed(modified),
    ppiSamplesPerDevice: intervals.map((ppInterval, device) => ({
      recordingDevice: { uuid: `d${device}` },
      ppiSamples: [{ offsetMillis: 0, ppInterval }],
    })),
  });
  const identities = ({ events }: Changes): readonly string[] =>
    events.map(({ type, identity }) => `${type} ${identity.join(' ')}`);

  it('wants a day that is new or whose marker moved, and not again when it was read', () => {
    const seen = new Seen(named('ppi-samples'));
    const wants = (modified: string): readonly string[] =>
      Object.keys(seen.see([listed(modified)], { cursor: emptyCursor }).cursor.wanted);
    expect(wants('m1')).toEqual([date]);
    expect(identities(seen.see([whole('m1', 800, 900)], {}, detail))).toEqual([
      `PpiDayChunk ${date} d0 0 0`,
      `PpiDayUpdated ${date} d0`,
      `PpiDayChunk ${date} d1 0 0`,
      `PpiDayUpdated ${date} d1`,
    ]);
    expect(wants('m1')).toEqual([]);
    expect(wants('m2')).toEqual([date]);
    const grown = seen.see([whole('m2', 800, 950)], {}, detail);
    expect(identities(grown)).toEqual([`PpiDayChunk ${date} d1 0 0`, `PpiDayUpdated ${date} d1`]);
    expect(grown.markerOnly).toBe(1);
    expect(wants('m2')).toEqual([]);
  });

  it('wants nothing that the same poll has read', () => {
    const resource = named('ppi-samples');
    const seen = new Seen(resource);
    const bodies = [
      read(resource, listing, { dailyPpiSamples: [listed('m1')] }),
      read(resource, detail, { dailyPpiSamples: [whole('m1', 800)] }),
    ];
    expect(seen.of(bodies).cursor.wanted).toEqual({});
  });

  it('wants no day again that came back without its only device', () => {
    const seen = new Seen(named('ppi-samples'));
    seen.see([whole('m1', 800)], {}, detail);
    expect(identities(seen.see([whole('m2')], {}, detail))).toEqual([`PpiDayUpdated ${date} unknown`]);
    expect(seen.see([listed('m2')]).cursor.wanted).toEqual({});
  });
});

describe('a change', () => {
  it('is Recorded at first sight, then Revised with the fields that differ, and nothing when read again', () => {
    const seen = new Seen(walksByRange());
    expect(told(seen.see([walk()]))).toEqual(['WalkRecorded r1']);
    expect(told(seen.see([walk()]))).toEqual([]);
    expect(told(seen.see([walk({ steps: 2, pace: '5s', modified: 'm2' })]))).toEqual(['WalkRevised r2 pace steps']);
    expect(told(seen.see([{ id: 'w1', date: '2026-06-14', modified: 'm3', steps: 2 }]))).toEqual([
      'WalkRevised r3 pace',
    ]);
  });

  it('is none when only the marker or a volatile field moved: counted, kept, not told', () => {
    const seen = new Seen(walksByRange());
    seen.see([walk({ legs: [{ modified: 'a', metres: 5 }] })]);
    const changes = seen.see([walk({ modified: 'm2', legs: [{ modified: 'b', metres: 5 }] })]);
    expect([told(changes), changes.markerOnly, changes.snapshots[0]?.marker]).toEqual([[], 1, 'm2']);
    expect(seen.see([walk({ modified: 'm2', legs: [{ modified: 'c', metres: 5 }] })])).toMatchObject({
      events: [],
      snapshots: [],
      markerOnly: 0,
    });
  });

  it('is found without a moved marker', () => {
    const seen = new Seen(walksByRange());
    seen.see([walk()]);
    expect(told(seen.see([walk({ steps: 2 })]))).toEqual(['WalkRevised r2 steps']);
  });

  it('says when, by whose clock, how and of whom', () => {
    const seen = new Seen(walksByRange());
    const [event] = seen.see([walk({ modified: '2026-06-14T10:00:00Z' })]).events;
    expect(event).toEqual({
      type: 'WalkRecorded',
      topic: 'walk',
      resource: 'walks',
      identity: ['w1'],
      revision: 1,
      mode: 'live',
      observedAt: '2026-06-15T12:00:00.000Z',
      polarModifiedAt: '2026-06-14T10:00:00Z',
      utcOffsetMinutes: 0,
      data: walk({ modified: '2026-06-14T10:00:00Z' }),
    });
  });

  it('is told once though two requests of a poll, or two entries of a body, tell of it', () => {
    const seen = new Seen(walksByDay());
    const twice = [walk(), walk({ steps: 2 })];
    const windows = [
      read(seen.resource, detail, { walks: twice }),
      read(seen.resource, { ...detail, from: '2026-06-15', to: '2026-06-16' }, { walks: [walk({ steps: 3 })] }),
    ];
    const changes = seen.of(windows);
    expect([told(changes), changes.events[0]?.data]).toEqual([['WalkRecorded r1'], walk({ steps: 3 })]);
  });

  it('is no news after an upgrade of the canonical form, unless the marker moved', () => {
    const seen = new Seen(walksByRange());
    seen.see([walk(), walk({ id: 'w2' })]);
    for (const [key, one] of seen.snapshots) seen.snapshots.set(key, { ...one, hash: 'c0:old' });
    expect(told(seen.see([walk(), walk({ id: 'w2', modified: 'm2', steps: 2 })]))).toEqual(['WalkRevised r2 steps']);
    expect(told(seen.see([walk({ steps: 9 }), walk({ id: 'w2', modified: 'm2', steps: 2 })]))).toEqual([
      'WalkRevised r2 steps',
    ]);
  });
});

describe('a listing of a two-phase resource', () => {
  it('wants the detail of what is new, moved or back, and of nothing else', () => {
    const seen = new Seen(walksByDay());
    const first = seen.see([walk()]);
    expect([told(first), Object.keys(first.cursor.wanted), first.snapshots]).toEqual([[], ['2026-06-14'], []]);
    expect(told(seen.see([walk()], {}, detail))).toEqual(['WalkRecorded r1']);
    expect(seen.see([walk()]).cursor.wanted).toEqual({});
    expect(Object.keys(seen.see([walk({ modified: 'm2' })]).cursor.wanted)).toEqual(['2026-06-14']);
  });

  it('wants no day that was read in the same poll', () => {
    const seen = new Seen(walksByDay());
    const cursor = { ...emptyCursor, wanted: { '2026-06-14': { since: 's', tries: 0, notBefore: 0 } } };
    const both = [read(seen.resource, listing, { walks: [walk()] }), read(seen.resource, detail, { walks: [walk()] })];
    const suspect = read(seen.resource, { ...detail, phase: 'list', reason: 'suspect' }, { walks: [walk()] });
    const changes = seen.of([...both, suspect], { cursor });
    expect([told(changes), changes.cursor.wanted]).toEqual([['WalkRecorded r1'], {}]);
  });

  it('takes a first lack back as soon as the item is listed, even before its detail is read', () => {
    const seen = new Seen(walksByDay());
    seen.see([walk()], {}, detail);
    seen.see([walk({ id: 'w2' })]);
    seen.see([walk({ modified: 'm2' }), walk({ id: 'w2' })], { at: noon + hour });
    expect(told(seen.see([walk({ id: 'w2' })], { at: noon + 2 * hour }))).toEqual([]);
    expect(told(seen.see([walk({ id: 'w2' })], { at: noon + 3 * hour }))).toEqual(['WalkDeleted r2']);
  });
});

describe('a deletion', () => {
  const others = [walk({ id: 'w2' })];
  const recorded = (resource = walksByRange()): Seen => {
    const seen = new Seen(resource);
    seen.see([walk(), ...others]);
    return seen;
  };

  it('needs two complete listings, far enough apart', () => {
    const seen = recorded();
    const first = seen.see(others, { at: noon });
    expect([told(first), first.cursor.confirmAt]).toEqual([[], noon + hour]);
    const second = seen.see(others, { at: noon + hour - 1 });
    expect([told(second), second.cursor.confirmAt]).toEqual([[], noon + hour]);
    const third = seen.see(others, { at: noon + hour });
    expect([told(third), third.cursor.confirmAt]).toEqual([['WalkDeleted r2'], undefined]);
    expect(third.events[0]).toMatchObject({
      mode: 'reconcile',
      identity: ['w1'],
      data: { identity: ['w1'], date: '2026-06-14', missingSince: '2026-06-15T12:00:00.000Z' },
    });
    expect(told(seen.see(others, { at: noon + 2 * hour }))).toEqual([]);
  });

  it('does not lose its date by a poll that lists nothing', () => {
    const seen = recorded();
    seen.see(others);
    expect(seen.of([], { at: noon + minute }).cursor.confirmAt).toBe(noon + hour);
  });

  it('waits for the next one when two items went at different times', () => {
    const seen = new Seen(walksByRange());
    seen.see([walk(), walk({ id: 'w2' }), walk({ id: 'w3' })]);
    seen.see([walk({ id: 'w2' }), walk({ id: 'w3' })]);
    expect(seen.see([walk({ id: 'w3' })], { at: noon + 30 * minute }).cursor.confirmAt).toBe(noon + hour);
    const changes = seen.see([walk({ id: 'w3' })], { at: noon + hour });
    expect([told(changes), changes.cursor.confirmAt]).toEqual([['WalkDeleted r2'], noon + 90 * minute]);
    expect(told(seen.see([walk({ id: 'w3' })], { at: noon + 90 * minute }))).toEqual(['WalkDeleted r2']);
  });

  it('is taken back by a return before the proof; after it the return is Recorded with a higher revision', () => {
    const seen = recorded();
    seen.see(others);
    expect(told(seen.see([walk(), ...others], { at: noon + hour }))).toEqual([]);
    seen.see(others, { at: noon + 2 * hour });
    expect(told(seen.see(others, { at: noon + 3 * hour }))).toEqual(['WalkDeleted r2']);
    expect(told(seen.see([walk(), ...others], { at: noon + 4 * hour }))).toEqual(['WalkRecorded r3']);
  });

  const twice = (
    seen: Seen,
    items: readonly JsonObject[] | undefined,
    overrides: Partial<Tick>,
    window = listing,
  ): readonly string[] => [
    ...told(seen.see(items, { ...overrides, at: noon + hour }, window)),
    ...told(seen.see(items, { ...overrides, at: noon + 5 * hour }, window)),
  ];

  it.each<[string, readonly JsonObject[] | undefined]>([
    ['an empty list', []],
    ['no body', undefined],
  ])("is never proven by %s while the athlete's other resources fail, but is while they answer", (_, items) => {
    expect(twice(recorded(), items, { siblingsHealthy: false })).toEqual([]);
    expect(twice(recorded(), items, { siblingsHealthy: true })).toEqual(['WalkDeleted r2', 'WalkDeleted r2']);
  });

  it('needs no healthy siblings when the listing held something', () => {
    expect(twice(recorded(), others, { siblingsHealthy: false })).toEqual(['WalkDeleted r2']);
  });

  it('is never proven by an answer of which an entry could not be read: it may be the missing one', () => {
    expect(twice(recorded(), [...others, { note: 'of a new form' }], {})).toEqual([]);
  });

  it('is never proven by a failed request', () => {
    const seen = recorded();
    const failure = new BridgeError('PROVIDER_UNAVAILABLE', 'down');
    for (const at of [noon + hour, noon + 5 * hour])
      expect(seen.of([{ window: listing, facts: [], empty: true, failure }], { at }).events).toEqual([]);
    expect([...seen.snapshots.values()].every(({ missingSince }) => missingSince === null)).toBe(true);
  });

  it('is never told by a backfill, nor while one runs', () => {
    expect(twice(recorded(), others, { kind: 'backfill' })).toEqual([]);
    expect(twice(recorded(), others, { backfilling: true })).toEqual([]);
    const refilling = { from: '2026-01-01', to: '2026-06-15' };
    expect(twice(recorded(), others, { refilling })).toEqual([]);
  });

  it('is never proven by a listing of other days, nor by a detail', () => {
    expect(twice(recorded(), others, {}, { ...listing, to: '2026-06-14' })).toEqual([]);
    expect(twice(recorded(), others, {}, { ...listing, phase: 'detail', reason: 'wanted' })).toEqual([]);
  });

  it.each([
    [89, ['WalkDeleted r2']],
    [90, []],
  ])('of something %i days old is told or not by what the provider keeps', (ago, wanted) => {
    const seen = new Seen(walksByRange({ days: 200 }));
    const overrides = { connection: { id: 'c1', tenant: 'acme', utcOffsetMinutes: 0, establishedOn: '2025-01-01' } };
    seen.see([walk({ date: addDays('2026-06-15', -ago) }), ...others], overrides);
    expect(twice(seen, others, overrides, { ...listing, from: '2026-01-01' })).toEqual(wanted);
  });
});

describe('history', () => {
  const connection = { id: 'c1', tenant: 'acme', utcOffsetMinutes: 0, establishedOn: '2026-06-12' };
  const items = [walk({ id: 'old', date: '2026-06-11' }), walk({ id: 'new', date: '2026-06-12' })];
  const of = (overrides: Partial<Tick>): readonly (readonly [string, string | undefined])[] =>
    new Seen(walksByRange())
      .see(items, { connection, polling: { ...polling, backfillDays: 3 }, ...overrides })
      .events.map(({ mode, identity }) => [mode, identity[0]]);

  it('belongs to the backfill, what came after the connection to the live poll, until the backfill is over', () => {
    expect(of({ kind: 'backfill', backfilling: true })).toEqual([['backfill', 'old']]);
    expect(of({ backfilling: true })).toEqual([['live', 'new']]);
    expect(of({})).toEqual([
      ['live', 'old'],
      ['live', 'new'],
    ]);
  });

  const refilling = { from: '2026-06-11', to: '2026-06-12' };

  it('that is fetched again is told as a backfill’s, whoever sees it first, and the live poll goes on', () => {
    const cursor = {
      ...listedToday,
      backfill: { startedAt: '2026-06-15T12:00:00.000Z', origin: 'demand', ...refilling },
    } as const;
    expect(of({ kind: 'backfill', cursor, refilling })).toEqual([['backfill', 'old']]);
    expect(of({ refilling })).toEqual([
      ['backfill', 'old'],
      ['live', 'new'],
    ]);
  });

  it('that was fetched on demand is the live poll’s from then on', () => {
    const old = { polling: { ...polling, backfillDays: 0 }, cursor: { ...listedToday, historyFrom: '2026-06-11' } };
    expect(of(old).map(([, id]) => id)).toEqual(['old', 'new']);
    expect(of({ cursor: { ...listedToday, historyFrom: '2026-06-12' } }).map(([, id]) => id)).toEqual(['new']);
  });

  it('that nobody asked for is nobody’s', () => {
    expect(of({ polling: { ...polling, backfillDays: 0 } })).toEqual([['live', 'new']]);
  });
});

describe('sleep', () => {
  const sleeps = named('sleeps');
  const night = (fields: JsonObject = {}): JsonObject => ({
    sleepDate: '2026-06-14',
    sleepResult: { hypnogram: { sleepEnd: '2026-06-14T06:30:00.5+02:00' } },
    ...fields,
  });
  const score = (value: number, lastModified = '2026-06-14T06:40:00Z'): JsonObject => ({
    sleepScore: { sleepScore: value, lastModified },
  });
  const see = (seen: Seen, item: JsonObject, overrides: Partial<Tick> = {}): Changes =>
    seen.see([item], overrides, detail);

  it('is Recorded and Scored in one poll when the score is there from the start', () => {
    const changes = see(new Seen(sleeps), night(score(80)));
    expect(told(changes)).toEqual(['SleepRecorded r1', 'SleepScored r1']);
    expect(changes.events.map(({ data }) => data)).toEqual([
      night(score(80)),
      { sleepDate: '2026-06-14', ...score(80) },
    ]);
  });

  it('is Scored alone when only the score appears, and both when more changed with it', () => {
    const seen = new Seen(sleeps);
    see(seen, night());
    expect(told(see(seen, night(score(80))))).toEqual(['SleepScored r2']);
    const other = new Seen(sleeps);
    see(other, night());
    expect(told(see(other, night({ ...score(80), sleepEvaluation: { age: 33 } })))).toEqual([
      'SleepRevised r2 sleepEvaluation',
      'SleepScored r2',
    ]);
  });

  it('is Revised when it is scored anew or loses its score, and Scored when it comes back', () => {
    const seen = new Seen(sleeps);
    see(seen, night(score(80)));
    expect(told(see(seen, night(score(81))))).toEqual(['SleepRevised r2 sleepScore']);
    expect(told(see(seen, night(score(81, '2026-06-14T09:00:00Z'))))).toEqual([]);
    expect(told(see(seen, night()))).toEqual(['SleepRevised r3 sleepScore']);
    expect(told(see(seen, night(score(81))))).toEqual(['SleepScored r4']);
  });

  it('teaches the offset of the athlete by news of these days, and never by old ones or by what is read again', () => {
    const at = (offset: string): JsonObject =>
      night({ sleepResult: { hypnogram: { sleepEnd: `2026-06-14T06:30:00${offset}` } } });
    const of = (utcOffsetMinutes: number | null) => ({
      connection: { ...tickOf(sleeps).connection, utcOffsetMinutes },
    });
    const seen = new Seen(sleeps);
    expect(see(seen, at('-03:30'), of(null)).utcOffsetMinutes).toBe(-210);
    expect(see(seen, at('-03:30'), of(60)).utcOffsetMinutes).toBeNull();
    expect(see(seen, at('+02:00'), of(60)).utcOffsetMinutes).toBe(120);
    const old = { ...at('+05:45'), sleepDate: '2026-06-01' };
    expect(see(new Seen(sleeps), old, of(60)).utcOffsetMinutes).toBeNull();
    expect(see(new Seen(sleeps), old, of(null)).utcOffsetMinutes).toBe(345);
    expect(see(new Seen(sleeps), { sleepDate: '2026-06-14' }, of(null)).utcOffsetMinutes).toBeNull();
  });

  it('is asked for again when the Nightly Recharge of its date has changed, and only then', () => {
    const seen = new Seen(named('nightly-recharge-results'));
    const result = { sleepResultDate: '2026-06-14', modified: 'm1', ansStatus: 1.5 };
    expect(seen.see([result]).triggers).toEqual([{ resource: 'sleeps', dates: ['2026-06-14'] }]);
    expect(seen.see([{ ...result, modified: 'm2' }]).triggers).toEqual([]);
  });
});

describe('a day of heart rate', () => {
  const sample = (minutes: number, heartRate: number): JsonObject => ({
    offsetMillis: minutes * minute,
    heartRate,
    triggerType: 'TRIGGER_TIMED_247',
  });
  const dayOf = (state: number, samples: readonly JsonObject[], fields: JsonObject = {}): JsonObject => ({
    date: '2026-06-14',
    deviceRef: { deviceId: 'AB12CD34' },
    state,
    samples,
    ...fields,
  });
  const morning = [sample(10, 50), sample(70, 60)];

  it('is Updated with the chunks that changed, and no others', () => {
    const seen = new Seen(named('continuous-samples'));
    const first = seen.see([dayOf(1, morning)]);
    expect(told(first)).toEqual(['HeartRateDayChunk r1', 'HeartRateDayChunk r1', 'HeartRateDayUpdated r1']);
    const second = seen.see([dayOf(2, [...morning, sample(75, 70)])]);
    expect(second.events.map(({ type, identity }) => [type, ...identity])).toEqual([
      ['HeartRateDayChunk', '2026-06-14', 'AB12CD34', '1', '0'],
      ['HeartRateDayUpdated', '2026-06-14', 'AB12CD34'],
    ]);
    expect(second.events[1]?.changedFields).toEqual([
      'avgHeartRate',
      'chunks',
      'count',
      'lastOffsetMillis',
      'maxHeartRate',
    ]);
    expect(seen.see([dayOf(2, [...morning, sample(75, 70)])]).events).toEqual([]);
    expect(seen.see([dayOf(3, [...morning, sample(75, 70)])])).toMatchObject({ events: [], markerOnly: 1 });
  });

  it('keeps fields that nobody foresaw, of the day and of its samples', () => {
    const [chunk, whole] = new Seen(named('continuous-samples')).see([
      dayOf(1, [{ ...sample(1, 50), quality: 3 }, sample(2, 51)], {
        source: 'WRIST',
        deviceRef: { deviceId: 'A', colour: 'red' },
      }),
    ]).events;
    expect(chunk?.data).toMatchObject({ quality: [3, null], heartRate: [50, 51], triggerType: 'TRIGGER_TIMED_247' });
    expect(whole?.data).toMatchObject({ source: 'WRIST', deviceRef: { deviceId: 'A', colour: 'red' }, state: 1 });
    expect(whole?.data).not.toHaveProperty('samples');
  });

  it('is Finalized once, when it is over and was quiet for long enough, and again after a late change', () => {
    const seen = new Seen(named('continuous-samples'));
    const at = (hours: number, item: JsonObject): readonly string[] =>
      told(seen.see([item], { at: noon - 12 * hour + hours * hour })).filter((one) => !one.includes('Chunk'));
    // 2026-06-15T00:00 is hour 0: the day is over.
    expect(at(-2, dayOf(1, morning))).toEqual(['HeartRateDayUpdated r1']);
    expect(at(21.9, dayOf(1, morning))).toEqual([]);
    expect(at(22, dayOf(1, morning))).toEqual(['HeartRateDayFinalized r1']);
    expect(at(23, dayOf(1, morning))).toEqual([]);
    expect(at(30, dayOf(2, [...morning, sample(75, 70)]))).toHaveLength(1);
    expect(at(53, dayOf(2, [...morning, sample(75, 70)]))).toEqual([]);
    expect(at(54, dayOf(3, [...morning, sample(75, 70)]))).toEqual(['HeartRateDayFinalized r2']);
  });

  it('is not over while it may still go on somewhere', () => {
    const seen = new Seen(named('continuous-samples'));
    const connection = { ...tickOf(seen.resource).connection, utcOffsetMinutes: null };
    const quick = { connection, polling: { ...polling, finaliseSeconds: 60 } };
    const at = (hours: number): readonly string[] =>
      told(seen.see([dayOf(1, [])], { ...quick, at: noon - 12 * hour + hours * hour }));
    expect([at(0), at(11.9), at(12)]).toEqual([['HeartRateDayUpdated r1'], [], ['HeartRateDayFinalized r1']]);
  });

  it('stays open until every device of it is final', () => {
    const seen = new Seen(named('continuous-samples'));
    const other = (state: number, samples: readonly JsonObject[]): JsonObject =>
      dayOf(state, samples, { deviceRef: { deviceId: 'B' } });
    seen.see([dayOf(1, morning), other(1, [])], { at: noon });
    const changed = seen.see([dayOf(1, morning), other(2, morning)], { at: noon + 10 * hour });
    expect(changed.cursor.open).toEqual({ '2026-06-14': noon + 10 * hour });
    const half = seen.see([dayOf(1, morning), other(2, morning)], { at: noon + day });
    expect([told(half), half.cursor.open]).toEqual([['HeartRateDayFinalized r1'], { '2026-06-14': noon + 10 * hour }]);
    const whole = seen.see([other(2, morning), dayOf(1, morning)], { at: noon + day + 10 * hour });
    expect([told(whole), whole.cursor.open]).toEqual([['HeartRateDayFinalized r2'], {}]);
  });

  it('has nothing to wait for when it is not there any more', () => {
    const seen = new Seen(named('continuous-samples'));
    seen.see([dayOf(1, morning)]);
    const window: Window = { ...listing, from: '2026-06-14', to: '2026-06-15', reason: 'final' };
    expect(seen.see([], { at: noon + 5 * day }, window).cursor.open).toEqual({});
  });
});

describe('a training session', () => {
  const sessions = named('training-sessions');
  const session = (rates: readonly number[], fields: JsonObject = {}): JsonObject => ({
    identifier: { id: '77' },
    startTime: '2026-06-14T07:00:00',
    modified: `m${rates.length}`,
    timezoneOffsetMinutes: 180,
    exercises: [
      {
        startTime: '2026-06-14T07:00:00',
        samples: {
          samples: [{ type: 'HEART_RATE', intervalMillis: 1_800_000, values: rates }],
          swimmingPhases: { phases: [] },
        },
        routes: {
          route: { startTime: '2026-06-14T07:00:01', wayPoints: [{ elapsedMillis: 4_000_000, latitude: 60.1 }] },
        },
      },
    ],
    ...fields,
  });

  it('is published whole but for its series, which follow by the hour, and then what there is', () => {
    const seen = new Seen(sessions);
    const changes = seen.see([session([100, 110, 120])], {}, detail);
    expect(changes.events.map(({ type, identity }) => [type, ...identity])).toEqual([
      ['SessionRecorded', '77'],
      ['SessionSamplesChunk', '77', '0', '0', '0'],
      ['SessionSamplesChunk', '77', '0', '1', '0'],
      ['SessionSamplesAvailable', '77'],
    ]);
    expect(changes.events[0]?.data).toMatchObject({
      exercises: [
        { samples: { swimmingPhases: { phases: [] } }, routes: { route: { startTime: '2026-06-14T07:00:01' } } },
      ],
    });
    expect(JSON.stringify(changes.events[0]?.data)).not.toMatch(/HEART_RATE|wayPoints/);
    expect(changes.events[2]?.data).toMatchObject({
      hour: 1,
      series: [
        { type: 'HEART_RATE', intervalMillis: 1_800_000, startIndex: 2, values: [120] },
        { type: 'ROUTE', elapsedMillis: [4_000_000], latitude: [60.1], longitude: [null], altitude: [null] },
      ],
    });
    expect(changes.utcOffsetMinutes).toBe(180);
  });

  it('sends only the hours that changed, and nothing for a touch', () => {
    const seen = new Seen(sessions);
    seen.see([session([100, 110, 120])], {}, detail);
    expect(told(seen.see([session([100, 110, 120], { modified: 'touched' })], {}, detail))).toEqual([]);
    expect(told(seen.see([session([100, 110, 120, 130])], {}, detail))).toEqual([
      'SessionSamplesChunk r2 series',
      'SessionSamplesAvailable r2 chunks',
    ]);
    expect(told(seen.see([session([100, 110, 120, 130], { note: 'windy' })], {}, detail))).toEqual([
      'SessionRevised r2 note',
    ]);
  });
});
