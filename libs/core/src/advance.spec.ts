import { describe, expect, it } from '@jest/globals';
import { advance, backfillOver, givenUp, mergeArrivals, pollingEvent, suspectDays } from './advance.ts';
import { Athlete, broken, json, type Reply } from './athlete.fixture.ts';
import { addDays } from './calendar.ts';
import { emptyCursor, type Cursor, type Want } from './cursor.ts';
import { BridgeError, type ErrorCode } from './errors.ts';
import { plan } from './plan.ts';
import type { Fetched } from './read.ts';
import { defineResource, factsIn } from './resource.ts';
import { day, hour, listedToday, minute, noon, polling, tickOf, walksByDay, walksByRange } from './tick.fixture.ts';
import type { Tick, Window } from './tick.ts';

const none = { events: [], missing: [], wanted: [], open: {} };
const want = (overrides: Partial<Want> = {}): Want => ({ since: 's1', tries: 0, notBefore: 0, ...overrides });
const ok = (window: Window): Fetched => ({ window, facts: [], empty: true });
const failed = (window: Window, code: ErrorCode = 'PROVIDER_UNAVAILABLE'): Fetched => ({
  window,
  facts: [],
  empty: false,
  failure: new BridgeError(code, 'no'),
});
const detail: Window = { phase: 'detail', from: '2026-06-14', to: '2026-06-15', features: [], reason: 'wanted' };
const listing: Window = { phase: 'list', from: '2026-06-05', to: '2026-06-16', features: [], reason: 'listing' };
const suspect: Window = { ...detail, phase: 'list', reason: 'suspect' };

describe('a day that is wanted', () => {
  const wanted = { '2026-06-14': want() };
  const after = (one: Fetched, cursor: Partial<Cursor> = {}): Cursor =>
    advance(tickOf(walksByDay(), { cursor: { ...emptyCursor, wanted, ...cursor } }), [one], none).cursor;

  it('is done when it was read, and it is remembered when', () => {
    expect(after(ok(detail))).toMatchObject({ wanted: {}, readAt: { '2026-06-14': noon } });
  });

  it('puts the listing off, which is not done by that', () => {
    const { listedAt } = after(ok(detail));
    expect(listedAt).toBeUndefined();
    expect(after(ok(listing)).listedAt).toBe(noon);
  });

  it('remembers an answer beside which it had no request left', () => {
    const cut = (...fetched: Fetched[]) =>
      advance(tickOf(walksByDay(), { cursor: { ...emptyCursor, wanted } }), fetched, none).cursor.answeredAt;
    expect(cut(ok(listing), failed(detail, 'BUDGET_EXHAUSTED'))).toBe(noon);
    expect(cut(ok(listing), failed(detail))).toBeUndefined();
    expect(cut(failed(detail, 'BUDGET_EXHAUSTED'))).toBeUndefined();
  });

  it.each<ErrorCode>(['BUDGET_EXHAUSTED', 'PROVIDER_RATE_LIMITED'])('is as it was after %s', (code) => {
    expect(after(failed(detail, code)).wanted).toEqual(wanted);
  });

  it('waits twice as long after each failed try', () => {
    let cursor: Cursor = { ...emptyCursor, wanted };
    const pauses: number[] = [];
    for (let tries = 1; tries < 5; tries += 1) {
      cursor = after(failed(detail), cursor);
      expect(cursor.wanted['2026-06-14']).toMatchObject({ since: 's1', tries });
      pauses.push(((cursor.wanted['2026-06-14']?.notBefore ?? 0) - noon) / minute);
    }
    expect(pauses).toEqual([1, 2, 4, 8]);
    expect(cursor.readAt).toEqual({});
  });

  it('is given up for a week at the fifth, which is told once however often it fails again', () => {
    const tick = (cursor: Cursor, at: number): Tick => tickOf(walksByDay(), { cursor, at });
    const first = advance(
      tick({ ...emptyCursor, wanted: { '2026-06-14': want({ tries: 4 }) } }, noon),
      [failed(detail)],
      none,
    );
    expect(first.events).toEqual([
      expect.objectContaining({
        type: 'PollWindowSkipped',
        topic: 'polling',
        revision: 1,
        data: {
          resource: 'walks',
          date: '2026-06-14',
          tries: 5,
          reason: 'PROVIDER_UNAVAILABLE',
          retryAt: '2026-06-22T12:00:00.000Z',
        },
      }),
    ]);
    expect(givenUp(first.cursor)).toEqual(['2026-06-14']);
    const again = advance(tick(first.cursor, noon + 7 * day), [failed(detail)], none);
    expect(again.events).toEqual([]);
    expect(again.cursor.wanted['2026-06-14']).toMatchObject({
      skippedAt: '2026-06-15T12:00:00.000Z',
      notBefore: noon + 14 * day,
    });
    expect(advance(tick(again.cursor, noon + 14 * day), [ok(detail)], none).cursor.wanted).toEqual({});
  });

  it('is told of once when both its listing and its detail are given up at the same time', () => {
    const cursor = {
      ...emptyCursor,
      wanted: { '2026-06-14': want({ tries: 4 }) },
      suspects: { '2026-06-14': want({ tries: 4 }) },
    };
    const { events } = advance(tickOf(walksByDay(), { cursor }), [failed(detail), failed(suspect)], none);
    expect(events).toHaveLength(1);
  });

  it('counts a sweep that fails as a first try', () => {
    expect(after(failed({ ...detail, reason: 'sweep' }), { wanted: {} }).wanted['2026-06-14']).toMatchObject({
      tries: 1,
    });
  });

  it('keeps its older reason when it is wanted again', () => {
    const tick = tickOf(walksByDay(), {
      cursor: { ...emptyCursor, wanted: { '2026-06-14': want({ tries: 2, notBefore: 9 }) } },
    });
    const { cursor } = advance(tick, [], { ...none, wanted: ['2026-06-14', '2026-06-13'] });
    expect(cursor.wanted).toEqual({
      '2026-06-14': want({ tries: 2, notBefore: 9 }),
      '2026-06-13': { since: '2026-06-15T12:00:00.000Z', tries: 0, notBefore: 0 },
    });
  });
});

