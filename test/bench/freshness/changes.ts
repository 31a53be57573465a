import { poisson, seeded, type Random } from './random.ts';
import { minutes, type World } from './world.ts';

/** Draws what changed between two moments, when somebody looks. Of an athlete, later moments must be asked for later. */
export class Changes {
  readonly #world: World;
  readonly #random: Random;
  /** Integral of the profile up to each minute, in days. */
  readonly #sums: Float64Array;
  /** The local date of each athlete's last change, where there is one a day. */
  readonly #dates: Float64Array;

  constructor(world: World, seed: number) {
    this.#world = world;
    this.#random = seeded(seed);
    this.#sums = new Float64Array(minutes + 1);
    this.#dates = new Float64Array(world.rates.length).fill(-Infinity);
    for (let minute = 0; minute < minutes; minute += 1)
      this.#sums[minute + 1] = (this.#sums[minute] ?? 0) + (world.profile[minute] ?? 0) / minutes;
  }

  /** @returns the moments, in any order */
  between(athlete: number, from: number, to: number): readonly number[] {
    const offset = this.#world.offsets[athlete] ?? 0;
    const local = this.#world.isOnceADay
      ? this.#firsts(athlete, from + offset, to + offset)
      : this.#all(athlete, from + offset, to + offset);
    return local.map((at) => at - offset);
  }

  #all(athlete: number, from: number, to: number): readonly number[] {
    const [first, last] = [this.#sum(from), this.#sum(to)];
    const count = poisson(this.#random, (this.#world.rates[athlete] ?? 0) * (last - first));
    return Array.from({ length: count }, () => this.#at(first + this.#random() * (last - first)));
  }

  /** The first of each local date on which none was before. */
  #firsts(athlete: number, from: number, to: number): readonly number[] {
    const found: number[] = [];
    for (let date = Math.floor(from); date < to; date += 1) {
      if (this.#dates[athlete] === date) continue;
      const all = this.#all(athlete, Math.max(from, date), Math.min(to, date + 1));
      if (all.length === 0) continue;
      this.#dates[athlete] = date;
      found.push(Math.min(...all));
    }
    return found;
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
