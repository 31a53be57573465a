import { slotsPerDay } from '#core';
import { gaussian, poisson, seeded, type Random } from './random.ts';

/** Athletes and what happens to them. Times are days since a midnight, UTC. */
export interface World {
  readonly name: string;
  /** Changes a day of each athlete. */
  readonly rates: Float64Array;
  /** Minutes east of UTC of each. */
  readonly offsets: Int16Array;
  /** Weights of one-minute slots of the local day; the mean is 1. */
  readonly profile: Float64Array;
}

export type DayShape = 'flat' | 'two peaks';

const minutes = 1440;
/** Changes a day of the mean athlete: two or three syncs of a watch, and some edits. */
const meanRate = 4;

export function worldOf(athletes: number, sigma: number, shape: DayShape, seed: number): World {
  const random = seeded(seed);
  const rates = Float64Array.from(
    { length: athletes },
    () => meanRate * Math.exp(sigma * gaussian(random) - sigma ** 2 / 2),
  );
  // One country, most of all: the worst case for a budget, because all peaks come together.
  const offsets = Int16Array.from(
    { length: athletes },
    () => [60, 60, 60, 60, 60, 60, 60, 0, 0, 120][Math.floor(random() * 10)] ?? 60,
  );
  return { name: `${athletes} athletes, sigma ${sigma}, ${shape}`, rates, offsets, profile: profileOf(shape) };
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

/** Draws what changed between two moments, when somebody looks. */
export class Changes {
  readonly #world: World;
  readonly #random: Random;
  /** Integral of the profile up to each minute, in days. */
  readonly #sums: Float64Array;

  constructor(world: World, seed: number) {
    this.#world = world;
    this.#random = seeded(seed);
    this.#sums = new Float64Array(minutes + 1);
    for (let minute = 0; minute < minutes; minute += 1)
      this.#sums[minute + 1] = (this.#sums[minute] ?? 0) + (world.profile[minute] ?? 0) / minutes;
  }

  /** @returns the moments, in any order */
  between(athlete: number, from: number, to: number): readonly number[] {
    const offset = (this.#world.offsets[athlete] ?? 0) / minutes;
    const [first, last] = [this.#sum(from + offset), this.#sum(to + offset)];
    const count = poisson(this.#random, (this.#world.rates[athlete] ?? 0) * (last - first));
    return Array.from({ length: count }, () => this.#at(first + this.#random() * (last - first)) - offset);
  }

  #sum(day: number): number {
    const whole = Math.floor(day);
    const minute = (day - whole) * minutes;
    const at = Math.min(minutes - 1, Math.floor(minute));
    return whole + (this.#sums[at] ?? 0) + ((this.#sums[at + 1] ?? 0) - (this.#sums[at] ?? 0)) * (minute - at);
  }

  #at(sum: number): number {
    const whole = Math.floor(sum);
    const rest = sum - whole;
    let [low, high] = [0, minutes];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#sums[middle] ?? 0) <= rest) low = middle;
      else high = middle;
    }
    const [from, to] = [this.#sums[low] ?? 0, this.#sums[low + 1] ?? 1];
    return whole + (low + (rest - from) / Math.max(to - from, 1e-12)) / minutes;
  }
}

/** The slot of the scheduler's day that a change falls in. */
export function slotOfChange(day: number): number {
  return Math.floor((day - Math.floor(day)) * slotsPerDay);
}
