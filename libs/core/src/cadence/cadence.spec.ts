import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Cadence, type CadenceParts } from './cadence.ts';
import { atLeastOne, nothingSeen, type ChangeRate } from './change-rate.ts';
import { flatPlan, planDay } from './day-plan.ts';
import { twoPeaks } from './day-profile.fixture.ts';
import { flatProfile } from './day-profile.ts';

const dayMs = 86_400_000;
const noon = Date.UTC(2026, 5, 15, 12);
const parts: CadenceParts = {
  plan: flatPlan,
  profile: flatProfile,
  prior: { changes: 4, days: 1 },
  price: 0.5,
  stretch: 1,
  shortest: 300 / 86_400,
  longest: 0.5,
  details: 0,
};
const peaks: CadenceParts = { ...parts, plan: planDay(twoPeaks), profile: twoPeaks };
const seen: fc.Arbitrary<ChangeRate> = fc.record({
  changes: fc.double({ min: 0, max: 1000, noNaN: true }),
  days: fc.double({ min: 0, max: 14, noNaN: true }),
});
const random = fc.double({ min: 0, max: 1, noNaN: true });
const moment = fc.integer({ min: noon, max: noon + 400 * dayMs });
const offset = fc.integer({ min: -12 * 60, max: 14 * 60 });
const price = fc.double({ min: -6, max: 4, noNaN: true }).map((log) => 10 ** log);
const utc = { last: noon, utcOffsetMinutes: 0 };

describe('the pause', () => {
  it('is what the plan says for what is believed of a target', () => {
    const cadence = new Cadence({ ...parts, longest: 10 });
    // Four changes a day at half a day each: half a day. Sixteen: a quarter.
    expect(cadence.pause(nothingSeen, utc, 0.5)).toBe(43_200);
    expect(cadence.pause({ changes: 28, days: 1 }, utc, 0.5)).toBe(21_600);
  });

  it('keeps to the shortest and the stretched longest one', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(parts, peaks, { ...peaks, details: 2 }),
        fc.record({ known: seen, last: moment, utcOffsetMinutes: offset, random, price }),
        fc.double({ min: 1, max: 20, noNaN: true }),
        (of, { known, last, utcOffsetMinutes, random, price }, stretch) => {
          const seconds = new Cadence({ ...of, price, stretch }).pause(known, { last, utcOffsetMinutes }, random);
          expect(Number.isInteger(seconds)).toBe(true);
          expect(seconds).toBeGreaterThanOrEqual(300);
          expect(seconds).toBeLessThanOrEqual(Math.ceil(43_200 * stretch));
        },
      ),
    );
  });

  it('drifts by a twentieth at most, and does', () => {
    const cadence = new Cadence({ ...peaks, longest: 10 });
    fc.assert(
      fc.property(moment, random, (last, random) => {
        const [mean, drifted] = [0.5, random].map((one) => cadence.pause(nothingSeen, { ...utc, last }, one)) as [
          number,
          number,
        ];
        expect(Math.abs(drifted - mean)).toBeLessThanOrEqual(mean * 0.05 + 1);
      }),
    );
    expect(cadence.pause(nothingSeen, utc, 0)).toBeLessThan(cadence.pause(nothingSeen, utc, 1));
  });

  it('lasts until changes are expected, and is not the shorter for drifting', () => {
    const cadence = new Cadence({ ...peaks, longest: 10 });
    fc.assert(
      fc.property(moment, fc.integer({ min: 0, max: 2 * dayMs }), random, (last, later, random) => {
        const seconds = cadence.pause(nothingSeen, { last, since: last + later, utcOffsetMinutes: 60 }, random);
        expect(seconds * 1000).toBeGreaterThanOrEqual(later);
      }),
    );
  });

  it('takes changes that were expected before the last listing for expected since', () => {
    const cadence = new Cadence(parts);
    expect(cadence.pause(nothingSeen, { ...utc, since: noon - dayMs }, 0.5)).toBe(cadence.pause(nothingSeen, utc, 0.5));
  });

  it('goes by the local time of the athlete', () => {
    const cadence = new Cadence({ ...peaks, price: 0.02 });
    // Night in London is the morning peak in Auckland.
    const at = Date.UTC(2026, 5, 15, 0);
    const [london, auckland] = [60, 12 * 60].map((utcOffsetMinutes) =>
      cadence.pause(nothingSeen, { last: at, utcOffsetMinutes }, 0.5),
    ) as [number, number];
    const moved = cadence.pause(nothingSeen, { last: at - 11 * 3_600_000, utcOffsetMinutes: 12 * 60 }, 0.5);
    expect(london).not.toBe(auckland);
    expect(Math.abs(moved - london)).toBeLessThanOrEqual(1);
  });

  it('is the shorter the cheaper a request is', () => {
    const pauses = [0.01, 0.1, 1].map((price) =>
      new Cadence({ ...parts, longest: 10, price }).pause(nothingSeen, utc, 0.5),
    );
    expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
    expect(new Set(pauses).size).toBe(3);
  });
});

describe('what a listing teaches', () => {
  const cadence = new Cadence(peaks);

  it('is weighed by the profile: a night without a change says little', () => {
    const sight = (hour: number) => ({ from: noon + (hour - 12) * 3_600_000, to: noon + (hour - 11) * 3_600_000 });
    const night = cadence.learn(nothingSeen, { ...sight(2), changes: 0 }, 0);
    const morning = cadence.learn(nothingSeen, { ...sight(7), changes: 0 }, 0);
    expect(night.days).toBeLessThan(morning.days / 3);
    expect(cadence.rate(night)).toBeGreaterThan(cadence.rate(morning));
  });

  it('counts what was to be expected where it is only known that there were some', () => {
    const [from, to] = [noon, noon + dayMs];
    const some = cadence.learn(nothingSeen, { from, to, changes: null }, 0);
    expect(some.changes).toBeCloseTo(atLeastOne(4), 9);
    expect(some.days).toBeCloseTo(1, 9);
  });

  it('is the same whether told once or in two parts, but for what is forgotten in between', () => {
    fc.assert(
      fc.property(
        moment,
        fc.nat(dayMs),
        fc.nat(dayMs),
        fc.nat(5),
        fc.nat(5),
        offset,
        (from, one, two, a, b, offset) => {
          const [middle, to] = [from + one, from + one + two];
          const first = cadence.learn(nothingSeen, { from, to: middle, changes: a }, offset);
          const both = cadence.learn(first, { from: middle, to, changes: b }, offset);
          const once = cadence.learn(nothingSeen, { from, to, changes: a + b }, offset);
          const kept = Math.exp(-two / dayMs / 14);
          expect(both.changes - first.changes * kept + first.changes).toBeCloseTo(once.changes, 6);
          expect(both.days - first.days * kept + first.days).toBeCloseTo(once.days, 6);
        },
      ),
    );
  });

  it('is nothing from a listing before changes were expected', () => {
    const known = { changes: 3, days: 2 };
    expect(cadence.learn(known, { from: noon + dayMs, to: noon, changes: 0 }, 0)).toEqual(known);
  });
});

describe('a look in between', () => {
  it('pays where the delay that it may spare is worth more than a request', () => {
    const cadence = new Cadence({ ...parts, price: 0.1 });
    expect(0.25 * dayMs).toBeGreaterThan(cadence.patience(0.5));
    expect(0.15 * dayMs).toBeLessThan(cadence.patience(0.5));
    expect(30 * dayMs).toBeLessThan(cadence.patience(0));
  });
});
