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
  /** Per slot: how many changes may be expected unseen there before a poll pays, as a multiple of the flat day's. */
  readonly level: Float64Array;
  /** The highest of them. */
  readonly top: number;
}

/** What a plan comes to when it is followed, as multiples of the flat day's. */
interface Followed {
  readonly polls: number;
  readonly delay: number;
}

/** Eagernesses that something is known at, as decimal logarithms. */
const [lowest, highest] = [-1.5, 3.5];
/** So many of them per decade: of the optima, and of what follows from them, which goes by leaps where polls a day are few. */
const [optimaPerDecade, followedPerDecade] = [6, 24];
/** Beyond this many days between two polls nothing better is found. */
const longestDays = 24;
/** A plan is followed for so many days, and for so many polls. */
const [daysFollowed, pollsFollowed] = [20, 60];

/**
 * The best plan for a profile: the fixed point of V(s) = min over t of (delay of what changes between s and t, seen at t)
 * + 1 + V(t), the average cost of a day taken off, by value iteration over slots. In between it holds that polling at t
 * is best where the integral of (expected unseen changes - level) is least, so that only levels have to be kept.
 * It takes some 300 ms, except for the flat profile; whatever else is to be done meanwhile is done at each `yield`.
 */
export function* planDayInSteps(profile: DayProfile): Generator<undefined, DayPlan> {
  if (profile === flatProfile) return flatPlan;
  const optima: Optimum[] = [];
  for (const eagerness of eagernesses(optimaPerDecade)) {
    optima.push(optimum(profile, eagerness));
    yield;
  }
  const next = nextBy(profile, optima);
  const followed: Followed[] = [];
  for (const eagerness of eagernesses(followedPerDecade)) {
    followed.push(follow(next, profile, eagerness));
    yield;
  }
  const known = (eagerness: number, of: (one: Followed) => number): number => {
    const [a, b, share] = between(followed, followedPerDecade, eagerness);
    return (1 - share) * of(a) + share * of(b);
  };
  return {
    next,
    polls: (eagerness) => flatPlan.polls(eagerness) * known(eagerness, ({ polls }) => polls),
    delay: (eagerness) => flatPlan.delay(eagerness) * known(eagerness, ({ delay }) => delay),
  };
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

function eagernesses(perDecade: number): readonly number[] {
  return Array.from({ length: (highest - lowest) * perDecade + 1 }, (_, step) => 10 ** (lowest + step / perDecade));
}

function inDay(slot: number): number {
  const index = slot % slotsPerDay;
  return index < 0 ? index + slotsPerDay : index;
}

/** What is known at the eagerness below and above, and how near the latter is. Beyond, what is known last. */
function between<T>(known: readonly T[], perDecade: number, eagerness: number): readonly [T, T, number] {
  const at = Math.max(0, Math.min(known.length - 1, (Math.log10(eagerness) - lowest) * perDecade));
  const low = Math.min(known.length - 2, Math.floor(at));
  return [known[low] as T, known[low + 1] as T, at - low];
}

/** The next poll is where the integral of (expected unseen changes - level) is least. */
function nextBy(profile: DayProfile, optima: readonly Optimum[]): DayPlan['next'] {
  return (last, eagerness, since = last) => {
    const [a, b, share] = between(optima, optimaPerDecade, eagerness);
    const flat = Math.sqrt(2 * eagerness);
    const highestLevel = flat * Math.max(a.top, b.top);
    const start = Math.max(last, since);
    let slot = Math.floor(start * slotsPerDay);
    let [from, unseen, sum] = [start, 0, 0];
    let [best, bestAt] = [0, start];
    while (unseen < highestLevel && from < start + longestDays) {
      const index = inDay(slot);
      const rate = eagerness * (profile[index] ?? 1);
      const level = flat * ((1 - share) * (a.level[index] ?? 1) + share * (b.level[index] ?? 1));
      const to = (slot + 1) / slotsPerDay;
      const paying = (level - unseen) / rate;
      const least = paying < 0 ? 0 : paying < to - from ? paying : to - from;
      const there = sum + (unseen - level) * least + (rate * least ** 2) / 2;
      if (there < best) [best, bestAt] = [there, from + least];
      sum += (unseen - level) * (to - from) + (rate * (to - from) ** 2) / 2;
      unseen += rate * (to - from);
      from = to;
      slot += 1;
    }
    return bestAt > last ? bestAt : last + Math.sqrt(2 / eagerness);
  };
}

function follow(next: DayPlan['next'], profile: DayProfile, eagerness: number): Followed {
  let [last, polls, delay] = [0, 0, 0];
  while (last < daysFollowed || polls < pollsFollowed) {
    const at = next(last, eagerness);
    for (let [slot, from] = [Math.floor(last * slotsPerDay + 1e-9), last]; from < at; slot += 1) {
      const end = (slot + 1) / slotsPerDay;
      const to = end < at ? end : at;
      delay += (profile[inDay(slot)] ?? 1) * (to - from) * (at - (from + to) / 2);
      from = to;
    }
    polls += 1;
    last = at;
  }
  return { polls: polls / last / flatPlan.polls(eagerness), delay: delay / last / flatPlan.delay(eagerness) };
}

function optimum(profile: DayProfile, eagerness: number): Optimum {
  const gap = Math.sqrt(2 / eagerness);
  const longest = Math.ceil(slotsPerDay * Math.min(longestDays, Math.max(1, 4 * gap)));
  const horizon = slotsPerDay * Math.ceil(Math.max(6, 6 * gap));
  const slot = 1 / slotsPerDay;
  // Any end will do; the nearer it is to the truth, the sooner a day costs what it costs for ever.
  const guess = Math.sqrt(2 * eagerness) * slot;
  const value = Float64Array.from({ length: horizon + longest + 1 }, (_, at) => Math.min(0, (horizon - at) * guess));
  // How many unseen changes it takes at most before a poll pays: the steepest slope of the value in the days that count.
  const slopes = new Float64Array(horizon / slotsPerDay + 1);
  const ahead = Math.ceil(longest / slotsPerDay);
  let steepest = guess / slot;
  for (let start = horizon - 1; start >= 0; start -= 1) {
    const today = Math.floor(start / slotsPerDay);
    if (start % slotsPerDay === slotsPerDay - 1)
      steepest = Math.max(guess / slot, ...slopes.subarray(today + 1, today + 2 + ahead));
    let [delay, unseen, best] = [0, 0, Infinity];
    for (let slots = 1; slots <= longest && unseen <= steepest; slots += 1) {
      const changes = eagerness * (profile[(start + slots - 1) % slotsPerDay] ?? 1) * slot;
      delay += unseen * slot + (changes * slot) / 2;
      unseen += changes;
      const cost = delay + 1 + (value[start + slots] ?? 0);
      if (cost < best) best = cost;
    }
    value[start] = best;
    steepest = Math.max(steepest, (best - (value[start + 1] ?? 0)) / slot);
    slopes[today] = steepest;
  }
  // One slot later costs what the level says: the slope of the value, the average cost of a slot taken off.
  const flat = Math.sqrt(2 * eagerness);
  // Gaps of few slots are as if the rate stood still, and slopes over slots would say nothing.
  const level = profile.map((weight, at) =>
    gap * slotsPerDay < 3 ? Math.sqrt(weight) : ((value[at] ?? 0) - (value[at + 1] ?? 0)) / slot / flat,
  );
  return { level, top: Math.max(...level) };
}
