import { learnHistory, nothingSeen, type ChangeRate } from './cadence/change-rate.ts';
import { startOfTomorrow } from './calendar.ts';
import { hasPending, type Cursor } from './cursor.ts';
import type { BridgeError } from './errors.ts';
import type { News } from './news.ts';
import { finalDays, finalDueAt, listingDueAt, sweepDays } from './plan.ts';
import type { Tick } from './tick.ts';

const dayMs = 86_400_000;

/** @returns how long a target waits after so many failures in a row */
function backOffSeconds({ minSeconds, maxSeconds }: Tick['polling'], failures: number): number {
  return Math.min(maxSeconds, minSeconds * 2 ** Math.min(failures, 16));
}

/**
 * @param failures in a row, this one among them
 * @returns epoch ms at which a target that has failed is tried again; a breaker, before which nothing was asked, says itself when
 */
export function retryAt({ at, polling }: Tick, failures: number, { code, waitUntil = 0 }: BridgeError): number {
  return Math.max(waitUntil, code === 'BREAKER_OPEN' ? at : at + backOffSeconds(polling, failures) * 1000);
}

/**
 * Whether a breaker has been open for so long that the target would have failed once more by itself, after all of its pauses
 * since then. However often it is asked for meanwhile, that counts once.
 */
export function isLongOutage({ at, polling, failures }: Tick, { code, since = Infinity }: BridgeError): boolean {
  if (code !== 'BREAKER_OPEN') return false;
  let seconds = 0;
  for (let count = 0; count <= failures; count += 1) seconds += backOffSeconds(polling, count);
  return at - since >= seconds * 1000;
}

/** When a target is listed again, and what it was learned from. */
export interface NextListing {
  readonly rate: ChangeRate;
  /** Whole seconds between the last listing and the next one. */
  readonly intervalSeconds: number;
}

/**
 * After a complete listing, what it found teaches how often the target changes, and that decides upon the next one. Any
 * other poll leaves both as they are.
 */
export function nextListing(
  tick: Tick,
  { cursor, news }: { readonly cursor: Cursor; readonly news: News },
): NextListing {
  const { cadence, rate: known, random } = tick.schedule;
  if (tick.kind === 'backfill' || cursor.listedAt !== tick.at) {
    return { rate: known, intervalSeconds: tick.intervalSeconds };
  }
  const utcOffsetMinutes = tick.connection.utcOffsetMinutes ?? 0;
  const rate = learned(tick, news, utcOffsetMinutes);
  const since = news.isTodayDone ? startOfTomorrow(tick.at, utcOffsetMinutes) : tick.at;
  return { rate, intervalSeconds: cadence.pause(rate, { last: tick.at, since, utcOffsetMinutes }, random) };
}

/** The first listing brings a history with it, so that a new target is not a stranger. */
function learned(
  { at, cursor: { listedOn, listedAt }, schedule: { cadence, rate } }: Tick,
  news: News,
  utcOffsetMinutes: number,
): ChangeRate {
  if (listedOn === undefined) {
    // There is something, and nobody says since when.
    if (news.changes === null) return nothingSeen;
    return learnHistory(
      news.moments.map((moment) => (at - moment) / dayMs),
      news.days,
    );
  }
  if (listedAt === undefined) return rate;
  const expecting = news.wasDayDone ? startOfTomorrow(listedAt, utcOffsetMinutes) : listedAt;
  return cadence.learn(rate, { from: Math.min(expecting, at), to: at, changes: news.changes }, utcOffsetMinutes);
}

/**
 * Whether a poll goes on at once: what a listing has found is late already, and must not wait for another turn. A backfill
 * waits for its turn.
 */
export function goesOn({ kind, cursor, at }: Tick): boolean {
  return kind === 'live' && Object.values(cursor.wanted).some(({ notBefore }) => notBefore <= at);
}

/** @returns epoch ms at which the target has something to do next, never before `tick.at` */
export function nextDueAt(tick: Tick): number {
  const { cursor } = tick;
  const wants = [...Object.values(cursor.wanted), ...Object.values(cursor.suspects)].map(({ notBefore }) => notBefore);
  const own =
    tick.kind === 'backfill'
      ? cursor.remaining === undefined || hasPending(cursor.wanted)
        ? []
        : [tick.at]
      : [
          ...(tick.resource.request.shape === 'referenced' ? [] : [listingDueAt(tick)]),
          ...finalDays(tick).map((date) => finalDueAt(tick, date)),
          ...sweepDays(tick).map(({ dueAt }) => dueAt),
        ];
  const due = Math.min(...wants, ...own);
  return Math.max(tick.at, Number.isFinite(due) ? due : tick.at + tick.polling.maxSeconds * 1000);
}
