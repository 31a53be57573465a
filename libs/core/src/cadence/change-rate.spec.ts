import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  atLeastOne,
  expectedRate,
  learn,
  learnHistory,
  nothingSeen,
  pooledRate,
  type ChangeRate,
  type RateSums,
} from './change-rate.ts';

const seen: fc.Arbitrary<ChangeRate> = fc.record({
  changes: fc.double({ min: 0, max: 500, noNaN: true }),
  days: fc.double({ min: 0.01, max: 30, noNaN: true }),
});
const days = fc.double({ min: 0, max: 60, noNaN: true });

describe('learning', () => {
  it('lets what was known weigh 1/e after a fortnight', () => {
    const { changes, days } = learn({ changes: 10, days: 5 }, { changes: 3, days: 14 }, 14);
    expect(changes).toBeCloseTo(3 + 10 / Math.E, 9);
    expect(days).toBeCloseTo(14 + 5 / Math.E, 9);
  });

  it('adds what comes at once, in any order', () => {
    fc.assert(
      fc.property(seen, seen, (one, other) => {
        const sum = learn(learn(nothingSeen, one, 0), other, 0);
        expect(sum.changes).toBeCloseTo(one.changes + other.changes, 9);
        expect(sum.days).toBeCloseTo(one.days + other.days, 9);
        expect(learn(learn(nothingSeen, other, 0), one, 0)).toEqual(sum);
      }),
    );
  });

  it('forgets the same over one pause as over two', () => {
    fc.assert(
      fc.property(seen, days, days, (known, first, second) => {
        const twice = learn(learn(known, nothingSeen, first), nothingSeen, second);
        const once = learn(known, nothingSeen, first + second);
        expect(twice.changes).toBeCloseTo(once.changes, 9);
        expect(twice.days).toBeCloseTo(once.days, 9);
      }),
    );
  });

  it('comes to the rate of a target that keeps it, and follows it to another', () => {
    const prior = { changes: 4, days: 1 };
    const watch = (known: ChangeRate, rate: number): ChangeRate =>
      Array.from({ length: 400 }).reduce<ChangeRate>(
        (before) => learn(before, { changes: rate / 4, days: 0.25 }, 0.25),
        known,
      );
    const calm = watch(nothingSeen, 1);
    expect(expectedRate(calm, prior)).toBeCloseTo(1, 0);
    expect(expectedRate(watch(calm, 8), prior)).toBeGreaterThan(7.5);
  });
});

describe('the expected rate', () => {
  it('lies between what was seen and what is common', () => {
    fc.assert(
      fc.property(seen, seen, (one, prior) => {
        const [a, b] = [one.changes / one.days, prior.changes / prior.days];
        const expected = expectedRate(one, prior);
        expect(expected).toBeGreaterThanOrEqual(Math.min(a, b) * (1 - 1e-9));
        expect(expected).toBeLessThanOrEqual(Math.max(a, b) * (1 + 1e-9));
      }),
    );
  });

  it('is what is common before anything was seen', () => {
    expect(expectedRate(nothingSeen, { changes: 3, days: 2 })).toBe(1.5);
  });
});

describe('at least one change', () => {
  it('is the mean of what may have been, none left out', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 20, noNaN: true }), (expected) => {
        let [sum, chance] = [0, Math.exp(-expected)];
        for (let count = 1; count < 100; count += 1) {
          chance *= expected / count;
          sum += count * chance;
        }
        expect(atLeastOne(expected)).toBeCloseTo(sum / (1 - Math.exp(-expected)), 6);
      }),
    );
  });

  it('is one where hardly any was expected', () => {
    expect(atLeastOne(0)).toBe(1);
    expect(atLeastOne(1e-5)).toBeCloseTo(1, 4);
  });
});

describe('the history of a first listing', () => {
  it('teaches the same as having watched', () => {
    const [step, length] = [0.01, 28];
    const ages = [0.3, 2, 9.5, 27];
    let known = nothingSeen;
    for (let age = length; age > 0; age -= step)
      known = learn(known, { changes: ages.filter((one) => one <= age && one > age - step).length, days: step }, step);
    const history = learnHistory(ages, length);
    expect(history.changes).toBeCloseTo(known.changes, 2);
    expect(history.days).toBeCloseTo(known.days, 1);
  });

  it('counts nothing from before the listing reaches back to, and what is dated ahead as of now', () => {
    expect(learnHistory([29, 400], 28).changes).toBe(0);
    expect(learnHistory([-0.5], 28).changes).toBe(1);
  });

  it('is nothing without a history', () => {
    expect(learnHistory([], 0)).toEqual(nothingSeen);
  });
});

describe('what targets have in common', () => {
  it.each([
    [2, 4],
    [1, 0.5],
    [6, 10],
  ])('is found: a Gamma distribution of shape %d with mean %d', (shape, mean) => {
    const prior = pooledRate(population(4000, shape, mean), 1);
    expect(prior.changes / prior.days / mean).toBeCloseTo(1, 1);
    const weight = shape / mean;
    expect(prior.days).toBeGreaterThan(weight * 0.8);
    expect(prior.days).toBeLessThan(weight * 1.25);
  });

  it('weighs much where all are alike', () => {
    const sums = sumsOf(Array.from({ length: 500 }, (_, at) => ({ changes: 40 + (at % 3) - 1, days: 10 })));
    expect(pooledRate(sums, 1).days).toBe(60);
  });

  it('is the guess before anything was seen', () => {
    const { changes, days } = pooledRate(sumsOf([]), 4);
    expect(changes / days).toBe(4);
  });

  it('has a mean between the guess and what was seen, and a weight within its bounds', () => {
    fc.assert(
      fc.property(fc.array(seen, { maxLength: 30 }), fc.double({ min: 0.01, max: 20, noNaN: true }), (all, guess) => {
        const sums = sumsOf(all);
        const { changes, days } = pooledRate(sums, guess);
        const common = sums.days === 0 ? guess : sums.changes / sums.days;
        expect(days).toBeGreaterThanOrEqual(0.25);
        expect(days).toBeLessThanOrEqual(60);
        expect(changes / days).toBeGreaterThanOrEqual(Math.min(guess, common) * (1 - 1e-9));
        expect(changes / days).toBeLessThanOrEqual(Math.max(guess, common) * (1 + 1e-9));
      }),
    );
  });
});

function sumsOf(all: readonly ChangeRate[]): RateSums {
  const sum = (of: (one: ChangeRate) => number): number => all.reduce((before, one) => before + of(one), 0);
  return {
    targets: all.length,
    changes: sum(({ changes }) => changes),
    days: sum(({ days }) => days),
    daysSquared: sum(({ days }) => days ** 2),
    spread: sum(({ changes, days }) => changes ** 2 / days),
  };
}

/** Targets whose rates are Gamma distributed, some watched longer than others. The same ones in each run. */
function population(targets: number, shape: number, mean: number): RateSums {
  let state = 7;
  const random = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const poisson = (expected: number): number => {
    let [count, time] = [0, -Math.log(random())];
    for (; time < expected; count += 1) time -= Math.log(random());
    return count;
  };
  return sumsOf(
    Array.from({ length: targets }, (_, at) => {
      const rate = (Array.from({ length: shape }).reduce<number>((sum) => sum - Math.log(random()), 0) * mean) / shape;
      const days = 5 + (at % 10);
      return { changes: poisson(rate * days), days };
    }),
  );
}
