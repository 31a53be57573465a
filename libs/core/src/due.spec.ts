import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays } from './calendar.ts';
import { nothingSeen } from './cadence/change-rate.ts';
import { emptyCursor, type Cursor } from './cursor.ts';
import { goesOn, nextDueAt, nextListing, type NextListing } from './due.ts';
import { firstSchedule } from './manner.ts';
import { noNews, type News } from './news.ts';
import { plan } from './plan.ts';
import { day, hour, listedToday, noon, polling, price, tickOf, walksByDay, walksByRange } from './tick.fixture.ts';
import type { Tick } from './tick.ts';

const want = (notBefore: number) => ({ since: '2026-06-01T00:00:00Z', tries: 0, notBefore });
const listed = { ...emptyCursor, listedAt: noon };
const due = (cursor: Partial<Cursor>, resource = walksByRange({ before: 1 })): number =>
  nextDueAt(tickOf(resource, { cursor: { ...listed, ...cursor }, intervalSeconds: 3600 }));

describe('nextListing', () => {
  const news = (overrides: Partial<News> = {}): News => ({ ...noNews, days: 11, ...overrides });
  const after = (overrides: Partial<Tick>, found: Partial<News> = {}, resource = walksByRange()): NextListing => {
    const tick = tickOf(resource, overrides);
    return nextListing(tick, { cursor: { ...tick.cursor, listedAt: tick.at }, news: news(found) });
  };
  const before = { ...listedToday, listedAt: noon - 6 * hour };

  it('stays within the limits of the tenant, in whole seconds', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.nat(100_000),
        fc.record({
          changes: fc.double({ min: 0, max: 1e4, noNaN: true }),
          days: fc.double({ min: 0, max: 14, noNaN: true }),
        }),
        fc.option(fc.nat(500)),
        (minSeconds, more, rate, changes) => {
          const settings = { ...polling, minSeconds, maxSeconds: minSeconds + more };
          const schedule = { ...firstSchedule(walksByRange(), settings), rate };
          const { intervalSeconds } = after({ polling: settings, schedule, cursor: before }, { changes });
          expect(Number.isInteger(intervalSeconds)).toBe(true);
          expect(intervalSeconds).toBeGreaterThanOrEqual(settings.minSeconds);
          expect(intervalSeconds).toBeLessThanOrEqual(settings.maxSeconds);
        },
      ),
    );
  });

  it('is the sooner the more changes were found', () => {
    const pauses = [0, 1, 5, 20].map((changes) => after({ cursor: before }, { changes }).intervalSeconds);
    expect(pauses).toEqual(pauses.toSorted((a, b) => b - a));
    expect(new Set(pauses).size).toBe(4);
  });

  it('learns from the history that the first listing brings', () => {
    const moments = Array.from({ length: 30 }, (_, at) => noon - at * 8 * hour);
    const seeded = after({ cursor: emptyCursor }, { moments, changes: 30 });
    expect(seeded.rate.changes / seeded.rate.days).toBeCloseTo(3, 0);
    expect(seeded.intervalSeconds).toBeLessThan(after({ cursor: emptyCursor }).intervalSeconds);
  });

  it('takes a history without a time of change for no history, and an empty one for a quiet one', () => {
    expect(after({ cursor: emptyCursor }, { changes: null }).rate).toEqual(nothingSeen);
    expect(after({ cursor: emptyCursor }).rate.days).toBeGreaterThan(5);
  });

  it('does not take the rest of a day that had its one item for a time without changes', () => {
    const cursor = { ...listedToday, listedAt: noon - 18 * hour };
    const days = (wasDayDone: boolean): number => after({ cursor }, { wasDayDone }).rate.days;
    expect([days(false), days(true)]).toEqual([0.75, 0.5]);
  });

  it('is left as it was by a poll that listed nothing, and by one that was asked for before its time', () => {
    const tick = tickOf(walksByRange(), { cursor: before, intervalSeconds: 1234 });
    expect(nextListing(tick, { cursor: before, news: noNews })).toEqual({ rate: nothingSeen, intervalSeconds: 1234 });
    expect(after({ cursor: listedToday }, { changes: 3 }).rate).toEqual(nothingSeen);
  });

  it('expects nothing more of a day that has its one item', () => {
    const rate = { changes: 14, days: 14 };
    const schedule = { ...firstSchedule(walksByRange(), polling, price), rate };
    const [open, done] = [false, true].map((isTodayDone) => after({ cursor: before, schedule }, { isTodayDone }));
    expect((done?.intervalSeconds ?? 0) - (open?.intervalSeconds ?? 0)).toBeGreaterThan(7 * 3600);
  });
});

