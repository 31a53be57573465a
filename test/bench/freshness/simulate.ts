import { Changes } from './changes.ts';
import { DelayLog, type Delays } from './delays.ts';
import { provider, RequestLog, Window, type Limits } from './limits.ts';
import { DueQueue } from './queue.ts';
import { seeded, type Random } from './random.ts';
import type { World } from './world.ts';

/** Who decides when an athlete is looked at again. Times are days since a midnight, UTC. */
export interface Policy {
  readonly name: string;
  /**
   * @param history what the first look brings: changes before time 0
   * @returns the first look
   */
  begin(athlete: number, history: readonly number[], random: Random): number;
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

export interface Terms {
  /** Days. */
  readonly warmUp: number;
  readonly counted: number;
  readonly seed: number;
  /** What a look finds is fetched by one request, or by one for each local date on which something changed. */
  readonly fetch: 'look' | 'date';
  /** The provider's, where nothing else is said. */
  readonly limits?: Limits;
}

/** Shares of what the provider allows, as the bridge keeps them: listings leave room for the details of what they find. */
const shares = { listing: { short: 0.9, day: 0.99 }, detail: { short: 0.96, day: 0.995 } };
export const historyDays = 28;

export interface Outcome extends Delays {
  readonly policy: string;
  readonly requestsPerDay: number;
  readonly mostIn15Minutes: number;
  readonly mostInADay: number;
  /** Requests that were made when a window was full. */
  readonly over: number;
}

export function simulate(
  world: World,
  policy: Policy,
  { warmUp, counted, seed, fetch, limits = provider }: Terms,
): Outcome {
  const random = seeded(seed);
  const changes = new Changes(world, seed + 1);
  const athletes = world.rates.length;
  const last = new Float64Array(athletes);
  const due = new DueQueue();
  const [short, day] = [new Window(limits.shortDays, limits.minutes), new Window(1, limits.day)];
  const requests = new RequestLog();
  const delays = new DelayLog({ warmUp, counted });
  const end = warmUp + counted;

  const request = (now: number, share: typeof shares.listing): number => {
    const at = Math.max(
      short.freeAt(now, Math.floor(share.short * limits.minutes)),
      day.freeAt(now, Math.floor(share.day * limits.day)),
    );
    short.add(at);
    day.add(at);
    requests.add(at);
    return at;
  };
  const fetches = (seen: readonly number[], offset: number): number =>
    fetch === 'look' ? Math.min(1, seen.length) : new Set(seen.map((at) => Math.floor(at + offset))).size;

  for (let athlete = 0; athlete < athletes; athlete += 1)
    due.push(policy.begin(athlete, changes.between(athlete, -historyDays, 0), random), athlete);
  let [now, adjusted] = [0, -Infinity];
  for (;;) {
    const next = due.pop();
    if (next === undefined) break;
    const [dueAt, athlete] = next;
    const from = last[athlete] ?? 0;
    if (Math.max(now, dueAt) >= end) {
      // What has happened by the end is found by the look that is next.
      for (const at of changes.between(athlete, from, end)) delays.add(at, Math.max(now, dueAt) - at);
      continue;
    }
    now = request(Math.max(now, dueAt), shares.listing);
    if (now - adjusted >= 1 / 24) {
      adjusted = now;
      policy.adjust?.(now, { day: day.used(now), overdue: due.before(now) });
    }
    const seen = changes.between(athlete, from, now);
    const listed = now;
    for (let left = fetches(seen, world.offsets[athlete] ?? 0); left > 0; left -= 1) now = request(now, shares.detail);
    for (const at of seen) delays.add(at, now - at);
    last[athlete] = listed;
    due.push(Math.max(now, policy.after(athlete, { now: listed, last: from, changes: seen }, random)), athlete);
  }
  const [quarters, days] = [requests.windows(limits.shortDays, limits.minutes), requests.windows(1, limits.day)];
  return {
    policy: policy.name,
    ...delays.statistics(),
    requestsPerDay: requests.between(warmUp, end) / counted,
    mostIn15Minutes: quarters.most,
    mostInADay: days.most,
    over: quarters.over + days.over,
  };
}