describe('a listing', () => {
  it('is complete when all of its requests succeeded', () => {
    const tick = tickOf(walksByRange());
    expect(advance(tick, [ok(listing)], none).cursor).toMatchObject({ listedAt: noon, listedOn: '2026-06-15' });
    expect(advance(tick, [ok(listing), failed(listing)], none).cursor.listedAt).toBeUndefined();
    expect(advance(tick, [ok(listing), failed(listing, 'BUDGET_EXHAUSTED')], none).cursor.listedAt).toBeUndefined();
  });

  it('has nothing left to list when every day is asked for alone', () => {
    const suspects = Object.fromEntries(
      plan(tickOf(walksByRange({ before: 1 })))
        .flatMap(({ from }) => [from, addDays(from, 1)])
        .map((date) => [date, want({ notBefore: noon + 1 })]),
    );
    const tick = tickOf(walksByRange({ before: 1 }), { cursor: { ...listedToday, suspects } });
    expect(plan(tick)).toEqual([]);
    expect(advance(tick, [], none).cursor.listedAt).toBe(noon);
  });

  it('that is not due is not taken for made', () => {
    const cursor = { ...emptyCursor, listedAt: noon - minute };
    expect(advance(tickOf(walksByRange(), { cursor }), [ok(suspect)], none).cursor.listedAt).toBe(noon - minute);
  });

  it.each<[ErrorCode, number]>([
    ['PROVIDER_UNAVAILABLE', 11],
    ['PROVIDER_REJECTED', 11],
    ['PROVIDER_SCHEMA_UNKNOWN', 11],
    ['BUDGET_EXHAUSTED', 0],
    ['TOKEN_REJECTED', 0],
  ])('that fails with %s beside one that succeeds has %i suspect days', (code, count) => {
    const { suspects } = advance(tickOf(walksByRange()), [ok(listing), failed(listing, code)], none).cursor;
    expect(Object.keys(suspects)).toHaveLength(count);
  });
});