describe('goesOn', () => {
  const ready = { wanted: { '2026-06-14': want(noon) } };
  it.each<[string, boolean, Partial<Cursor>, Tick['kind']]>([
    ['a listing has found days to read', true, ready, 'live'],
    ['there is nothing to read', false, {}, 'live'],
    ['a day has to wait for its next try', false, { wanted: { '2026-06-14': want(noon + 1) } }, 'live'],
    ['it is a backfill', false, ready, 'backfill'],
  ])('where %s: %p', (_, wanted, cursor, kind) => {
    expect(goesOn(tickOf(walksByRange(), { kind, cursor: { ...listed, ...cursor } }))).toBe(wanted);
  });
});

describe('nextDueAt', () => {
  it.each<[string, number, Partial<Cursor>]>([
    ['the interval', noon + hour, {}],
    ['a listing that is overdue', noon, { listedAt: noon - day }],
    ['a deletion that waits for its proof', noon + 5, { confirmAt: noon + 5 }],
    ['a wanted day', noon + 7, { wanted: { '2026-06-01': want(noon + 7) } }],
    ['a suspect day', noon + 7, { suspects: { '2026-06-15': want(noon + 7) } }],
    ['a day to finalise', noon + 9, { open: { '2026-06-10': noon + 9 - day } }],
    ['no day to finalise that the listing reads anyway', noon + hour, { open: { '2026-06-14': noon - 5 * day } }],
    [
      'no day to finalise that is asked for alone',
      noon + 30,
      { open: { '2026-06-10': noon - 5 * day }, suspects: { '2026-06-10': want(noon + 30) } },
    ],
  ])('is %s', (_, wanted, cursor) => {
    expect(due(cursor)).toBe(wanted);
  });

  it('is the sweep, but not of a day that waits for its next try', () => {
    const sweeping = walksByDay({ sweep: true });
    const readAt = { '2026-06-15': noon - hour + 1000 };
    expect(due({ readAt }, sweeping)).toBe(noon + 1000);
    expect(due({ readAt, wanted: { '2026-06-15': want(noon + 60_000) } }, sweeping)).toBe(noon + 60_000);
  });

  it('goes on at once with a backfill, unless what was listed has to be read first', () => {
    const backfill = (cursor: Partial<Cursor>): number =>
      nextDueAt(tickOf(walksByDay(), { kind: 'backfill', cursor: { ...emptyCursor, ...cursor } }));
    const remaining = { from: '2025-12-01', to: '2026-01-01' };
    expect(backfill({ remaining })).toBe(noon);
    expect(backfill({ remaining, wanted: { '2025-12-31': want(noon + 50) } })).toBe(noon + 50);
    const skipped = { ...want(noon + 7 * day), skippedAt: '2026-06-15T12:00:00Z' };
    expect(backfill({ remaining, wanted: { '2025-12-31': skipped } })).toBe(noon);
    expect(backfill({ suspects: { '2025-12-31': want(noon + 50) } })).toBe(noon + 50);
  });

  it('is never in the past, and there is something to do by then; just before, there is not', () => {
    const dates = fc.integer({ min: -35, max: 1 }).map((days) => addDays('2026-06-15', days));
    const moments = fc.integer({ min: noon - 3 * day, max: noon + 3 * day });
    const days = fc.dictionary(dates, moments.map(want), { maxKeys: 4 });
    const cursors = fc.record(
      {
        listedAt: moments.map((at) => Math.min(at, noon)),
        confirmAt: moments,
        wanted: days,
        suspects: days,
        readAt: fc.dictionary(dates, moments, { maxKeys: 4 }),
        open: fc.dictionary(dates, moments, { maxKeys: 4 }),
      },
      { requiredKeys: ['wanted', 'suspects', 'readAt', 'open'] },
    );
    fc.assert(
      fc.property(
        fc.constantFrom(walksByRange({ before: 12 }), walksByDay({ sweep: true, before: 12 })),
        cursors,
        (resource, cursor) => {
          const tick = tickOf(resource, { cursor: cursor as Cursor, intervalSeconds: 3600 });
          const next = nextDueAt(tick);
          expect(next).toBeGreaterThanOrEqual(noon);
          expect(next).toBeLessThanOrEqual(noon + hour);
          expect(plan({ ...tick, at: next }).length).toBeGreaterThan(0);
          expect(plan({ ...tick, at: noon }).length > 0).toBe(next === noon);
        },
      ),
      { numRuns: 500 },
    );
  });
});
