import { earliestToday, eachDay, type LocalDate } from './calendar.ts';
import { backfillChunk, goesFirst, listingDueAt, olderEvery, olderPart, olderRange, plan, watchRange } from './plan.ts';
import { hasPending, type Cursor, type Want } from './cursor.ts';
import type { DomainEvent } from './event.ts';
import type { Json } from './json.ts';
import type { Fetched } from './read.ts';
import { isDated } from './resource.ts';
import type { Tick, Window } from './tick.ts';

/** Tries before a day is given up for a while. */
const mostTries = 5;
/** Pause before a day that was given up is tried again, in units of `minSeconds`: a week at the default of 300 s. */
const skippedPolls = 2016;

interface Findings {
  readonly events: readonly DomainEvent[];
  /** The day of each identity that is missing without a proof yet, and when (epoch ms) it was first. */
  readonly missing: readonly { readonly date: LocalDate | null; readonly since: number }[];
  /** Days whose detail has to be read. */
  readonly wanted: readonly LocalDate[];
  /** Days that are not final yet (epoch ms of their change), or final now (null). */
  readonly open: Readonly<Record<LocalDate, number | null>>;
}

/** Moves the cursor over what was fetched, and tells of days given up and of an end of a stall. */
export function advance(
  tick: Tick,
  fetched: readonly Fetched[],
  findings: Findings,
): { readonly cursor: Cursor; readonly events: readonly DomainEvent[] } {
  const details = settleDays(
    tick,
    tick.cursor.wanted,
    fetched.filter(({ window }) => window.phase === 'detail'),
  );
  const suspects = settleDays(
    tick,
    tick.cursor.suspects,
    fetched.filter(({ window }) => window.reason === 'suspect'),
  );
  const wanted: Record<LocalDate, Want> = { ...details.left };
  for (const date of findings.wanted) wanted[date] ??= { since: iso(tick.at), tries: 0, notBefore: 0 };

  const read = fetched.filter(({ window, failure }) => window.phase === 'detail' && failure === undefined);
  const readAt = keep(
    { ...tick.cursor.readAt, ...Object.fromEntries(read.map(({ window }) => [window.from, tick.at])) },
    tick,
  );

  const { listedAt, remaining: _remaining, confirmAt: _confirmAt, older: _older, stalledSince, ...rest } = tick.cursor;
  const listed = listingDone(tick, fetched) ? tick.at : listedAt;
  const left = remainingAfter(tick, fetched);
  const older = olderAfter(tick, fetched, findings.missing);
  const confirmAt = confirmAfter(tick, fetched, findings.missing);
  const answered = fetched.some(({ failure }) => failure === undefined);
  const cursor: Cursor = {
    ...rest,
    wanted,
    suspects: { ...splitRanges(tick, fetched), ...suspects.left },
    readAt,
    open: openAfter(tick.cursor.open, findings.open),
    ...(listed === undefined ? {} : { listedAt: listed }),
    ...(listed === tick.at ? { listedOn: earliestToday(tick.at, tick.connection.utcOffsetMinutes) } : {}),
    ...(left === undefined ? {} : { remaining: left }),
    ...(older === undefined ? {} : { older }),
    ...(confirmAt === undefined ? {} : { confirmAt }),
    ...(answered && fetched.some(isUnpaidDay) ? { answeredAt: tick.at } : {}),
    ...(stalledSince === undefined || answered ? {} : { stalledSince }),
  };
  const recovered =
    stalledSince === undefined || !answered
      ? []
      : [
          pollingEvent(tick, 'SyncRecovered', [tick.resource.name, stalledSince], {
            resource: tick.resource.name,
            stalledSince,
          }),
        ];
  const skipped = new Map([...details.skipped, ...suspects.skipped].map((event) => [event.identity.join(' '), event]));
  return { cursor, events: [...recovered, ...findings.events, ...skipped.values()] };
}

/** A day that its poll came to without a request left for it. */
function isUnpaidDay({ window: { reason }, failure }: Fetched): boolean {
  return (reason === 'wanted' || reason === 'suspect') && failure?.disposition === 'wait';
}