describe('suspectDays', () => {
  const tick = tickOf(walksByRange());

  it('splits what fails from the third failure on, while others answer', () => {
    expect(suspectDays(tick, 2)).toBe(tick.cursor);
    expect(suspectDays({ ...tick, siblingsHealthy: false }, 9)).toEqual(tick.cursor);
    expect(Object.keys(suspectDays(tick, 3).suspects)).toHaveLength(11);
  });

  it('splits what is left beside the suspects that there are', () => {
    const known = want({ tries: 3, notBefore: noon + hour });
    const cursor = { ...listedToday, suspects: { '2026-06-10': known } };
    const { suspects } = suspectDays({ ...tick, cursor }, 3);
    expect(Object.keys(suspects).toSorted()).toEqual([
      '2026-06-05',
      '2026-06-06',
      '2026-06-07',
      '2026-06-08',
      '2026-06-09',
      '2026-06-10',
    ]);
    expect(suspects['2026-06-10']).toEqual(known);
  });

  it('splits nothing when it was the control that failed, nor when nothing but details is left of a backfill', () => {
    const cursor = { ...emptyCursor, listedAt: noon, wanted: { '2026-06-10': want({ tries: 1 }) } };
    expect(suspectDays({ ...tick, cursor }, 3)).toEqual(cursor);
    const backfill = { ...emptyCursor, wanted: { '2025-12-10': want() } };
    expect(suspectDays({ ...tick, kind: 'backfill', cursor: backfill }, 3)).toEqual(backfill);
  });

  it('splits the range that a backfill is at, and the open days of a last read', () => {
    const remaining = { from: '2025-11-01', to: '2026-01-01' };
    const backfill = suspectDays({ ...tick, kind: 'backfill', cursor: { ...emptyCursor, remaining } }, 3);
    expect(Object.keys(backfill.suspects).toSorted()[0]).toBe('2025-12-04');
    expect(Object.keys(backfill.suspects)).toHaveLength(28);
    const open = { '2026-05-20': 0, '2026-05-23': 0 };
    const cursor = { ...emptyCursor, listedAt: noon, open };
    expect(Object.keys(suspectDays({ ...tick, cursor }, 3).suspects)).toEqual(Object.keys(open));
  });
});

describe('mergeArrivals', () => {
  const before: Cursor = { ...emptyCursor, listedAt: 1, wanted: { a: want(), b: want() } };

  it('keeps what arrived while the poll was under way, and only that', () => {
    const arrived = want({ since: 's2' });
    const stored = { ...before, wanted: { a: arrived, b: want(), c: arrived }, open: { d: 4 } };
    const after = { ...emptyCursor, listedAt: 2, wanted: { e: want() } };
    expect(mergeArrivals(before, stored, after)).toEqual({
      ...after,
      wanted: { a: arrived, c: arrived, e: want() },
      open: { d: 4 },
    });
    expect(mergeArrivals(before, before, after)).toEqual(after);
  });

  it('lists again when that was demanded meanwhile', () => {
    const { listedAt: _listedAt, ...stored } = before;
    expect(mergeArrivals(before, stored, { ...before, listedAt: 2 })).not.toHaveProperty('listedAt');
    expect(mergeArrivals(stored, stored, { ...before, listedAt: 2 })).toHaveProperty('listedAt', 2);
    // asked for again while the poll that was asked for is under way
    const [first, again] = ['2026-06-15T12:00:00Z', '2026-06-15T12:00:01Z'].map((demandedAt) => ({
      ...stored,
      demandedAt,
    }));
    const demanded = mergeArrivals(first ?? stored, again ?? stored, { ...before, listedAt: 2 });
    expect([demanded.listedAt, demanded.demandedAt]).toEqual([undefined, '2026-06-15T12:00:01Z']);
    expect(mergeArrivals(first ?? stored, first ?? stored, { ...before, listedAt: 2 })).toHaveProperty('listedAt', 2);
  });
});

