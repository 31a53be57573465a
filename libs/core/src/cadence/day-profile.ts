/** Slots of a local day, of a quarter of an hour each. */
export const slotsPerDay = 96;

/** How much likelier a change is in each slot of the local day than on average; the mean is 1. */
export type DayProfile = Float64Array;

/** So many changes, spread evenly, are believed in before any was seen. */
const evenChanges = 96;
/** Standard deviation of the smoothing, in slots. */
const spread = 1.5;

export const flatProfile: DayProfile = new Float64Array(slotsPerDay).fill(1);

/**
 * The profile behind a histogram of changes: smoothed over half an hour or so, and the flatter the fewer there were.
 * @param counts changes seen in each slot, decayed ones too; missing slots count as 0
 * @param days over which they were seen: before a whole one, hours that nobody watched would be taken for quiet ones
 */
export function profileOf(counts: ArrayLike<number>, days = 1): DayProfile {
  if (days < 1) return flatProfile;
  const seen = Float64Array.from({ length: slotsPerDay }, (_, slot) => counts[slot] ?? 0);
  const kernel = Array.from({ length: 11 }, (_, at) => Math.exp(-(((at - 5) / spread) ** 2) / 2));
  const whole = kernel.reduce((sum, weight) => sum + weight, 0);
  const smooth = seen.map((_, slot) =>
    kernel.reduce(
      (sum, weight, at) => sum + (weight / whole) * (seen[(slot + at - 5 + slotsPerDay) % slotsPerDay] ?? 0),
      0,
    ),
  );
  const total = smooth.reduce((sum, count) => sum + count, 0);
  return smooth.map((count) => ((count + evenChanges / slotsPerDay) * slotsPerDay) / (total + evenChanges));
}

/** The slot of a moment (days, local). */
export function slotOf(day: number): number {
  return Math.min(slotsPerDay - 1, Math.floor((day - Math.floor(day)) * slotsPerDay + 1e-6));
}

/** Time between two moments (days, local), counted as the profile weighs it: 1 for each whole day. */
export function exposure(profile: DayProfile, from: number, to: number): number {
  if (to <= from) return 0;
  const whole = Math.floor(to - from);
  let sum = whole;
  let at = from + whole;
  while (at < to) {
    const end = Math.min(to, (Math.floor(at * slotsPerDay + 1e-9) + 1) / slotsPerDay);
    sum += (profile[slotOf(at + 1e-9)] ?? 1) * (end - at);
    at = end;
  }
  return sum;
}