/** Success takes a day off the list, unless a newer reason has come; failure counts a try, and the last one gives it up for a while. */
function settleDays(
  tick: Tick,
  days: Cursor['wanted'],
  fetched: readonly Fetched[],
): { left: Record<LocalDate, Want>; skipped: DomainEvent[] } {
  const left: Record<LocalDate, Want> = { ...days };
  const skipped: DomainEvent[] = [];
  for (const { window, failure } of fetched) {
    const date = window.from;
    const want = left[date];
    if (failure === undefined) {
      delete left[date];
    } else if (failure.disposition !== 'wait' && failure.disposition !== 'reauthorise') {
      const tries = (want?.tries ?? 0) + 1;
      const since = want?.since ?? iso(tick.at);
      if (tries < mostTries) {
        const notBefore = tick.at + 2 ** tries * tick.polling.minSeconds * 100;
        left[date] = { ...want, since, tries, notBefore, failedAt: tick.at };
      } else {
        const skippedAt = want?.skippedAt ?? iso(tick.at);
        const notBefore = tick.at + skippedPolls * tick.polling.minSeconds * 1000;
        left[date] = { since, tries, skippedAt, notBefore, failedAt: tick.at };
        if (want?.skippedAt === undefined) {
          const retryAt = iso(notBefore);
          skipped.push(
            pollingEvent(tick, 'PollWindowSkipped', [tick.resource.name, date, skippedAt], {
              resource: tick.resource.name,
              date,
              tries,
              reason: failure.code,
              retryAt,
            }),
          );
        }
      }
    }
  }
  return { left, skipped };
}

/**
 * A listing is complete when each of its requests succeeded; the days known to fail are followed up for themselves, so
 * nothing is left to list when all of them are.
 */
function listingDone(tick: Tick, fetched: readonly Fetched[]): boolean {
  const windows = fetched.filter(({ window }) => window.reason === 'listing');
  // It was put off for these days.
  if (windows.length === 0 && fetched.some(({ window }) => goesFirst(tick, window))) return false;
  return listingDueAt(tick) <= tick.at && windows.every(({ failure }) => failure === undefined);
}

/**
 * The next listing is due early while a deletion waits for its proof; a complete listing knows of all that wait. Older days
 * are none of its business.
 */
function confirmAfter(tick: Tick, fetched: readonly Fetched[], missing: Findings['missing']): number | undefined {
  const before = listingDone(tick, fetched) ? undefined : tick.cursor.confirmAt;
  const due = missing
    .filter(({ date }) => !isOlder(fetched, date))
    .map(({ since }) => since + tick.polling.confirmDeletionSeconds * 1000);
  const first = Math.min(before ?? Number.POSITIVE_INFINITY, ...due);
  return Number.isFinite(first) ? first : undefined;
}

function isOlder(fetched: readonly Fetched[], date: LocalDate | null): boolean {
  return fetched.some(
    ({ window: { reason, from, to } }) => reason === 'reconcile' && date !== null && from <= date && date < to,
  );
}

/**
 * A part that fails is left for its next turn: nobody waits for it. One that could not be paid for is asked for again
 * beside the next listing.
 */
function olderAfter(tick: Tick, fetched: readonly Fetched[], missing: Findings['missing']): Cursor['older'] {
  const { older } = tick.cursor;
  const range = olderRange(tick);
  if (tick.kind === 'backfill' || range === undefined) return older;
  // All has just been listed by then.
  if (older === undefined) return listingDone(tick, fetched) ? { at: tick.at, to: range.to } : undefined;
  const windows = fetched.filter(({ window }) => window.reason === 'reconcile');
  const part = olderPart(tick);
  if (part === undefined || windows.some(({ failure }) => failure?.disposition === 'wait')) return older;
  // Nothing is asked for beside a poll that lists nothing; but of a part of suspects only, nothing is left to list.
  if (windows.length === 0 && !fetched.some(({ window }) => window.reason === 'listing')) return older;
  // It waits for a listing, which must not put off all the others; but what was missed for long is not made up for.
  const every = olderEvery(tick, range);
  const at = Math.max(older.at + every, tick.at - every);
  const next = part === older.again ? { at: older.at, to: older.to } : { at, to: part.from };
  const since = missing.filter(({ date }) => isOlder(fetched, date)).map((one) => one.since);
  if (since.length === 0)
    return part === older.again || older.again === undefined ? next : { ...next, again: older.again };
  const notBefore = Math.min(...since) + tick.polling.confirmDeletionSeconds * 1000;
  return { ...next, again: { from: part.from, to: part.to, notBefore } };
}

/** A range that fails while others are answered holds a day that is at fault: its days are asked for alone from now on. */
function splitRanges(tick: Tick, fetched: readonly Fetched[]): Readonly<Record<LocalDate, Want>> {
  if (!isDated(tick.resource.request)) return {};
  const failed = fetched.filter(
    ({ window, failure }) =>
      window.phase === 'list' &&
      isRange(window) &&
      failure !== undefined &&
      failure.disposition !== 'wait' &&
      failure.disposition !== 'reauthorise',
  );
  return asSuspects(
    tick,
    failed.flatMap(({ window }) => daysOf(tick, window)),
  );
}

function isRange({ reason }: Window): boolean {
  return reason === 'listing' || reason === 'backfill' || reason === 'final';
}

function daysOf(tick: Tick, { from, to, reason }: Window): readonly LocalDate[] {
  return eachDay(from, to).filter((date) => reason !== 'final' || date in tick.cursor.open);
}