describe('a stall', () => {
  const cursor = { ...emptyCursor, stalledSince: '2026-06-15T09:00:00.000Z' };
  const after = (fetched: readonly Fetched[]) => advance(tickOf(walksByRange(), { cursor }), fetched, none);

  it('ends with the first answer, and that is told', () => {
    const { events, cursor } = after([ok(listing)]);
    expect(events).toEqual([
      expect.objectContaining({ type: 'SyncRecovered', identity: ['walks', '2026-06-15T09:00:00.000Z'] }),
    ]);
    expect(cursor).not.toHaveProperty('stalledSince');
  });

  it.each([
    ['nothing was asked', []],
    ['nothing was answered', [failed(detail)]],
  ])('goes on when %s', (_, fetched) => {
    const { events, cursor } = after(fetched);
    expect(events).toEqual([]);
    expect(cursor.stalledSince).toBe('2026-06-15T09:00:00.000Z');
  });
});

it('a backfill is over when nothing is left but days that were given up', () => {
  const skipped = { '2026-01-01': want({ skippedAt: 's' }) };
  expect(backfillOver({ ...emptyCursor, wanted: skipped, suspects: skipped })).toBe(true);
  expect(backfillOver({ ...emptyCursor, wanted: { '2026-01-01': want() } })).toBe(false);
  expect(backfillOver({ ...emptyCursor, suspects: { '2026-01-01': want() } })).toBe(false);
  expect(backfillOver({ ...emptyCursor, remaining: { from: '2026-01-01', to: '2026-01-02' } })).toBe(false);
});

it('an event about the polling is of the mode of its target', () => {
  expect(pollingEvent(tickOf(walksByRange(), { kind: 'backfill' }), 'X', ['i'], {}).mode).toBe('backfill');
  expect(pollingEvent(tickOf(walksByRange()), 'X', ['i'], {})).toMatchObject({ mode: 'live', resource: 'polling' });
});

/** A provider of walks, one per day, and of a sibling that answers or doesn't. */
class Provider {
  down = false;
  walksDown = false;
  readonly poison = new Set<string>();
  readonly poisonDetail = new Set<string>();
  readonly versions = new Map<string, number>();
  first = '2026-05-10';
  last = '2026-06-15';

  readonly serve = (url: URL): Reply => {
    if (this.down || (this.walksDown && url.pathname === '/walks')) return broken;
    const [from, to] = ['from', 'to'].map((name) => url.searchParams.get(name) ?? '') as [string, string];
    const detail = url.searchParams.has('features');
    const days: string[] = [];
    for (let date = from; date < to; date = addDays(date, 1))
      if (date >= this.first && date <= this.last) days.push(date);
    if (url.pathname === '/walks' && days.some((date) => (detail ? this.poisonDetail : this.poison).has(date)))
      return broken;
    return json({
      walks: days.map((date) => ({
        id: date,
        date,
        modified: `v${this.versions.get(date) ?? 1}`,
        steps: this.versions.get(date) ?? 1,
      })),
    });
  };
}

const sibling = defineResource({
  ...walksByRange(),
  name: 'hikes',
  request: { ...walksByRange().request, path: '/hikes' },
  entities: { hike: { events: { recorded: 'HikeRecorded', revised: 'HikeRevised' } } },
  facts: (item) => factsIn(walksByRange(), item, 'list').map((fact) => ({ ...fact, entity: 'hike' })),
});

