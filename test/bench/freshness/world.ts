import { gaussian, seeded } from './random.ts';

export const minutes = 1440;

/** Athletes and what happens to them. Times are days since a midnight, UTC. */
export interface World {
  /** Changes a day of each athlete. */
  readonly rates: Float64Array;
  /** Days that each is east of UTC. */
  readonly offsets: Float64Array;
  /** Weights of one-minute slots of the local day; the mean is 1. */
  readonly profile: Float64Array;
  /** Only the first change of a local day happens. */
  readonly isOnceADay: boolean;
}

export type DayShape = 'flat' | 'two-peaks';

export interface WorldParts {
  readonly athletes: number;
  /** Rates are log-normal. */
  readonly sigma: number;
  readonly shape: DayShape;
  /** Changes a day of the mean athlete. */
  readonly meanRate?: number;
  readonly isOnceADay?: boolean;
}

/** @param meanRate by default, two or three syncs of a watch and some edits */
export function worldOf({ athletes, sigma, shape, meanRate = 4, isOnceADay = false }: WorldParts, seed: number): World {
  const random = seeded(seed);
  const rates = Float64Array.from(
    { length: athletes },
    () => meanRate * Math.exp(sigma * gaussian(random) - sigma ** 2 / 2),
  );
  // One country, most of all: the worst case for a budget, because all peaks come together.
  const offsets = Float64Array.from(
    { length: athletes },
    () => ([60, 60, 60, 60, 60, 60, 60, 0, 0, 120][Math.floor(random() * 10)] ?? 60) / minutes,
  );
  return { rates, offsets, profile: profileOf(shape), isOnceADay };
}

/** Watches sync after the night and after the evening's training. */
function profileOf(shape: DayShape): Float64Array {
  const bell = (hour: number, at: number, width: number): number => Math.exp(-(((hour - at) / width) ** 2) / 2);
  const weights = Float64Array.from({ length: minutes }, (_, minute) => {
    const hour = (minute + 0.5) / 60;
    return shape === 'flat' ? 1 : 0.25 + 2.2 * bell(hour, 7.5, 1.2) + 1.8 * bell(hour, 19, 1.8);
  });
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / minutes;
  return weights.map((weight) => weight / mean);
}
