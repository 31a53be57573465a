import { flatProfile, slotsPerDay, type DayProfile } from './day-profile.ts';

/**
 * When a target is polled best, over a day whose changes follow a profile. Everything depends on one number, the
 * eagerness: rate (changes a day) x weight / (price of a request, in days of delay of one change, x requests of a poll).
 */
export interface DayPlan {
  /**
   * The next moment to poll, in days, local.
   * @param last when it was last polled
   * @param since from when on changes are expected; `last` but for what has happened already for today
   */
  next(last: number, eagerness: number, since?: number): number;
  /** Polls a day. */
  polls(eagerness: number): number;
  /** Mean delay of a change, in days. */
  delay(eagerness: number): number;
}

/** The optimum at one eagerness. */
interface Optimum {
  readonly eagerness: number;
  /** Delay and polls a day, in prices of a poll. */
  readonly cost: number;
  readonly polls: number;
  /** Per slot: how many changes may be expected unseen there before a poll pays, as a multiple of the flat day's. */
  readonly level: Float64Array;
  /** The highest of them. */
  readonly top: number;
}

const stepsPerDecade = 6;
const [lowest, highest] = [-2, 3.5];
/** Beyond this many slots between two polls nothing better is found. */
const longestDays = 24;

/**
 * The best plan for a profile: the fixed point of V(s) = min over t of (delay of what changes between s and t, seen at t)
 * + 1 + V(t), the average cost of a day taken off, by value iteration over slots. In between it holds that polling at t
 * is best where the integral of (expected unseen changes - level) is least, so that only levels have to be kept.
 * It takes some 100 ms, except for the flat profile; whatever else is to be done meanwhile is done at each `yield`.
 */
export function* planDayInSteps(profile: DayProfile): Generator<undefined, DayPlan> {
  if (profile === flatProfile) return flatPlan;
  const optima: Optimum[] = [];
  for (let step = lowest * stepsPerDecade; step <= highest * stepsPerDecade; step += 1) {
    optima.push(optimum(profile, 10 ** (step / stepsPerDecade)));
    yield;
  }
  return planFrom(profile, optima);
}

