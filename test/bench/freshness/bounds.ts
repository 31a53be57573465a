/**
 * What no scheduler can beat: lower bounds of the mean delay of a change, given every target's rate, for a number of
 * requests a day. A poll that finds something costs `details` more. Both are Lagrangian duals: for ANY price of a request
 * the least of (delay + price x requests) over all schedules, less price x budget, is a bound; the best price is searched.
 */
export interface BoundQuestion {
  /** Changes a day of each target. */
  readonly rates: ArrayLike<number>;
  readonly requestsPerDay: number;
  readonly details: number;
  /** Shortest and longest pause between two polls, in days; without them, any. */
  readonly shortest?: number;
  readonly longest?: number;
}

/** Logarithm: the price sought is at most so many times another one. */
const widest = Math.log(8);

/** LB1: constant rates. @returns days */
export function flatBound({ rates, requestsPerDay, details, shortest = 0, longest = Infinity }: BoundQuestion): number {
  const cost = (rate: number, price: number): number => {
    const of = (gap: number): number => (rate * gap) / 2 + (price * (1 - details * Math.expm1(-rate * gap))) / gap;
    // The cost of a gap has one valley: where it is steepest lies between the gaps of a poll alone and with its details.
    const from = Math.max(shortest, 1e-7);
    return least(of, from, Math.max(from, Math.min(longest, 30 * Math.sqrt(((1 + details) * price) / rate))));
  };
  return dual(rates, requestsPerDay, (grid, price) => grid.map((rate) => cost(rate, price)));
}

/**
 * LB2: rates that follow a profile over the day.
 * @param profile weights of equal slots of a day, mean 1; polls are made at their ends, so one-minute slots are exact enough
 */
export function profileBound({ rates, requestsPerDay, details }: BoundQuestion, profile: ArrayLike<number>): number {
  const coarse = coarser(profile, 5);
  const price = bestPrice(rates, requestsPerDay, (grid, at) =>
    grid.map((rate) => cheapestDay(coarse, rate, at, details)),
  );
  // Where two polls are hours apart, five minutes are short enough.
  const slots = (rate: number): ArrayLike<number> => (Math.sqrt((2 * price) / rate) > 1 / 8 ? coarse : profile);
  return valueAt(
    rates,
    requestsPerDay,
    (grid) => grid.map((rate) => cheapestDay(slots(rate), rate, price, details)),
    price,
  );
}

/**
 * The least average cost of a day over all schedules, however many days they take to repeat: between the least and the most
 * that one more day adds to the best plan of a long time (value iteration), so that the least is a bound.
 */
export function cheapestDay(profile: ArrayLike<number>, rate: number, price: number, details: number): number {
  const slots = profile.length;
  const slot = 1 / slots;
  const gap = Math.sqrt((2 * price * (1 + details)) / rate);
  const longest = Math.ceil(slots * Math.max(1, 4 * gap));
  const end = slots * Math.ceil(Math.max(4, 6 * gap));
  // Any end will do; the nearer it is to the truth, the sooner a day costs what it costs for ever.
  const guess = Math.sqrt(2 * rate * price) * slot;
  const value = Float64Array.from({ length: end + longest + 1 }, (_, at) => Math.min(0, (end - at) * guess));
  // How many unseen changes it takes at most before a poll pays: the steepest slope of the value from here on.
  let level = guess / slot;
  for (let start = end - 1; start >= 0; start -= 1) {
    let [delay, unseen, best] = [0, 0, Infinity];
    for (let length = 1; length <= longest && unseen <= level; length += 1) {
      const changes = rate * (profile[(start + length - 1) % slots] ?? 0) * slot;
      delay += unseen * slot + (changes * slot) / 2;
      unseen += changes;
      const cost =
        delay + price * (details === 0 ? 1 : 1 - details * Math.expm1(-unseen)) + (value[start + length] ?? 0);
      if (cost < best) best = cost;
    }
    value[start] = best;
    level = Math.max(level, (best - (value[start + 1] ?? 0)) / slot);
  }
  let added = Infinity;
  for (let start = 0; start < slots; start += 1)
    added = Math.min(added, (value[start] ?? 0) - (value[start + slots] ?? 0));
  return added;
}

type Costs = (grid: readonly number[], price: number) => readonly number[];

function dual(rates: ArrayLike<number>, requestsPerDay: number, costs: Costs): number {
  return valueAt(rates, requestsPerDay, costs, bestPrice(rates, requestsPerDay, costs));
}

/** The dual is concave in the price. It is searched around the price of the flat day without details. */
function bestPrice(rates: ArrayLike<number>, requestsPerDay: number, costs: Costs): number {
  const roots = Array.from(rates).reduce((sum, rate) => sum + Math.sqrt(rate), 0);
  const middle = Math.log((roots / requestsPerDay) ** 2 / 2);
  let [low, high] = [middle - widest, middle + widest];
  const golden = (Math.sqrt(5) - 1) / 2;
  const at = (log: number): number => valueAt(rates, requestsPerDay, costs, Math.exp(log));
  let [a, b] = [high - golden * (high - low), low + golden * (high - low)];
  let [atA, atB] = [at(a), at(b)];
  while (high - low > 0.005) {
    if (atA > atB) {
      [high, b, atB] = [b, a, atA];
      a = high - golden * (high - low);
      atA = at(a);
    } else {
      [low, a, atA] = [a, b, atB];
      b = low + golden * (high - low);
      atB = at(b);
    }
  }
  return Math.exp((low + high) / 2);
}

/**
 * The cost of a target is concave in its rate (the least of functions that are), so that a line between two rates of a
 * grid lies below it: what is read off it is a bound, too.
 */
function valueAt(rates: ArrayLike<number>, requestsPerDay: number, costs: Costs, price: number): number {
  const sorted = Float64Array.from(rates).toSorted();
  const [least, most] = [sorted[0] ?? 1, sorted.at(-1) ?? 1];
  const points = Math.max(2, Math.ceil(Math.log10(most / least) * 16) + 1);
  const grid = Array.from({ length: points }, (_, at) => least * (most / least) ** (at / (points - 1)));
  const known = costs(grid, price);
  let [sum, at, all] = [0, 0, 0];
  for (const rate of sorted) {
    while (at < points - 2 && rate > (grid[at + 1] ?? Infinity)) at += 1;
    const [from, to] = [grid[at] ?? rate, grid[at + 1] ?? rate];
    const share = to === from ? 0 : (rate - from) / (to - from);
    sum += (1 - share) * (known[at] ?? 0) + share * (known[at + 1] ?? 0);
    all += rate;
  }
  return (sum - price * requestsPerDay) / all;
}

/** The least value of a function with one valley. */
function least(of: (x: number) => number, from: number, to: number): number {
  let [low, high] = [Math.log(from), Math.log(to)];
  while (high - low > 1e-7) {
    const [a, b] = [low + (high - low) / 3, high - (high - low) / 3];
    if (of(Math.exp(a)) < of(Math.exp(b))) high = b;
    else low = a;
  }
  return of(Math.exp((low + high) / 2));
}

function coarser(profile: ArrayLike<number>, by: number): Float64Array {
  return Float64Array.from({ length: profile.length / by }, (_, slot) => {
    let sum = 0;
    for (let at = 0; at < by; at += 1) sum += profile[slot * by + at] ?? 0;
    return sum / by;
  });
}
