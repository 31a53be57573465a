import { Window } from './limits.ts';
import { DueQueue } from './queue.ts';
import { Changes, type World } from './world.ts';
import { seeded, type Random } from './random.ts';

/** Who decides when an athlete is looked at again. Times are days since a midnight, UTC. */
export interface Policy {
  readonly name: string;
  /** Before the first look, with the history that it brings. */
  begin(athlete: number, history: readonly number[], now: number): void;
  /** @returns the next look */
  after(athlete: number, look: Look, random: Random): number;
  /** Once an hour. */
  adjust?(now: number, spent: { readonly day: number; readonly overdue: number }): void;
}

export interface Look {
  readonly now: number;
  readonly last: number;
  /** When what it found had changed. */
  readonly changes: readonly number[];
}

/** What the provider allows. */
export const provider = { minutes: 3000, day: 100_000, shortDays: 900 / 86_400 };
/** Shares of it, as the bridge keeps them: listings leave room for the details of what they find. */
const shares = { listing: { short: 0.9, day: 0.99 }, detail: { short: 0.96, day: 0.995 } };
export const historyDays = 28;

export interface Outcome {
  readonly policy: string;
  /** Hours from a change to its event. */
  readonly mean: number;
  /** Half of the 95 % confidence interval of the mean, from the means of the days. */
  readonly plusMinus: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly requestsPerDay: number;
  readonly mostIn15Minutes: number;
  readonly mostInADay: number;
  /** Mean of the days before those that count, in hours. */
  readonly warmUp: number;
}

export function simulate(
  world: World,
  policy: Policy,
  days: { readonly warmUp: number; readonly counted: number },
  seed: number,
): Outcome {
  const random = seeded(seed);
  const changes = new Changes(world, seed + 1);
  const athletes = world.rates.length;
  const last = new Float64Array(athletes);
  const due = new DueQueue();
  const [short, day] = [new Window(provider.shortDays, provider.minutes), new Window(1, provider.day)];
  const [end, from] = [days.warmUp + days.counted, days.warmUp];
  const found: { readonly at: number; readonly delay: number }[] = [];
  const warm = { sum: 0, count: 0 };
  let requests = 0;

  const request = (now: number, { short: ofShort, day: ofDay }: typeof shares.listing): number => {
    const at = Math.max(
      short.freeAt(now, Math.floor(ofShort * provider.minutes)),
      day.freeAt(now, Math.floor(ofDay * provider.day)),
    );
    short.add(at);
    day.add(at);
    if (at >= from) requests += 1;
    return at;
  };

  for (let athlete = 0; athlete < athletes; athlete += 1) {
    policy.begin(athlete, changes.between(athlete, -historyDays, 0), 0);
    // Athletes that are watched already, not all connected at this moment.
    due.push(random() * Math.min(1, athletes / (provider.day * 0.9)), athlete);
  }
  let [now, adjusted] = [0, -Infinity];
  for (;;) {
    const next = due.pop();
    if (next === undefined || Math.max(now, next[0]) >= end) break;
    const [dueAt, athlete] = next;
    now = request(Math.max(now, dueAt), shares.listing);
    if (now - adjusted >= 1 / 24) {
      adjusted = now;
      policy.adjust?.(now, { day: day.used(now), overdue: due.before(now) });
    }
    const seen = changes.between(athlete, last[athlete] ?? 0, now);
    const offset = (world.offsets[athlete] ?? 0) / 1440;
    // A request for each local day on which something changed.
    const dates = new Set(seen.map((at) => Math.floor(at + offset)));
    let told = now;
    for (const _ of dates) told = request(told, shares.detail);
    for (const at of seen) {
      if (at >= from) found.push({ at, delay: (told - at) * 24 });
      else {
        warm.sum += (told - at) * 24;
        warm.count += 1;
      }
    }
    now = told;
    const look = { now, last: last[athlete] ?? 0, changes: seen };
    last[athlete] = now;
    due.push(Math.max(now, policy.after(athlete, look, random)), athlete);
  }
  return {
    policy: policy.name,
    ...statistics(found, from, end),
    requestsPerDay: requests / days.counted,
    mostIn15Minutes: short.most,
    mostInADay: day.most,
    warmUp: warm.sum / warm.count,
  };
}

/** Changes of the last day are left out: those that are found late would be missing. */
function statistics(all: readonly { readonly at: number; readonly delay: number }[], from: number, end: number) {
  const found = all.filter(({ at }) => at < end - 1);
  const delays = Float64Array.from(found, ({ delay }) => delay).toSorted();
  const at = (share: number): number => delays[Math.min(delays.length - 1, Math.floor(share * delays.length))] ?? 0;
  const byDay = [...Map.groupBy(found, (one) => Math.floor(one.at - from)).values()];
  const means = byDay.map((ones) => ones.reduce((sum, { delay }) => sum + delay, 0) / ones.length);
  const mean = delays.reduce((sum, delay) => sum + delay, 0) / delays.length;
  const deviation = Math.sqrt(means.reduce((sum, one) => sum + (one - mean) ** 2, 0) / Math.max(1, means.length - 1));
  return { mean, plusMinus: (2.4 * deviation) / Math.sqrt(means.length), p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
