import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  accounted,
  addTallies,
  backfillable,
  backfillCost,
  backfillHours,
  daysAway,
  historyAfter,
  readFrom,
  type Tally,
} from './backfill.ts';
import { addDays, daysBetween } from './calendar.ts';
import { emptyCursor, type Backfill, type Cursor } from './cursor.ts';
import type { DomainEvent } from './event.ts';
import { historyFrom } from './history.ts';
import { day, hour, noon, polling, tickOf, walksByDay, walksByRange } from './tick.fixture.ts';

const backfill: Backfill = { startedAt: '2026-06-15T12:00:00.000Z', from: '2026-05-01', to: '2026-06-01' };
const demanded: Backfill = { ...backfill, origin: 'demand' };
const want = { since: '2026-06-01T00:00:00Z', tries: 0, notBefore: 0 };
const usage = (...left: readonly (readonly [number, number])[]) => ({
  pausedUntil: null,
  windows: left.map(([seconds, leftForBackfill]) => ({ seconds, limit: 0, used: 0, left: 0, leftForBackfill })),
});
const event = (type: string, topic = 'walk'): DomainEvent => ({
  type,
  topic,
  resource: 'walks',
  identity: ['1'],
  revision: 1,
  mode: 'backfill',
  observedAt: '2026-06-15T12:00:00.000Z',
  polarModifiedAt: null,
  utcOffsetMinutes: null,
  data: {},
});

describe('the account of a backfill', () => {
  it('adds what a poll has cost and told, without what is told of the polling itself', () => {
    const first = accounted({ ...emptyCursor, backfill }, 3, [event('WalkRecorded'), event('WalkRecorded')]);
    const second = accounted(first, 1, [event('WalkRevised'), event('PollWindowSkipped', 'polling')]);
    expect(second.backfill).toEqual({ ...backfill, requests: 4, counts: { WalkRecorded: 2, WalkRevised: 1 } });
  });

  it('is kept for backfills only', () => {
    expect(accounted(emptyCursor, 3, [event('WalkRecorded')])).toBe(emptyCursor);
  });

  it('does not depend on the order in which it is made up', () => {
    const tally: fc.Arbitrary<Tally> = fc.record({
      requests: fc.nat(1000),
      counts: fc.dictionary(fc.constantFrom('A', 'B', 'C'), fc.integer({ min: 1, max: 9 })),
    });
    fc.assert(
      fc.property(fc.array(tally), fc.array(tally), (some, others) => {
        const whole = addTallies([...some, ...others]);
        expect(addTallies([addTallies(others), addTallies(some)])).toEqual(whole);
        expect(whole.requests).toBe([...some, ...others].reduce((sum, { requests }) => sum + requests, 0));
      }),
    );
  });
});

describe('where a backfill ends', () => {
  it('is the first of its days when all are read, days that were given up among them', () => {
    const skippedAt = '2026-06-01T00:00:00Z';
    const cursor = { ...emptyCursor, backfill, suspects: { '2026-05-10': { ...want, skippedAt } } };
    expect(readFrom(cursor)).toBe('2026-05-01');
  });

  it.each<[string, Partial<Cursor>, string]>([
    ['the end of what is left to list', { remaining: { from: '2026-05-01', to: '2026-05-15' } }, '2026-05-15'],
    ['the day after the last one that waits', { wanted: { '2026-05-20': want } }, '2026-05-21'],
    [
      'the later one of them',
      { remaining: { from: '2026-05-01', to: '2026-05-15' }, suspects: { '2026-05-02': want } },
      '2026-05-15',
    ],
  ])('is otherwise %s', (_, left, first) => {
    expect(readFrom({ ...emptyCursor, backfill, ...left })).toBe(first);
  });

  it('is where the history begins, for a connect that was cut short', () => {
    const left = { remaining: { from: '2026-05-01', to: '2026-05-15' } };
    expect(historyAfter('2026-05-01', { ...emptyCursor, backfill })).toBe('2026-05-01');
    expect(historyAfter('2026-05-01', { ...emptyCursor, backfill, ...left })).toBe('2026-05-15');
  });

  it('makes the history longer when it was asked for and joins it, and leaves it alone otherwise', () => {
    const done: Cursor = { ...emptyCursor, backfill: demanded };
    expect(historyAfter('2026-06-01', done)).toBe('2026-05-01');
    expect(historyAfter('2026-06-02', done)).toBe('2026-06-02');
    expect(historyAfter('2026-04-01', done)).toBe('2026-04-01');
    expect(historyAfter('2026-06-01', { ...done, wanted: { '2026-05-20': want } })).toBe('2026-05-21');
  });

  it('is never before it has read, nor forgets a day by a demand', () => {
    const days = fc.integer({ min: -60, max: 0 }).map((ago) => addDays('2026-06-15', ago));
    fc.assert(
      fc.property(days, days, days, days, (known, from, to, left) => {
        fc.pre(from < to && from <= left && left <= to);
        const cursor: Cursor = { ...emptyCursor, backfill: { ...demanded, from, to }, remaining: { from, to: left } };
        const after = historyAfter(known, cursor);
        expect(after <= known).toBe(true);
        expect(after === known || (after === left && to >= known)).toBe(true);
      }),
    );
  });
});

