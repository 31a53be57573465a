import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { flatPlan, planDay, planDayInSteps, type DayPlan } from './day-plan.ts';
import { twoPeaks } from './day-profile.fixture.ts';
import { flatProfile, slotOf, slotsPerDay, type DayProfile } from './day-profile.ts';

const { plan, turns } = inSteps(twoPeaks);
const eagernesses = [0.1, 1, 8, 100, 2000, 9000];

function inSteps(profile: DayProfile): { readonly plan: DayPlan; readonly turns: number } {
  const steps = planDayInSteps(profile);
  for (let turns = 0; ; turns += 1) {
    const { done, value } = steps.next();
    if (done === true) return { plan: value, turns };
  }
}

/** Follows a plan for a while. @returns polls a day, and the delay of a day's changes */
function walk(of: DayPlan, profile: DayProfile, eagerness: number): { readonly polls: number; readonly delay: number } {
  const start = 100.3;
  const end = start + Math.max(12, 30 * Math.sqrt(2 / eagerness));
  let [polls, delay, last] = [0, 0, start];
  while (last < end) {
    const next = of.next(last, eagerness);
    const steps = Math.max(4, Math.ceil((next - last) * slotsPerDay));
    const length = (next - last) / steps;
    for (let at = last + length / 2; at < next; at += length)
      delay += (profile[slotOf(at)] ?? 1) * length * (next - at);
    polls += 1;
    last = next;
  }
  return { polls: polls / (last - start), delay: delay / (last - start) };
}

describe('the plan of a flat day', () => {
  it('polls when half of the changes waiting are worth the price', () => {
    expect(planDay(flatProfile)).toBe(flatPlan);
    expect(flatPlan.next(5, 8)).toBeCloseTo(5.5, 9);
    expect(flatPlan.next(5, 8, 5.25)).toBeCloseTo(5.75, 9);
    expect([flatPlan.polls(8), flatPlan.delay(8)]).toEqual([2, 0.25]);
  });

  const found = planDay(new Float64Array(slotsPerDay).fill(1 + 1e-12));

  it.each(eagernesses)('is found by value iteration, too (eagerness %d)', (eagerness) => {
    const [start, gap] = [100.01, Math.sqrt(2 / eagerness)];
    expect((found.next(start, eagerness) - start) / gap).toBeCloseTo(1, 1);
    expect(found.polls(eagerness) * gap).toBeCloseTo(1, 1);
    expect(found.delay(eagerness) / (gap / 2)).toBeCloseTo(1, 1);
  });
});

describe('the plan of a day with two peaks', () => {
  // Where polls a day are few, they go by leaps: targets whose rates differ make up for it.
  it.each(eagernesses)('polls and delays as it says (eagernesses around %d)', (middle) => {
    const some = Array.from({ length: 7 }, (_, at) => middle * 10 ** ((at - 3) / 10));
    const sum = (of: (eagerness: number) => number): number => some.reduce((before, one) => before + of(one), 0);
    const walks = new Map(some.map((eagerness) => [eagerness, walk(plan, twoPeaks, eagerness)]));
    const polls = sum((one) => walks.get(one)?.polls ?? 0) / sum((one) => plan.polls(one));
    const delay = sum((one) => walks.get(one)?.delay ?? 0) / sum((one) => plan.delay(one));
    expect(Math.abs(polls - 1)).toBeLessThan(0.05);
    expect(Math.abs(delay - 1)).toBeLessThan(0.05);
  });

  it.each([1, 8, 100])('costs less than even pauses (eagerness %d)', (eagerness) => {
    const costOf = ({ polls, delay }: { readonly polls: number; readonly delay: number }): number =>
      eagerness * delay + polls;
    const even = walk(flatPlan, twoPeaks, eagerness);
    expect(costOf(walk(plan, twoPeaks, eagerness))).toBeLessThan(costOf(even) * 0.97);
  });

  it('looks again soon in a peak, and late in the night', () => {
    const pauseFrom = (hour: number): number => (plan.next(100 + hour / 24, 100) - 100) * 24 - hour;
    expect(pauseFrom(7.5)).toBeLessThan(pauseFrom(1) / 2);
  });

  it('scales beyond what was computed as it does within', () => {
    for (const eagerness of [1e-3, 1e5]) {
      expect(plan.polls(4 * eagerness) / plan.polls(eagerness)).toBeCloseTo(2, 9);
      expect(plan.delay(eagerness) / plan.delay(4 * eagerness)).toBeCloseTo(2, 9);
    }
  });

  it('polls no less and delays no more the more eager it is, but for a little', () => {
    const some = Array.from({ length: 60 }, (_, at) => 10 ** (at / 8 - 3));
    for (const [at, eagerness] of some.slice(1).entries()) {
      const before = some[at] ?? 0;
      expect(plan.polls(eagerness)).toBeGreaterThan(plan.polls(before) * 0.98);
      expect(plan.delay(eagerness)).toBeLessThan(plan.delay(before) * 1.02);
    }
  });

  it('lets others have a turn while it is made', () => {
    expect(turns).toBeGreaterThan(100);
  });
});

describe('the next poll', () => {
  const moment = fc.double({ min: 19_000, max: 22_000, noNaN: true });
  const eager = fc.double({ min: -4, max: 6, noNaN: true }).map((log) => 10 ** log);

  it.each([
    ['a flat day', flatPlan],
    ['two peaks', plan],
  ])('comes after the last, and not before changes are expected: %s', (_name, one) => {
    fc.assert(
      fc.property(moment, eager, fc.double({ min: -1, max: 2, noNaN: true }), (last, eagerness, later) => {
        const next = one.next(last, eagerness, last + later);
        expect(next).toBeGreaterThan(last);
        expect(next).toBeGreaterThanOrEqual(last + later);
      }),
    );
  });

  it('is not sooner when the last was later', () => {
    fc.assert(
      fc.property(moment, eager, fc.double({ min: 0, max: 1, noNaN: true }), (last, eagerness, later) => {
        expect(plan.next(last + later, eagerness)).toBeGreaterThanOrEqual(plan.next(last, eagerness) - 1e-9);
      }),
    );
  });
});
