import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cheapestDay, flatBound, profileBound } from './bounds.ts';

/** Cost per day of a schedule that repeats: polls at the ends of these slots, each of a sixth of a day from midnight on. */
function costOf(
  profile: readonly number[],
  { rate, price, details, isByDate }: Omit<Question, 'profile'>,
  polls: readonly number[],
): number {
  const [slot, period] = [1 / 6, profile.length];
  const sum = polls.reduce((before, to, index) => {
    const from = index === 0 ? (polls.at(-1) ?? 0) - period : (polls[index - 1] ?? 0);
    let [delay, unseen] = [0, 0];
    const byDate = new Map<number, number>();
    for (let at = from; at < to; at += 1) {
      const changes = rate * (profile[(at + period) % period] ?? 0) * slot;
      delay += unseen * slot + (changes * slot) / 2;
      unseen += changes;
      const date = isByDate ? Math.floor(at / 6) : 0;
      byDate.set(date, (byDate.get(date) ?? 0) + changes);
    }
    const fetched = [...byDate.values()].reduce((sum, changes) => sum + 1 - Math.exp(-changes), 0);
    return before + delay + price * (1 + details * fetched);
  }, 0);
  return (sum * 6) / period;
}

function everySchedule(slots: number): readonly (readonly number[])[] {
  return Array.from({ length: 2 ** slots - 1 }, (_, at) =>
    Array.from({ length: slots }, (_unused, slot) => slot + 1).filter((slot) => ((at + 1) >> (slot - 1)) & 1),
  );
}

interface Question {
  readonly profile: readonly number[];
  readonly rate: number;
  readonly price: number;
  readonly details: number;
  readonly isByDate: boolean;
}

const schedules = [1, 2].map((days) => [days, everySchedule(6 * days)] as const);
const question: fc.Arbitrary<Question> = fc.record({
  profile: fc
    .array(fc.double({ min: 0.05, max: 4, noNaN: true }), { minLength: 6, maxLength: 6 })
    .map((all) => all.map((one) => (one * all.length) / all.reduce((sum, each) => sum + each, 0))),
  rate: fc.double({ min: 2, max: 40, noNaN: true }),
  price: fc.double({ min: 0.01, max: 0.3, noNaN: true }),
  details: fc.constantFrom(0, 1),
  isByDate: fc.boolean(),
});

describe('the cheapest day', () => {
  it('is what the best of all schedules costs that repeat every day or every other day', () => {
    fc.assert(
      fc.property(question, (one) => {
        const best = Math.min(
          ...schedules.flatMap(([days, all]) => {
            const profile = Array.from({ length: days }, () => one.profile).flat();
            return all.map((polls) => costOf(profile, one, polls));
          }),
        );
        const bound = cheapestDay(one.profile, one.rate, one);
        expect(bound).toBeLessThanOrEqual(best * (1 + 1e-9));
        // Longer periods may do a little better.
        expect(bound).toBeGreaterThan(best * 0.96);
      }),
      { numRuns: 30 },
    );
  });
});

const rates = fc.array(fc.double({ min: 0.1, max: 50, noNaN: true }), { minLength: 1, maxLength: 20 });

describe('LB1', () => {
  it('is (sum of roots)^2 / (2 R sum) without details', () => {
    fc.assert(
      fc.property(rates, fc.double({ min: 1, max: 500, noNaN: true }), (all, requestsPerDay) => {
        const roots = all.reduce((sum, rate) => sum + Math.sqrt(rate), 0);
        const known = roots ** 2 / (2 * requestsPerDay * all.reduce((sum, rate) => sum + rate, 0));
        const bound = flatBound({ rates: all, requestsPerDay, details: 0 });
        expect(bound).toBeLessThanOrEqual(known * 1.00001);
        expect(bound).toBeGreaterThan(known * 0.995);
      }),
      { numRuns: 30 },
    );
  });

  it('is below all ways to share requests between two targets, and close to the best of them', () => {
    const [first, second, requestsPerDay, details] = [3, 12, 20, 1];
    const polls = (rate: number, requests: number): number => {
      let [low, high] = [1e-6, requests];
      while (high - low > 1e-9) {
        const middle = (low + high) / 2;
        if (middle * (1 - details * Math.expm1(-rate / middle)) > requests) high = middle;
        else low = middle;
      }
      return low;
    };
    const shares = Array.from({ length: 999 }, (_, at) => ((at + 1) / 1000) * requestsPerDay);
    const delays = shares.map(
      (share) =>
        (first / (2 * polls(first, share)) + second / (2 * polls(second, requestsPerDay - share))) / (first + second),
    );
    const best = Math.min(...delays.map((sum) => sum * first + sum * second)) / (first + second);
    const bound = flatBound({ rates: [first, second], requestsPerDay, details });
    expect(bound).toBeLessThanOrEqual(best);
    expect(bound).toBeGreaterThan(best * 0.99);
  });

  it('is higher where pauses are limited', () => {
    const open = { rates: [0.1, 20], requestsPerDay: 30, details: 0 };
    expect(flatBound({ ...open, longest: 0.2 })).toBeGreaterThan(flatBound(open) * 1.02);
    expect(flatBound({ ...open, shortest: 0.1 })).toBeGreaterThan(flatBound(open) * 1.02);
  });
});

describe('LB2', () => {
  it('is LB1 on a flat day, but for polls at the ends of slots only', () => {
    const flat = new Float64Array(96).fill(1);
    const asked = { rates: [2, 3], requestsPerDay: 40, details: 1 };
    const [lb1, lb2] = [flatBound(asked), profileBound(asked, flat)];
    expect(lb2).toBeGreaterThan(lb1 * 0.995);
    expect(lb2).toBeLessThan(lb1 * 1.01);
  });

  it('is higher where each date is fetched by itself', () => {
    const flat = new Float64Array(12).fill(1);
    const asked = { rates: [2], requestsPerDay: 3, details: 1 };
    expect(profileBound({ ...asked, isByDate: true }, flat)).toBeGreaterThan(profileBound(asked, flat) * 1.02);
  });

  it('is lower the more the changes come together', () => {
    const peak = Float64Array.from({ length: 48 }, (_, at) => (at < 24 ? 1.8 : 0.2));
    const asked = { rates: [4, 4, 8], requestsPerDay: 24, details: 0 };
    expect(profileBound(asked, peak)).toBeLessThan(flatBound(asked) * 0.95);
  });
});