function asSuspects(tick: Tick, dates: readonly LocalDate[]): Readonly<Record<LocalDate, Want>> {
  return Object.fromEntries(
    dates.map((date) => [date, { since: iso(tick.at), tries: 0, notBefore: 0, failedAt: tick.at }]),
  );
}

function remainingAfter(tick: Tick, fetched: readonly Fetched[]): Cursor['remaining'] {
  const { remaining } = tick.cursor;
  const chunk = backfillChunk(tick);
  if (remaining === undefined || chunk === undefined) return undefined;
  const windows = fetched.filter(({ window }) => window.reason === 'backfill');
  // Without any request for it, a range is done only when all of its days are followed up for themselves.
  const done =
    windows.length > 0
      ? windows.every(({ failure }) => failure === undefined)
      : eachDay(chunk.from, chunk.to).every((date) => date in tick.cursor.suspects);
  if (!done) return remaining;
  return chunk.from <= remaining.from ? undefined : { from: remaining.from, to: chunk.from };
}

function openAfter(open: Cursor['open'], now: Findings['open']): Cursor['open'] {
  const merged: Record<LocalDate, number | null> = { ...open, ...now };
  return Object.fromEntries(Object.entries(merged).flatMap(([date, at]) => (at === null ? [] : [[date, at] as const])));
}

/** The sweep covers the watched range; what is older is forgotten. */
function keep(readAt: Readonly<Record<LocalDate, number>>, tick: Tick): Readonly<Record<LocalDate, number>> {
  if (!isDated(tick.resource.request)) return readAt;
  const { from } = watchRange(tick);
  return Object.fromEntries(Object.entries(readAt).filter(([date]) => date >= from));
}

/**
 * The cursor after a poll that failed `failures` times in a row: from the third failure on, while the athlete's other
 * resources answer, some day inside the range that failed may be at fault for ever, so each is asked for alone.
 */
export function suspectDays(tick: Tick, failures: number): Cursor {
  if (failures < 3 || !tick.siblingsHealthy || !isDated(tick.resource.request)) return tick.cursor;
  const failed = plan(tick).find((window) => window.reason === 'control' || isRange(window));
  if (failed === undefined || failed.reason === 'control') return tick.cursor;
  return { ...tick.cursor, suspects: { ...asSuspects(tick, daysOf(tick, failed)), ...tick.cursor.suspects } };
}

const dayMaps = ['wanted', 'suspects', 'open', 'readAt'] as const;

/**
 * Days that arrived in the stored cursor while the poll was under way (by a trigger, or handed over by a backfill) win
 * over the poll's own view of them, and so do the demand to list again and the end of a backfill.
 */
export function mergeArrivals(before: Cursor, stored: Cursor, after: Cursor): Cursor {
  const merged = dayMaps.map((name) => {
    const known: Readonly<Record<LocalDate, unknown>> = before[name];
    const arrived = Object.entries(stored[name]).filter(
      ([date, day]) => JSON.stringify(known[date]) !== JSON.stringify(day),
    );
    return [name, { ...after[name], ...Object.fromEntries(arrived) }] as const;
  });
  const { listedAt: _listedAt, ...unlisted } = after;
  const { demandedAt, historyFrom } = stored;
  const isDemanded = before.listedAt !== undefined || demandedAt !== before.demandedAt;
  return {
    ...(stored.listedAt === undefined && isDemanded ? unlisted : after),
    ...(demandedAt !== undefined && { demandedAt }),
    ...(historyFrom !== undefined && { historyFrom }),
    ...Object.fromEntries(merged),
  };
}

/** Days that a backfill gave up for now; the live target takes them over. */
export function givenUp(cursor: Cursor): readonly LocalDate[] {
  const days = [...Object.entries(cursor.wanted), ...Object.entries(cursor.suspects)];
  return [...new Set(days.flatMap(([date, { skippedAt }]) => (skippedAt === undefined ? [] : [date])))];
}

/** Whether nothing is left to do but days that were given up. */
export function backfillOver(cursor: Cursor): boolean {
  return cursor.remaining === undefined && !hasPending(cursor.wanted) && !hasPending(cursor.suspects);
}

/** An event about the polling itself, on the topic `polling`. Its identity holds a moment, so it has only one revision. */
export function pollingEvent(
  tick: Pick<Tick, 'at' | 'kind' | 'connection'>,
  type: string,
  identity: readonly string[],
  data: Readonly<Record<string, Json>>,
): DomainEvent {
  return {
    type,
    topic: 'polling',
    resource: 'polling',
    identity,
    revision: 1,
    mode: tick.kind === 'backfill' ? 'backfill' : 'live',
    observedAt: iso(tick.at),
    polarModifiedAt: null,
    utcOffsetMinutes: tick.connection.utcOffsetMinutes,
    data,
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
