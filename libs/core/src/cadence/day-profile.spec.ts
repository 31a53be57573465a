import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { twoPeaks } from './day-profile.fixture.ts';
import { exposure, flatProfile, profileOf, slotOf, slotsPerDay } from './day-profile.ts';

const moment = fc.double({ min: 0, max: 30_000, noNaN: true });
const stretch = fc.double({ min: 0, max: 5, noNaN: true });
const counts = fc.array(fc.nat(1000), { minLength: slotsPerDay, maxLength: slotsPerDay });
const meanOf = (profile: Float64Array): number => profile.reduce((sum, weight) => sum + weight, 0) / slotsPerDay;
const farthestFromFlat = (profile: Float64Array): number => Math.max(...profile.map((weight) => Math.abs(weight - 1)));

describe('exposure', () => {
  it('of a whole day is 1, whenever it begins', () => {
    fc.assert(
      fc.property(moment, fc.integer({ min: 1, max: 40 }), (from, days) => {
        expect(exposure(twoPeaks, from, from + days)).toBeCloseTo(days, 6);
      }),
    );
  });

  it('adds up', () => {
    fc.assert(
      fc.property(moment, stretch, stretch, (from, first, second) => {
        const [middle, to] = [from + first, from + first + second];
        const whole = exposure(twoPeaks, from, to);
        expect(exposure(twoPeaks, from, middle) + exposure(twoPeaks, middle, to)).toBeCloseTo(whole, 6);
      }),
    );
  });

  it('is the time on a flat day', () => {
    fc.assert(
      fc.property(moment, stretch, (from, length) => {
        expect(exposure(flatProfile, from, from + length)).toBeCloseTo(length, 6);
      }),
    );
  });

  it('weighs each slot by the profile', () => {
    const slot = 1 / slotsPerDay;
    expect(exposure(twoPeaks, 100 + 30 * slot, 100 + 30.5 * slot)).toBeCloseTo((twoPeaks[30] ?? 0) * slot * 0.5, 9);
    expect(exposure(twoPeaks, 100.99, 101 + slot)).toBeCloseTo(
      (twoPeaks[95] ?? 0) * 0.01 + (twoPeaks[0] ?? 0) * slot,
      9,
    );
  });

  it('is nothing where the end is before the beginning', () => {
    expect(exposure(twoPeaks, 3.5, 3.5)).toBe(0);
    expect(exposure(twoPeaks, 3.5, 3.2)).toBe(0);
  });
});

describe('a learned profile', () => {
  it('has 1 as its mean, and no slot without weight', () => {
    fc.assert(
      fc.property(counts, (seen) => {
        const profile = profileOf(seen);
        expect(meanOf(profile)).toBeCloseTo(1, 9);
        expect(Math.min(...profile)).toBeGreaterThan(0);
      }),
    );
  });

  it('is flat before anything was seen', () => {
    expect(profileOf([])).toEqual(flatProfile);
  });

  it('is flat until a whole day was watched', () => {
    expect(profileOf([1000, 2000], 0.9)).toBe(flatProfile);
    expect(profileOf([1000, 2000], 1)).toEqual(profileOf([1000, 2000]));
  });

  it('is flatter the less was seen', () => {
    fc.assert(
      fc.property(
        counts.filter((seen) => new Set(seen).size > 1),
        (seen) => {
          const few = profileOf(seen.map((count) => count / 100));
          expect(farthestFromFlat(few)).toBeLessThan(farthestFromFlat(profileOf(seen)));
        },
      ),
    );
  });

  it('comes near the truth with many changes', () => {
    const profile = profileOf(twoPeaks.map((weight) => 1000 * weight));
    expect(Math.max(...profile.map((weight, slot) => Math.abs(weight - (twoPeaks[slot] ?? 0))))).toBeLessThan(0.15);
  });

  it('smooths across midnight', () => {
    const profile = profileOf([10_000]);
    expect(profile[slotsPerDay - 1]).toBeCloseTo(profile[1] ?? 0, 9);
    expect(profile[slotsPerDay - 1]).toBeGreaterThan(5);
    expect(profile[48]).toBeLessThan(0.1);
  });
});

describe('the slot of a moment', () => {
  it.each([
    [20_000, 0],
    [20_000.5, 48],
    [20_000 + 0.999_999, 95],
    [-0.25, 72],
  ])('of %d is %d', (moment, slot) => {
    expect(slotOf(moment)).toBe(slot);
  });
});
