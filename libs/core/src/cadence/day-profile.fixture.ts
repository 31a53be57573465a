import { slotsPerDay, type DayProfile } from './day-profile.ts';

/** A peak in the morning, a broader one in the evening, and little at night. */
export const twoPeaks: DayProfile = normalised((hour) => 0.25 + 2.2 * bell(hour, 7.5, 1.2) + 1.8 * bell(hour, 19, 1.8));

function bell(hour: number, at: number, width: number): number {
  return Math.exp(-(((hour - at) / width) ** 2) / 2);
}

function normalised(of: (hour: number) => number): DayProfile {
  const weights = Float64Array.from({ length: slotsPerDay }, (_, slot) => of(((slot + 0.5) * 24) / slotsPerDay));
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / slotsPerDay;
  return weights.map((weight) => weight / mean);
}
