export interface Delays {
  /** Hours. */
  readonly mean: number;
  /** Half of the mean's 95 % confidence interval, by the means of the days. */
  readonly plusMinus: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** Mean of the changes of each day before those that count. */
  readonly warmUp: readonly number[];
}

/** Collects the delay of every change, by the day of the change. */
export class DelayLog {
  readonly #days: number[][];
  readonly #warmUp: number;

  constructor(days: { readonly warmUp: number; readonly counted: number }) {
    this.#days = Array.from({ length: days.warmUp + days.counted }, () => []);
    this.#warmUp = days.warmUp;
  }

  /** @param at days @param delay days */
  add(at: number, delay: number): void {
    this.#days[Math.floor(at)]?.push(delay * 24);
  }

  statistics(): Delays {
    const [before, counted] = [this.#days.slice(0, this.#warmUp), this.#days.slice(this.#warmUp)];
    const delays = Float64Array.from(counted.flat()).toSorted();
    const at = (share: number): number => delays[Math.min(delays.length - 1, Math.floor(share * delays.length))] ?? 0;
    const mean = meanOf(delays);
    const means = counted.map(meanOf);
    const variance = means.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (means.length - 1);
    return {
      mean,
      plusMinus: student(means.length - 1) * Math.sqrt(variance / means.length),
      p50: at(0.5),
      p95: at(0.95),
      p99: at(0.99),
      warmUp: before.map(meanOf),
    };
  }
}

function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < values.length; at += 1) sum += values[at] ?? 0;
  return sum / values.length;
}

/** Student's t that 97.5 % are below; to three digits from three degrees of freedom on. */
function student(freedom: number): number {
  const z = 1.959964;
  const [z3, z5, z7] = [z ** 3, z ** 5, z ** 7];
  return (
    z +
    (z3 + z) / (4 * freedom) +
    (5 * z5 + 16 * z3 + 3 * z) / (96 * freedom ** 2) +
    (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * freedom ** 3)
  );
}