export function planDay(profile: DayProfile): DayPlan {
  const steps = planDayInSteps(profile);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** With the same rate all day, the gap is what weighs half of its changes' delay against the price. */
export const flatPlan: DayPlan = {
  next: (last, eagerness, since = last) => Math.max(last, since) + Math.sqrt(2 / eagerness),
  polls: (eagerness) => Math.sqrt(eagerness / 2),
  delay: (eagerness) => Math.sqrt(1 / (2 * eagerness)),
};

function planFrom(profile: DayProfile, optima: readonly Optimum[]): DayPlan {
  const between = (eagerness: number): readonly [Optimum, Optimum, number] => {
    const at = Math.max(0, Math.min(optima.length - 1, (Math.log10(eagerness) - lowest) * stepsPerDecade));
    const low = Math.min(optima.length - 2, Math.floor(at));
    return [optima[low] as Optimum, optima[low + 1] as Optimum, at - low];
  };
  /** What goes with the square root of the eagerness is the same at all of them but for the profile's grip on it. */
  const scaled = (eagerness: number, of: (one: Optimum) => number): number => {
    const [a, b, share] = between(eagerness);
    const unit = ({ eagerness: at }: Optimum): number => Math.sqrt(at);
    return Math.sqrt(eagerness) * ((1 - share) * (of(a) / unit(a)) + share * (of(b) / unit(b)));
  };
  const polls = (eagerness: number): number => scaled(eagerness, (one) => one.polls);
  return {
    polls,
    delay: (eagerness) => Math.max(0, scaled(eagerness, (one) => one.cost) - polls(eagerness)) / eagerness,
    next(last, eagerness, since = last) {
      const [a, b, share] = between(eagerness);
      const flat = Math.sqrt(2 * eagerness);
      const highestLevel = flat * Math.max(a.top, b.top);
      const start = Math.max(last, since);
      let slot = Math.floor(start * slotsPerDay);
      let [from, unseen, sum] = [start, 0, 0];
      let [best, bestAt] = [0, start];
      while (unseen < highestLevel && from < start + longestDays) {
        const index = ((slot % slotsPerDay) + slotsPerDay) % slotsPerDay;
        const rate = eagerness * (profile[index] ?? 1);
        const level = flat * ((1 - share) * (a.level[index] ?? 1) + share * (b.level[index] ?? 1));
        const to = (slot + 1) / slotsPerDay;
        const least = Math.max(0, Math.min(to - from, (level - unseen) / rate));
        const there = sum + (unseen - level) * least + (rate * least ** 2) / 2;
        if (there < best) [best, bestAt] = [there, from + least];
        sum += (unseen - level) * (to - from) + (rate * (to - from) ** 2) / 2;
        unseen += rate * (to - from);
        from = to;
        slot += 1;
      }
      return bestAt > last ? bestAt : last + Math.sqrt(2 / eagerness);
    },
  };
}

function optimum(profile: DayProfile, eagerness: number): Optimum {
  const gap = Math.sqrt(2 / eagerness);
  const longest = Math.ceil(slotsPerDay * Math.min(longestDays, Math.max(1, 4 * gap)));
  const horizon = slotsPerDay * Math.ceil(Math.max(6, 6 * gap));
  const slot = 1 / slotsPerDay;
  // Any end will do; the nearer it is to the truth, the sooner a day costs what it costs for ever.
  const guess = Math.sqrt(2 * eagerness) * slot;
  const value = Float64Array.from({ length: horizon + longest + 1 }, (_, at) => Math.min(0, (horizon - at) * guess));
  const next = new Int32Array(slotsPerDay);
  // How many unseen changes it takes at most before a poll pays: the steepest slope of the value in the days that count.
  const slopes = new Float64Array(horizon / slotsPerDay + 1);
  const ahead = Math.ceil(longest / slotsPerDay);
  let steepest = guess / slot;
  for (let start = horizon - 1; start >= 0; start -= 1) {
    const today = Math.floor(start / slotsPerDay);
    if (start % slotsPerDay === slotsPerDay - 1)
      steepest = Math.max(guess / slot, ...slopes.subarray(today + 1, today + 2 + ahead));
    let delay = 0;
    let unseen = 0;
    let best = Infinity;
    let bestAt = 1;
    for (let slots = 1; slots <= longest && unseen <= steepest; slots += 1) {
      const changes = eagerness * (profile[(start + slots - 1) % slotsPerDay] ?? 1) * slot;
      delay += unseen * slot + (changes * slot) / 2;
      unseen += changes;
      const cost = delay + 1 + (value[start + slots] ?? 0);
      if (cost < best) {
        best = cost;
        bestAt = slots;
      }
    }
    value[start] = best;
    next[start % slotsPerDay] = bestAt;
    steepest = Math.max(steepest, (best - (value[start + 1] ?? 0)) / slot);
    slopes[today] = steepest;
  }
  const cost = ((value[0] ?? 0) - (value[4 * slotsPerDay] ?? 0)) / 4;
  // One slot later costs what the level says: the slope of the value, the average cost of a slot taken off.
  const flat = Math.sqrt(2 * eagerness);
  // Gaps of few slots are as if the rate stood still, and slopes over slots would say nothing.
  const level = profile.map((weight, at) =>
    gap * slotsPerDay < 3 ? Math.sqrt(weight) : ((value[at] ?? 0) - (value[at + 1] ?? 0)) / slot / flat,
  );
  return { eagerness, cost, polls: pollsADay(next), level, top: Math.max(...level) };
}

function pollsADay(next: Int32Array): number {
  let [slot, polls] = [0, 0];
  while (slot < 64 * slotsPerDay) {
    slot += next[slot % slotsPerDay] ?? 1;
    polls += 1;
  }
  return (polls * slotsPerDay) / slot;
}