describe.each([
  ['a range', walksByRange()],
  ['a listing and details', walksByDay()],
])('an athlete watched by %s', (_, resource) => {
  const twoPhase = resource.request.shape === 'listing';
  const start = async (
    poison: readonly string[] = [],
    backfillDays = 28,
  ): Promise<{ provider: Provider; athlete: Athlete }> => {
    const provider = new Provider();
    for (const date of poison) provider.poison.add(date);
    const athlete = new Athlete({
      resources: [resource, sibling],
      serve: provider.serve,
      polling: { ...polling, backfillDays },
      at: noon,
    });
    await athlete.until(noon);
    return { provider, athlete };
  };
  const seen = (athlete: Athlete): readonly string[] =>
    athlete
      .of('WalkRecorded')
      .map(({ identity }) => identity[0] ?? '')
      .toSorted();

  it('is not given up on in an outage of a day: nothing is skipped, and nothing is lost after it', async () => {
    const { provider, athlete } = await start();
    provider.down = true;
    provider.last = '2026-06-16';
    provider.versions.set('2026-06-13', 2);
    await athlete.until(noon + day);
    expect(athlete.requests.filter(({ at }) => at > noon).length).toBeLessThan(200);
    provider.down = false;
    await athlete.until(noon + 2 * day);
    expect(athlete.of('PollWindowSkipped')).toEqual([]);
    expect(seen(athlete)).toContain('2026-06-16');
    expect(athlete.of('WalkRevised').map(({ identity }) => identity[0])).toEqual(['2026-06-13']);
    expect(athlete.cursor('walks')).toMatchObject({ wanted: {}, suspects: {} });
    expect(athlete.of('SyncStalled')).toHaveLength(2);
    expect(athlete.of('SyncRecovered')).toHaveLength(2);
  });

  it('is not given up on when only this resource is down, however long', async () => {
    const { provider, athlete } = await start();
    provider.walksDown = true;
    provider.last = '2026-06-17';
    await athlete.until(noon + 2 * day);
    expect(athlete.of('PollWindowSkipped')).toEqual([]);
    expect(athlete.requests.filter(({ url, at }) => url.pathname === '/walks' && at > noon).length).toBeLessThan(60);
    provider.walksDown = false;
    await athlete.until(noon + 4 * day);
    expect(athlete.of('PollWindowSkipped')).toEqual([]);
    expect(seen(athlete)).toContain('2026-06-17');
    expect(athlete.cursor('walks').suspects).toEqual({});
  });

  it('loses one day when one day is poison for ever, says so once, tries it weekly, and has it when it is well again', async () => {
    const { provider, athlete } = await start();
    provider.poison.add('2026-06-12');
    if (twoPhase) {
      provider.poison.delete('2026-06-12');
      provider.poisonDetail.add('2026-06-12');
    }
    provider.versions.set('2026-06-12', 2);
    provider.versions.set('2026-06-11', 2);
    await athlete.listNow('walks');
    await athlete.until(noon + 2 * day);
    expect(athlete.of('PollWindowSkipped').map(({ data }) => data)).toEqual([
      expect.objectContaining({ resource: 'walks', date: '2026-06-12', tries: 5, reason: 'PROVIDER_UNAVAILABLE' }),
    ]);
    expect(athlete.of('WalkRevised').map(({ identity }) => identity[0])).toEqual(['2026-06-11']);
    provider.versions.set('2026-06-13', 3);
    await athlete.until(noon + 3 * day);
    expect(athlete.of('WalkRevised').map(({ identity }) => identity[0])).toEqual(['2026-06-11', '2026-06-13']);
    provider.poison.clear();
    provider.poisonDetail.clear();
    await athlete.until(noon + 10 * day);
    expect(athlete.of('WalkRevised').map(({ identity }) => identity[0])).toContain('2026-06-12');
    expect(athlete.of('PollWindowSkipped')).toHaveLength(1);
    expect(athlete.of('SyncRecovered')).toHaveLength(athlete.of('SyncStalled').length);
    expect(athlete.cursor('walks')).toMatchObject({ wanted: {}, suspects: {} });
  });

  it('is not held up by a second poison day beside the first', async () => {
    const { provider, athlete } = await start();
    provider.poison.add('2026-06-12');
    await athlete.until(noon + day);
    provider.poison.add('2026-06-08');
    provider.poison.add('2026-06-15');
    provider.last = '2026-06-17';
    await athlete.until(noon + 4 * day);
    expect(
      athlete
        .of('PollWindowSkipped')
        .map(({ data }) => (data as { date: string }).date)
        .toSorted(),
    ).toEqual(['2026-06-08', '2026-06-12', '2026-06-15']);
    expect(seen(athlete)).toContain('2026-06-17');
    expect(athlete.requests.filter(({ at }) => at > noon).length).toBeLessThan(1500);
  });

  it('has the rest of his history when one day of it is poison, and is told which is missing', async () => {
    const { athlete } = await start(['2026-06-01']);
    await athlete.until(noon + 3 * day);
    expect(athlete.backfilling).toBe(false);
    expect(seen(athlete).filter((date) => date < '2026-06-15')).toEqual(
      Array.from({ length: 28 }, (_, index) => addDays('2026-05-18', index)).filter((date) => date !== '2026-06-01'),
    );
    expect(athlete.of('BackfillCompleted')).toHaveLength(1);
    expect(athlete.of('PollWindowSkipped')).toHaveLength(1);
    expect(athlete.events.filter(({ type, mode }) => type === 'WalkRecorded' && mode === 'backfill')).toHaveLength(27);
  });

  it('loses no reason that arises while the answer to an older one is on its way', async () => {
    const { provider, athlete } = await start();
    provider.versions.set('2026-06-14', 2);
    let meanwhile = 0;
    athlete.onFetched = (name) => {
      if (name !== 'walks' || (meanwhile += 1) > 1) return;
      provider.versions.set('2026-06-14', 3);
      athlete.now += 1;
      athlete.want('walks', ['2026-06-14']);
    };
    athlete.want('walks', ['2026-06-14']);
    await athlete.until(noon + 1000);
    expect(athlete.of('WalkRevised').map(({ data }) => (data as { steps: number }).steps)).toEqual([2, 3]);
  });
});

