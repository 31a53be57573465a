import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { flatPlan } from './day-plan.ts';
import { firstPace, pace, type Pace } from './pacer.ts';
import { cheapest, requestsAt, type Demand } from './price.ts';

const demands: readonly Demand[] = [
  {
    plan: flatPlan,
    shortest: 300 / 86_400,
    longest: 0.5,
    details: 1,
    rates: [
      [1, 2000],
      [4, 5000],
      [12, 1000],
    ],
  },
];
const allowed = 95_000;
const hour = 1 / 24;
const spending = (spent: number, overdue = 0) => ({ allowed, spent, overdue });
const settled = pace(firstPace, demands, spending(allowed), hour);

describe('the pace', () => {
  it('begins with the price that the demand is known to need', () => {
    expect(settled.bias).toBe(1);
    expect(requestsAt(demands, settled) / allowed).toBeCloseTo(1, 3);
  });

  it('is dearer after a day with too many requests, and cheaper after one with too few', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1.001, max: 5, noNaN: true }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (factor, elapsed) => {
          const dearer = pace(settled, demands, spending(allowed * factor), elapsed);
          const cheaper = pace(settled, demands, spending(allowed / factor), elapsed);
          expect(dearer.bias).toBeGreaterThan(1);
          expect(dearer.price).toBeGreaterThanOrEqual(settled.price);
          expect(cheaper.bias).toBeLessThan(1);
          expect(cheaper.price).toBeLessThanOrEqual(settled.price);
        },
      ),
    );
  });

  it('takes what is overdue for spent', () => {
    expect(pace(settled, demands, spending(allowed - 4000, 4000), hour)).toEqual(
      pace(settled, demands, spending(allowed), hour),
    );
  });

  it('never believes in more than twice or less than half of what was foreseen', () => {
    let [high, low]: [Pace, Pace] = [settled, settled];
    for (let day = 0; day < 30; day += 1) {
      high = pace(high, demands, spending(10 * allowed), 1);
      low = pace(low, demands, spending(0), 1);
    }
    expect([high.bias, low.bias]).toEqual([2, 0.5]);
  });

  it('learns nothing while everybody has what they can take, and is right when many come', () => {
    let one = firstPace;
    const few: readonly Demand[] = [{ ...(demands[0] as Demand), rates: [[4, 20]] }];
    for (let at = 0; at < 200; at += 1) one = pace(one, few, spending(requestsAt(few, one)), hour);
    expect(one).toEqual({ price: cheapest, stretch: 1, bias: 1 });
    const many = pace(one, demands, spending(requestsAt(few, one)), hour);
    expect(requestsAt(demands, many)).toBeLessThan(allowed * 1.001);
  });

  it('comes to the budget, though each day has other requests than foreseen', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.6, max: 1.7, noNaN: true }), (truth) => {
        let one = settled;
        const hours = Array.from({ length: 24 }, () => allowed / 24);
        const spent = (): number => hours.slice(-24).reduce((sum, requests) => sum + requests, 0);
        for (let at = 0; at < 24 * 12; at += 1) {
          hours.push((truth * requestsAt(demands, one)) / 24);
          one = pace(one, demands, spending(spent()), hour);
        }
        expect(Math.abs(spent() / allowed - 1)).toBeLessThan(0.01);
        // What swings dies down.
        const later = hours.slice(24 * 7).map((requests) => (requests * 24) / allowed);
        expect(Math.min(...later)).toBeGreaterThan(0.95);
        expect(Math.max(...later)).toBeLessThan(1.05);
      }),
      { numRuns: 6 },
    );
  });
});
