/**
 * What was seen of a target's changes, older sights weighing less: the two numbers of a Gamma distribution of its rate
 * per day.
 */
export interface ChangeRate {
  readonly changes: number;
  /** Days watched, as the profile of the day weighs them. */
  readonly days: number;
}

export const nothingSeen: ChangeRate = Object.freeze({ changes: 0, days: 0 });

/** After so many days a sight weighs 1/e. */
const memoryDays = 14;

/** @param after days since the last sight */
export function learn(known: ChangeRate, seen: ChangeRate, after: number): ChangeRate {
  const kept = Math.exp(-after / memoryDays);
  return { changes: known.changes * kept + seen.changes, days: known.days * kept + seen.days };
}

/** The expected rate of a target, in changes a day. */
export function expectedRate(seen: ChangeRate, prior: ChangeRate): number {
  return (seen.changes + prior.changes) / (seen.days + prior.days);
}

/**
 * How many changes there were, where it is only known that there was at least one.
 * @param expected how many were to be expected
 */
export function atLeastOne(expected: number): number {
  return expected < 1e-6 ? 1 : expected / -Math.expm1(-expected);
}

/**
 * What the history in a first listing teaches, as if it had been watched since then.
 * @param ages days before now of each change
 * @param days how far the listing reached back
 */
export function learnHistory(ages: readonly number[], days: number): ChangeRate {
  const weight = (age: number): number => Math.exp(-Math.max(0, age) / memoryDays);
  return {
    changes: ages.filter((age) => age <= days).reduce((sum, age) => sum + weight(age), 0),
    days: memoryDays * (1 - weight(days)),
  };
}

/** Sums over the targets of a tenant and a resource. */
export interface RateSums {
  readonly targets: number;
  readonly changes: number;
  readonly days: number;
  readonly daysSquared: number;
  /** Of changes squared / days. */
  readonly spread: number;
}

/** Evidence that a prior weighs at least and at most, in days. */
const [leastDays, mostDays] = [0.25, 60];
/** Days of evidence that a guess is worth beside what was seen. */
const guessDays = 1;

/**
 * What targets of a resource have in common: the Gamma distribution that their rates come from, by the method of moments.
 * @param guess changes a day of a target where nothing was seen yet
 */
export function pooledRate({ targets, changes, days, daysSquared, spread }: RateSums, guess: number): ChangeRate {
  const mean = (changes + guess * guessDays) / (days + guessDays);
  const reach = days === 0 ? 0 : days - daysSquared / days;
  // Beyond what chance alone makes of equal rates.
  const beyond = spread - (days === 0 ? 0 : changes ** 2 / days) - Math.max(0, targets - 1) * mean;
  const variance = targets < 2 || reach <= 0 ? mean ** 2 : Math.max(beyond / reach, 1e-9);
  const weight = Math.min(mostDays, Math.max(leastDays, mean / variance));
  return { changes: mean * weight, days: weight };
}