describe('what may be asked for', () => {
  it("ends with the athlete's yesterday, and begins where the provider may have nothing older", () => {
    expect(backfillable(noon, 0, { polling })).toEqual({ from: '2026-03-18', to: '2026-06-15' });
    expect(backfillable(noon, 0, { polling: { ...polling, backfillDays: 365 } }).from).toBe('2025-06-16');
  });

  it('ends a day earlier while nobody knows where the athlete is, and it may be yesterday there', () => {
    expect(backfillable(noon - 6 * hour, null, { polling }).to).toBe('2026-06-14');
  });
});

describe('a watch that comes back', () => {
  const near = walksByRange({ before: 1 });
  const far = walksByDay();
  const tick = tickOf(near, { polling });

  it.each([
    ['an hour', hour, []],
    ['a day', day, []],
    ['three days', 3 * day, [{ name: 'walks', to: '2026-06-14' }]],
  ])('after %s', (_, away, resources) => {
    expect(daysAway(tick, noon - away, [near]).resources).toEqual(resources);
  });

  it('has missed the days from its last sync to those that are watched, by resource', () => {
    const found = daysAway(tick, noon - 20 * day, [near, { ...far, name: 'rides' }]);
    expect(found.from).toBe('2026-05-25');
    expect(found.resources[0]).toEqual({ name: 'walks', to: '2026-06-14' });
    expect(found.resources).toHaveLength(2);
  });

  it('has missed nothing that the provider may not have, that is no part of the history, or before its first sync', () => {
    expect(daysAway(tick, noon - 300 * day, [near]).from).toBe('2026-03-18');
    const young = { ...tick, connection: { ...tick.connection, establishedOn: '2026-06-10' } };
    expect(daysAway(young, noon - 300 * day, [near]).from).toBe('2026-05-13');
    expect(daysAway(tick, null, [near]).resources).toEqual([]);
  });
});

describe('the cost of a backfill', () => {
  const range = { from: '2026-03-17', to: '2026-06-15' };
  const of = (known?: Parameters<typeof backfillCost>[2], resource = walksByDay({ days: 28 })) =>
    backfillCost(resource, range, known);

  it('is a listing per longest range, and a detail per day where the listing is not the data', () => {
    expect(daysBetween(range.from, range.to)).toBe(90);
    expect(of()).toEqual({ listings: 4, details: 90 });
    expect(of(undefined, walksByRange({ days: 28 }))).toEqual({ listings: 4, details: 0 });
    expect(backfillCost(walksByDay(), { from: '2026-06-15', to: '2026-06-15' }, undefined)).toEqual({
      listings: 0,
      details: 0,
    });
  });

  it('has no detail of a day that is known, and learns from those how many days have data', () => {
    expect(of({ first: range.from, last: '2026-06-14', days: 45 }).details).toBe(0);
    // Every other day of eight weeks, and 34 days before them.
    const { details } = of({ first: '2026-04-20', last: '2026-06-14', days: 28 });
    expect(details).toBe(Math.ceil((34 * 35) / 63));
  });

  it('is never more than a detail a day, nor less than the listings', () => {
    const days = fc.integer({ min: -120, max: 20 }).map((ago) => addDays('2026-06-15', ago));
    fc.assert(
      fc.property(days, fc.nat(60), fc.integer({ min: 1, max: 60 }), (first, span, count) => {
        const last = addDays(first, span);
        const { listings, details } = of({ first, last, days: Math.min(count, span + 1) });
        expect(listings).toBe(4);
        expect(details).toBeGreaterThanOrEqual(0);
        expect(details).toBeLessThanOrEqual(90);
      }),
    );
  });
});

describe('how long it takes', () => {
  it.each([
    [0, usage([900, 0]), 0],
    [100, usage([900, 2100], [86_400, 70_000]), 0.01],
    [2101, usage([900, 2100], [86_400, 70_000]), 0.25],
    [8400, usage([900, 2100], [86_400, 70_000]), 0.75],
    [101, usage([900, 2100], [86_400, 100]), 24],
    [1, usage([900, 0]), null],
    [1, { ...usage([900, 2100]), pausedUntil: noon }, null],
  ])('%i requests', (requests, left, hours) => {
    expect(backfillHours(left, requests)).toBe(hours);
  });

  it('is as slow as it was until now, where that is slower than the budget', () => {
    expect(backfillHours(usage([900, 2100]), 100, 36)).toBe(1);
  });

  it('is no less for more requests, nor for less that is left', () => {
    const left = fc.integer({ min: 1, max: 500 });
    fc.assert(
      fc.property(fc.nat(5000), fc.nat(100), left, fc.nat(100), (requests, more, room, extra) => {
        const hours = (count: number, free: number): number => backfillHours(usage([900, free]), count) ?? Infinity;
        expect(hours(requests + more, room)).toBeGreaterThanOrEqual(hours(requests, room));
        expect(hours(requests, room + extra)).toBeLessThanOrEqual(hours(requests, room));
      }),
    );
  });
});

describe('the history of a target', () => {
  it('begins where the tenant asks for it, unless a backfill has brought another day', () => {
    expect(historyFrom(tickOf(walksByRange(), { polling }))).toBe('2025-12-04');
    const cursor = { ...emptyCursor, historyFrom: '2025-11-01' };
    expect(historyFrom(tickOf(walksByRange(), { polling, cursor }))).toBe('2025-11-01');
  });
});
