import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { firstMinute, minuteOf, placeMinutes, shortest, toWindows } from './windows.ts';

const time = fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 });
const hold = fc.integer({ min: 100, max: 300_000 });
const seconds = fc.oneof(fc.integer({ min: 1, max: 7200 }), fc.constantFrom(900, 3600, 3601, 86_400, 604_800));

describe('toWindows', () => {
  it('cuts the default quota into buckets of 2.5 seconds and of a minute', () => {
    expect(
      toWindows([
        { requests: 3000, seconds: 900 },
        { requests: 100_000, seconds: 86_400 },
      ]),
    ).toEqual([
      { id: '900000/2500', limit: 3000, seconds: 900, length: 900_000, width: 2500 },
      { id: '86400000/60000', limit: 100_000, seconds: 86_400, length: 86_400_000, width: 60_000 },
    ]);
  });

  it('covers every window with at most the promised number of buckets', () => {
    fc.assert(
      fc.property(seconds, (seconds) => {
        const [window] = toWindows([{ requests: 1, seconds }]);
        if (window === undefined) throw new Error('no window');
        const most = seconds <= 3600 ? 360 : 1440;
        expect(Number.isInteger(window.width)).toBe(true);
        expect(window.width * most).toBeGreaterThanOrEqual(window.length);
        expect(Math.ceil(window.length / window.width)).toBeLessThanOrEqual(most);
      }),
    );
  });

  it('refuses a quota that can not be kept', () => {
    const invalid = expect.objectContaining({ code: 'CONFIG_INVALID' });
    for (const quota of [
      [],
      [{ requests: 0, seconds: 1 }],
      [{ requests: 1.5, seconds: 1 }],
      [{ requests: 1, seconds: 0 }],
    ]) {
      expect(() => toWindows(quota)).toThrow(invalid as unknown as Error);
    }
  });

  it('finds the shortest', () => {
    const windows = toWindows([3600, 2, 900].map((seconds) => ({ requests: 1, seconds })));
    expect(shortest(windows).seconds).toBe(2);
  });
});

describe('the placement of a ledger minute', () => {
  it('is never before the end of a request that was charged in it', () => {
    fc.assert(
      fc.property(time, hold, fc.double({ min: 0, max: 1, noNaN: true }), (charged, hold, part) => {
        const end = charged + part * hold;
        const [placed] = placeMinutes([{ minute: minuteOf(charged), requests: 1 }], hold);
        expect(placed?.[0]).toBeGreaterThan(end);
        expect(placed?.[0]).toBeLessThanOrEqual(charged + 60_000 + hold);
      }),
    );
  });

  it('reads every minute that can still count, and few that can not', () => {
    fc.assert(
      fc.property(time, hold, seconds, fc.nat(), (now, hold, seconds, age) => {
        const longest = seconds * 1000;
        const charged = now - (age % (longest + hold + 1));
        expect(minuteOf(charged)).toBeGreaterThanOrEqual(firstMinute(now, longest, hold));
        expect(firstMinute(now, longest, hold) * 60_000).toBeGreaterThan(now - longest - hold - 120_000);
      }),
    );
  });
});
