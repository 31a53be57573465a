import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { flatPlan, planDay } from './day-plan.ts';
import { twoPeaks } from './day-profile.fixture.ts';
import { cheapest, delayAt, eagerness, priceFor, requestsAt, type Demand, type Manner } from './price.ts';

const manner: Manner = { plan: flatPlan, shortest: 60 / 86_400, longest: 10, details: 0 };
const peaks = planDay(twoPeaks);
const rates = fc.array(
  fc.tuple(
    fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 100, noNaN: true })),
    fc.integer({ min: 1, max: 5000 }),
  ),
  {
    minLength: 1,
    maxLength: 8,
  },
);
const demand: fc.Arbitrary<Demand> = fc.record({
  plan: fc.constantFrom(flatPlan, peaks),
  shortest: fc.double({ min: 1 / 86_400, max: 1 / 24, noNaN: true }),
  longest: fc.double({ min: 0.1, max: 10, noNaN: true }),
  details: fc.constantFrom(0, 1, 3),
  rates,
});
const demands = fc.array(demand, { minLength: 1, maxLength: 3 });
const logarithm = fc.double({ min: -5, max: 3, noNaN: true });

describe('the eagerness', () => {
  it('is the rate in prices, and less the likelier several changes share a detail', () => {
    expect(eagerness(manner, 6, 0.5)).toBe(12);
    const detailed = { ...manner, details: 1 };
    const share = (rate: number): number => eagerness(detailed, rate, 0.5) / (rate / 0.5);
    expect(share(0.001)).toBeLessThan(1);
    expect(share(0.001)).toBeGreaterThan(0.5);
    // Who changes often between two looks pays the detail every time, whatever the pause.
    expect(eagerness(detailed, 6, 1e-6) / 6e6).toBeCloseTo(1, 2);
    expect(eagerness(detailed, 6, 1e4) / 6e-4).toBeCloseTo(0.5, 2);
  });

  it('is nothing for what never changes', () => {
    expect(eagerness({ ...manner, details: 2 }, 0, 0.5)).toBe(0);
  });
});

describe('requests and delay at a price', () => {
  it('are those of the square root rule on a flat day', () => {
    const all = [{ ...manner, rates: [[4, 10] as const, [16, 5] as const] }];
    // Pauses of 0.5 and 0.25 days.
    expect(requestsAt(all, { price: 0.5, stretch: 1 })).toBeCloseTo(10 * 2 + 5 * 4, 9);
    expect(delayAt(all, { price: 0.5, stretch: 1 })).toBeCloseTo((40 * 0.25 + 80 * 0.125) / 120, 9);
  });

  it('count a detail for each poll that finds something', () => {
    const all = [{ ...manner, details: 2, shortest: 0.5, longest: 0.5, rates: [[4, 10] as const] }];
    expect(requestsAt(all, { price: 1, stretch: 1 })).toBeCloseTo(20 * (1 + 2 * (1 - Math.exp(-2))), 9);
  });

  it('keep to the shortest and the stretched longest pause', () => {
    const all = [{ ...manner, shortest: 0.1, longest: 2, rates: [[1, 1] as const] }];
    expect(requestsAt(all, { price: 1e-9, stretch: 1 })).toBeCloseTo(10, 9);
    expect(requestsAt(all, { price: 1e9, stretch: 1 })).toBeCloseTo(0.5, 9);
    expect(requestsAt(all, { price: 1e9, stretch: 4 })).toBeCloseTo(0.125, 9);
    expect(delayAt(all, { price: 1e9, stretch: 4 })).toBeCloseTo(4, 9);
  });

  it('fall and rise with the price', () => {
    fc.assert(
      fc.property(demands, logarithm, fc.double({ min: 0.3, max: 2, noNaN: true }), (all, log, more) => {
        const [low, high] = [10 ** log, 10 ** (log + more)].map((price) => ({ price, stretch: 1 })) as [Price, Price];
        expect(requestsAt(all, high)).toBeLessThanOrEqual(requestsAt(all, low) * 1.03);
        expect(delayAt(all, high)).toBeGreaterThanOrEqual(delayAt(all, low) * 0.97);
      }),
    );
  });

  it('are none without targets', () => {
    expect(requestsAt([], { price: 1, stretch: 1 })).toBe(0);
    expect(delayAt([], { price: 1, stretch: 1 })).toBe(0);
  });
});

type Price = ReturnType<typeof priceFor>;

describe('the price for a number of requests', () => {
  it('spends them, to one in a thousand, where there are neither too many nor too few', () => {
    fc.assert(
      fc.property(demands, logarithm, (all, log) => {
        const requests = requestsAt(all, { price: 10 ** log, stretch: 1 });
        const price = priceFor(all, requests);
        expect(requestsAt(all, price) / requests).toBeCloseTo(1, 3);
        const idle = requestsAt(all, { price: 1e4, stretch: 1 });
        expect(price.price === cheapest || (price.stretch === 1) === idle <= 0.5 * requests).toBe(true);
      }),
    );
  });

  it('is the least where there are more than the targets can take', () => {
    const all = [{ ...manner, shortest: 0.1, rates: [[1, 100] as const] }];
    expect(priceFor(all, 1001)).toEqual({ price: cheapest, stretch: 1 });
    expect(priceFor([], 0)).toEqual({ price: cheapest, stretch: 1 });
  });

  it('asks more often for what changes, however few requests there are', () => {
    const longest = 0.5;
    const resources = [4, 0.05].map((rate) => ({ ...manner, longest, rates: [[rate, 5000] as const] }));
    // As many as if all were polled once in two days.
    const price = priceFor(resources, 5000);
    expect(requestsAt(resources, price)).toBeCloseTo(5000, -1);
    expect(delayAt(resources, price)).toBeLessThan(0.7 * delayAt(resources, { price: 1e4, stretch: 4 }));
  });

  it('stretches the longest pauses alike where there are too few even for them', () => {
    fc.assert(
      fc.property(demands, fc.double({ min: 0.2, max: 0.9, noNaN: true }), (some, share) => {
        const all = some.map((one) => ({ ...one, longest: Math.min(one.longest, 1) }));
        const requests = share * requestsAt(all, { price: 1e4, stretch: 1 });
        const price = priceFor(all, requests);
        expect(price.stretch).toBeGreaterThan(1);
        expect(requestsAt(all, price)).toBeLessThanOrEqual(requests * 1.001);
        expect(requestsAt(all, price)).toBeGreaterThan(requests * 0.999);
      }),
    );
  });

  it('is not higher for more requests', () => {
    fc.assert(
      fc.property(
        demands,
        fc.double({ min: 1, max: 1e6, noNaN: true }),
        fc.double({ min: 1, max: 10, noNaN: true }),
        (all, requests, factor) => {
          const [few, many] = [priceFor(all, requests), priceFor(all, requests * factor)];
          expect(many.price).toBeLessThanOrEqual(few.price * 1.05);
          expect(many.stretch).toBeLessThanOrEqual(few.stretch * 1.001);
        },
      ),
    );
  });

  it('makes all alike in what one more request would save', () => {
    const all = [{ ...manner, rates: [[2, 100] as const, [8, 50] as const, [0.5, 300] as const] }];
    const { price } = priceFor(all, 2000);
    for (const [rate] of all[0]?.rates ?? []) {
      const polls = flatPlan.polls(eagerness(manner, rate, price));
      // The delay of a day is rate / (2 polls): its slope is what one more poll saves.
      expect(rate / (2 * polls ** 2) / price).toBeCloseTo(1, 6);
    }
  });
});
