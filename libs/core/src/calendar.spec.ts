import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays, daysBetween, eachDay, earliestToday, isDate, latestToday, localDate } from './calendar.ts';

const dates = fc
  .date({ min: new Date('1980-01-01T00:00:00Z'), max: new Date('2090-01-01T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const instants = fc.integer({ min: Date.parse('1990-01-01'), max: Date.parse('2080-01-01') });
/** Every civil offset on earth, in minutes. */
const offsets = fc.integer({ min: -12 * 4, max: 14 * 4 }).map((quarters) => quarters * 15);

describe('days', () => {
  it('daysBetween is the inverse of addDays', () => {
    fc.assert(
      fc.property(dates, fc.integer({ min: -5000, max: 5000 }), (date, days) => {
        expect(daysBetween(date, addDays(date, days))).toBe(days);
        expect(addDays(addDays(date, days), -days)).toBe(date);
      }),
    );
  });

  it('eachDay names every day once, in order, the end left out', () => {
    fc.assert(
      fc.property(dates, fc.integer({ min: -3, max: 800 }), (from, days) => {
        const list = eachDay(from, addDays(from, days));
        expect(list).toHaveLength(Math.max(0, days));
        expect(list).toEqual([...new Set(list)].toSorted());
        expect([list[0], list.at(-1)]).toEqual(days > 0 ? [from, addDays(from, days - 1)] : [undefined, undefined]);
      }),
    );
  });

  it.each([
    ['2028-02-28', 1, '2028-02-29'],
    ['2028-02-29', 1, '2028-03-01'],
    ['2026-02-28', 1, '2026-03-01'],
    ['2100-02-28', 1, '2100-03-01'],
    ['2026-12-31', 1, '2027-01-01'],
    // The 23-hour and the 25-hour day of Europe and of America.
    ['2026-03-28', 2, '2026-03-30'],
    ['2026-10-24', 2, '2026-10-26'],
    ['2026-03-08', 1, '2026-03-09'],
    ['2026-11-01', 1, '2026-11-02'],
  ])('%s + %i = %s', (date, days, wanted) => {
    expect(addDays(date, days)).toBe(wanted);
    expect(eachDay(date, wanted)).toHaveLength(days);
  });

  it.each(['2026-06-15', '2028-02-29'])('%s is a day', (text) => expect(isDate(text)).toBe(true));
  it.each(['', '2026-6-15', '2026-02-29', '2026-13-01', '2026-06-15T00:00:00', '15.06.2026', '0000-00-00'])(
    '%j is none',
    (text) => expect(isDate(text)).toBe(false),
  );
});

describe('today', () => {
  it.each([
    ['2026-06-15T10:00:00Z', 0, '2026-06-15'],
    ['2026-06-15T10:00:00Z', 14 * 60, '2026-06-16'],
    ['2026-06-15T10:00:00Z', -12 * 60, '2026-06-14'],
    ['2026-06-14T23:30:00Z', 60, '2026-06-15'],
    ['2026-06-15T00:29:00Z', -30, '2026-06-14'],
  ])('%s at %i minutes is %s', (at, offset, wanted) => {
    expect(localDate(Date.parse(at), offset)).toBe(wanted);
    expect(latestToday(Date.parse(at), offset)).toBe(wanted);
    expect(earliestToday(Date.parse(at), offset)).toBe(wanted);
  });

  it('is never cut while the offset is unknown: wherever the athlete is, his today lies between the two', () => {
    fc.assert(
      fc.property(instants, offsets, (at, offset) => {
        const today = localDate(at, offset);
        expect(earliestToday(at, null) <= today && today <= latestToday(at, null)).toBe(true);
        expect(daysBetween(earliestToday(at, null), latestToday(at, null))).toBeLessThanOrEqual(2);
      }),
    );
  });
});
