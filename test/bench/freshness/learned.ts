import {
  Cadence,
  firstPace,
  flatPlan,
  flatProfile,
  learnHistory,
  nothingSeen,
  pace,
  planDay,
  pooledRate,
  profileOf,
  slotOf,
  slotsPerDay,
  type ChangeRate,
  type DayPlan,
  type DayProfile,
  type Pace,
} from '#core';
import { provider, type Limits } from './limits.ts';
import { historyDays, type Policy } from './simulate.ts';
import type { World } from './world.ts';

const dayMs = 86_400_000;
/** Share of the provider's day that watching may spend; the rest is for what comes new, for backfills and for errors. */
export const watchShare = 0.95;
const guess = 4;

export interface Guards {
  /** Shortest and longest pause, in days. */
  readonly shortest: number;
  readonly longest: number;
}

export interface LearnedParts {
  readonly guards: Guards;
  /** Whether the first look brings a history that rates and profile are learned from. */
  readonly isSeeded: boolean;
  /** The provider's, where nothing else is said. */
  readonly limits?: Limits;
}

/** What runs in production: `Cadence` for the pauses and `pace` for the price, with rates and profile that it learns. */
export function learned(world: World, { guards, isSeeded, limits = provider }: LearnedParts): Policy {
  const rates: ChangeRate[] = Array.from(world.rates, () => nothingSeen);
  // From when on changes are expected, where there is one a day.
  const expecting = new Float64Array(world.rates.length).fill(-Infinity);
  const counts = new Float64Array(slotsPerDay);
  const offsetOf = (athlete: number): number => world.offsets[athlete] ?? 0;
  let profile: DayProfile = flatProfile;
  let plan: DayPlan = flatPlan;
  let current: Pace = firstPace;
  let cadence: Cadence | undefined;
  let [adjusted, decayed] = [0, 0];

  const note = (athlete: number, changes: readonly number[]): void => {
    for (const at of changes) {
      const slot = slotOf(at + offsetOf(athlete));
      counts[slot] = (counts[slot] ?? 0) + 1;
    }
  };
  const adjust = (now: number, spent: { readonly day: number; readonly overdue: number }): void => {
    const kept = Math.exp(-(now - decayed) / 14);
    for (let slot = 0; slot < slotsPerDay; slot += 1) counts[slot] = (counts[slot] ?? 0) * kept;
    decayed = now;
    const seen = profileOf(counts, now + (isSeeded ? historyDays : 0));
    if (seen.some((weight, slot) => Math.abs(weight - (profile[slot] ?? 1)) > 0.1)) {
      profile = seen;
      plan = planDay(profile);
    }
    const prior = priorOf(rates);
    const manner = { plan, ...guards, details: 1 };
    const demand = { ...manner, rates: histogram(rates, prior) };
    const allowed = watchShare * limits.day;
    // What a day had before there was a whole one is taken for what was wanted.
    const inADay = now < 1 ? allowed : spent.day;
    current = pace(current, [demand], { allowed, spent: inADay, overdue: spent.overdue }, now - adjusted);
    adjusted = now;
    cadence = new Cadence({ ...manner, ...current, profile, prior });
  };

  return {
    name: isSeeded ? 'learned' : 'learned, cold',
    begin(athlete, history, random) {
      if (isSeeded) {
        rates[athlete] = learnHistory(
          history.map((at) => -at),
          historyDays,
        );
        note(athlete, history);
      }
      // Athletes that are watched already, not all connected at this moment.
      return random() * Math.min(1, world.rates.length / (limits.day * 0.9));
    },
    adjust,
    after(athlete, { now, last, changes }, random) {
      if (cadence === undefined) adjust(now, { day: 0, overdue: 0 });
      const [known, expected] = [rates[athlete] ?? nothingSeen, expecting[athlete] ?? 0];
      const utcOffsetMinutes = Math.round(offsetOf(athlete) * 1440);
      const sight = { from: Math.max(last, expected) * dayMs, to: now * dayMs, changes: changes.length };
      const next = (cadence as Cadence).learn(known, sight, utcOffsetMinutes);
      rates[athlete] = next;
      note(athlete, changes);
      const today = Math.floor(now + offsetOf(athlete));
      if (world.isOnceADay && changes.some((at) => at + offsetOf(athlete) >= today))
        expecting[athlete] = today + 1 - offsetOf(athlete);
      const since = Math.max(now, expecting[athlete] ?? 0) * dayMs;
      const seconds = (cadence as Cadence).pause(next, { last: now * dayMs, since, utcOffsetMinutes }, random());
      return now + seconds / 86_400;
    },
  };
}

function priorOf(rates: readonly ChangeRate[]): ChangeRate {
  const sums = { targets: 0, changes: 0, days: 0, daysSquared: 0, spread: 0 };
  for (const { changes, days } of rates) {
    if (days === 0) continue;
    sums.targets += 1;
    sums.changes += changes;
    sums.days += days;
    sums.daysSquared += days ** 2;
    sums.spread += changes ** 2 / days;
  }
  return pooledRate(sums, guess);
}

function histogram(rates: readonly ChangeRate[], prior: ChangeRate): readonly (readonly [number, number])[] {
  const bins = new Map<number, number>();
  for (const { changes, days } of rates) {
    const bin = Math.round(Math.log10((changes + prior.changes) / (days + prior.days)) * 24);
    bins.set(bin, (bins.get(bin) ?? 0) + 1);
  }
  return [...bins].map(([bin, count]) => [10 ** (bin / 24), count] as const);
}