describe('an athlete whose polls have one request each', () => {
  const start = async () => {
    const provider = new Provider();
    provider.first = '2026-06-14';
    const athlete = new Athlete({
      resources: [walksByDay()],
      serve: provider.serve,
      polling: { ...polling, backfillDays: 0, maxSeconds: polling.minSeconds },
      at: noon - day,
      oneRequestEveryMs: 15 * minute,
    });
    await athlete.until(noon);
    return { provider, athlete };
  };
  const told = (athlete: Athlete, type: string): readonly string[] =>
    athlete.of(type).map(({ identity }) => identity[0] ?? '');

  it('has the days read that a listing has found, although the next listing is due by then', async () => {
    const { athlete } = await start();
    expect(told(athlete, 'WalkRecorded').toSorted()).toEqual(['2026-06-14', '2026-06-15']);
    expect(athlete.cursor('walks').wanted).toEqual({});
  });

  it('has a day tried again that has failed, and goes on with the others', async () => {
    const { provider, athlete } = await start();
    provider.poisonDetail.add('2026-06-15');
    provider.versions.set('2026-06-15', 2);
    provider.versions.set('2026-06-14', 2);
    await athlete.until(noon + 2 * hour);
    expect(told(athlete, 'WalkRevised')).toEqual(['2026-06-14']);
    expect(athlete.cursor('walks').wanted['2026-06-15']?.tries).toBeGreaterThan(1);
    provider.poisonDetail.clear();
    await athlete.until(noon + 5 * hour);
    expect(told(athlete, 'WalkRevised')).toEqual(['2026-06-14', '2026-06-15']);
    expect(athlete.of('PollWindowSkipped')).toEqual([]);
  });
});
