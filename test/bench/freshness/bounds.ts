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

/** What a poll costs, in days of delay of one change. */
export interface PollCost {
  readonly price: number;
  readonly details: number;
  /** The details are paid for each local date on which something changed, not once for all that is found. */
  readonly isByDate?: boolean;
}

/** LB1: constant rates. @returns days */
export function flatBound(asked: BoundQuestion): number {
  return valueAt(asked, flatCosts(asked), flatPrice(asked));
}

/**
 * LB2: rates that follow a profile over the day.
 * @param profile weights of equal slots of a day, mean 1
 */
export function profileBound(asked: BoundQuestion & Pick<PollCost, 'isByDate'>, profile: ArrayLike<number>): number {
  const costs =
    (slotsPerGap: number): Costs =>
    (grid, price) =>
      grid.map((rate) => {
        const cost = { ...asked, price };
        return cheapestDay(inSlots(profile, meanGap(rate, cost) / slotsPerGap), rate, cost);
      });
  // The best price is searched roughly: what it is missed by counts squared.
  const price = bestPrice(flatPrice(asked), 1.6, (at) => valueAt(asked, costs(12), at, 6));
  return valueAt(asked, costs(32), price);
}

/**
 * The least average cost of a day over all schedules that poll at the ends of slots, however many days they take to
 * repeat: between the least and the most that one more day adds to the best plan of a long time (value iteration), so that
 * the least is a bound.
 */
export function cheapestDay(profile: ArrayLike<number>, rate: number, cost: PollCost): number {
  const { price, details, isByDate = false } = cost;
  const slots = profile.length;
  const slot = 1 / slots;
  const gap = meanGap(rate, cost);
  const longest = Math.ceil(slots * Math.max(1, 4 * gap));
  const end = slots * Math.ceil(Math.max(4, 6 * gap));
  // Any end will do; the nearer it is to the truth, the sooner a day costs what it costs for ever.
  const guess = Math.sqrt(2 * rate * price) * slot;
  const value = Float64Array.from({ length: end + longest + 1 }, (_, at) => Math.min(0, (end - at) * guess));
  // How many unseen changes it takes at most before a poll pays: the steepest slope of the value from here on.
  let level = guess / slot;
  for (let start = end - 1; start >= 0; start -= 1) {
    let [delay, unseen, best] = [0, 0, Infinity];
    // Chance of a detail on dates that are over, and changes since.
    let [fetched, since] = [0, 0];
    for (let length = 1; length <= longest && unseen <= level; length += 1) {
      const index = (start + length - 1) % slots;
      if (isByDate && index === 0) {
        fetched -= Math.expm1(-since);
        since = 0;
      }
      const changes = rate * (profile[index] ?? 0) * slot;
      delay += unseen * slot + (changes * slot) / 2;
      unseen += changes;
      since += changes;
      const found = details === 0 ? 0 : fetched - Math.expm1(-since);
      const whole = delay + price * (1 + details * found) + (value[start + length] ?? 0);
      if (whole < best) best = whole;
    }
    value[start] = best;
    level = Math.max(level, (best - (value[start + 1] ?? 0)) / slot);
  }
  let added = Infinity;
  for (let start = 0; start < slots; start += 1)
    added = Math.min(added, (value[start] ?? 0) - (value[start + slots] ?? 0));
  return added;
}

/** Cost of a day of targets of these rates. */
type Costs = (grid: readonly number[], price: number) => readonly number[];

/** On a flat day. */
function flatCosts({ details, shortest = 0, longest = Infinity }: BoundQuestion): Costs {
  const cheapest = (rate: number, price: number): number => {
    const of = (gap: number): number => (rate * gap) / 2 + (price * (1 - details * Math.expm1(-rate * gap))) / gap;
    // The cost of a gap has one valley: where it is steepest lies between the gaps of a poll alone and with its details.
    const from = Math.max(shortest, 1e-7);
    return least(of, from, Math.max(from, Math.min(longest, 30 * meanGap(rate, { price, details }))));
  };
  return (grid, price) => grid.map((rate) => cheapest(rate, price));
}

/** The best price of a flat day is near that of a day without details. */
function flatPrice(asked: BoundQuestion): number {
  const roots = Array.from(asked.rates).reduce((sum, rate) => sum + Math.sqrt(rate), 0);
  const costs = flatCosts(asked);
  return bestPrice((roots / asked.requestsPerDay) ** 2 / 2, 8, (price) => valueAt(asked, costs, price));
}

/** Where a function of the price that has one summit is highest. */
function bestPrice(near: number, factor: number, of: (price: number) => number): number {
  const best = Math.exp(
    highest((log) => of(Math.exp(log)), Math.log(near / factor), Math.log(near * factor), Math.log(factor) / 30),
  );
  const isAtTheEdge = best < (near / factor) * 1.05 || best > (near * factor) / 1.05;
  return isAtTheEdge ? bestPrice(best, factor, of) : best;
}

/**
 * The cost of a target is concave in its rate (the least of functions that are), so that a line between two rates of a
 * grid lies below it: what is read off it is a bound, too.
 */
function valueAt({ rates, requestsPerDay }: BoundQuestion, costs: Costs, price: number, pointsPerDecade = 16): number {
  const sorted = Float64Array.from(rates).toSorted();
  const [least, most] = [sorted[0] ?? 1, sorted.at(-1) ?? 1];
  const points = Math.max(2, Math.ceil(Math.log10(most / least) * pointsPerDecade) + 1);
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

/** The pause that is best on a flat day when every poll pays the details. */
function meanGap(rate: number, { price, details }: PollCost): number {
  return Math.sqrt((2 * price * (1 + details)) / rate);
}

/** The least value of a function with one valley. */
function least(of: (x: number) => number, from: number, to: number): number {
  return of(Math.exp(highest((log) => -of(Math.exp(log)), Math.log(from), Math.log(to), 1e-7)));
}

/** Where a function with one summit is highest: golden section search. */
function highest(of: (x: number) => number, from: number, to: number, tolerance: number): number {
  const golden = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [from, to];
  let [a, b] = [high - golden * (high - low), low + golden * (high - low)];
  let [atA, atB] = [of(a), of(b)];
  while (high - low > tolerance) {
    if (atA > atB) {
      [high, b, atB] = [b, a, atA];
      a = high - golden * (high - low);
      atA = of(a);
    } else {
      [low, a, atA] = [a, b, atB];
      b = low + golden * (high - low);
      atB = of(b);
    }
  }
  return (low + high) / 2;
}

/**
 * The same day in slots of a length that is at most so many days, but a quarter of a minute: polls at their ends only
 * cost about 1/24 of (slot / pause)^2 more than polls at any time.
 */
function inSlots(profile: ArrayLike<number>, length: number): ArrayLike<number> {
  const fits = [60, 15, 5].find((by) => profile.length % by === 0 && by / profile.length <= length);
  if (fits !== undefined) return coarser(profile, fits);
  const parts = [1, 2].find((by) => 1 / (profile.length * by) <= length) ?? 4;
  return Float64Array.from({ length: profile.length * parts }, (_, at) => profile[Math.floor(at / parts)] ?? 0);
}

function coarser(profile: ArrayLike<number>, by: number): Float64Array {
  return Float64Array.from({ length: profile.length / by }, (_, slot) => {
    let sum = 0;
    for (let at = 0; at < by; at += 1) sum += profile[slot * by + at] ?? 0;
    return sum / by;
  });
}
