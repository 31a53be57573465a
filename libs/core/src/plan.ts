import { addDays, daysBetween, eachDay, earliestToday, latestToday, type LocalDate } from './calendar.ts';
import { hasPending, type Cursor, type Want } from './cursor.ts';
import type { Tick, Window } from './tick.ts';

/** Most single days in one poll, so that a long list of them can't hold a worker or outlive a lease. */
const mostDays = 5;

/** Which requests this poll makes, most urgent first. Pure: the clock is `tick.at`. */
export function plan(tick: Tick): readonly Window[] {
  if (tick.kind === 'backfill')
    return [...backfillListings(tick), ...[...suspectDays(tick), ...wantedDays(tick)].slice(0, mostDays)];
  const days = [...wantedDays(tick), ...suspectDays(tick), ...finalWindows(tick), ...sweepWindows(tick)];
  return [...liveListings(tick), ...days.slice(0, mostDays)];
}

/** The range that a live poll lists. Today is never cut, wherever the athlete may be: the end is tomorrow at the date line. */
export function watchRange(tick: Tick): { readonly from: LocalDate; readonly to: LocalDate } {
  const { before, after } = tick.resource.request.watch;
  const { utcOffsetMinutes } = tick.connection;
  return {
    from: addDays(earliestToday(tick.at, utcOffsetMinutes), -before),
    to: addDays(latestToday(tick.at, utcOffsetMinutes), after + 1),
  };
}

export function listingDueAt(tick: Pick<Tick, 'cursor' | 'intervalSeconds'>): number {
  const { listedAt, confirmAt } = tick.cursor;
  if (listedAt === undefined) return 0;
  return Math.min(listedAt + tick.intervalSeconds * 1000, confirmAt ?? Number.POSITIVE_INFINITY);
}

function liveListings(tick: Tick): readonly Window[] {
  if (listingDueAt(tick) > tick.at) return [];
  const { from, to } = watchRange(tick);
  return aroundSuspects(tick, from, to, 'listing');
}

/** Newest days first: the days of the last listing are read before an older range is listed. */
function backfillListings(tick: Tick): readonly Window[] {
  const chunk = backfillChunk(tick);
  if (chunk === undefined || hasPending(tick.cursor.wanted)) return [];
  return aroundSuspects(tick, chunk.from, chunk.to, 'backfill');
}

/** @returns the range that a backfill lists next, `to` exclusive; undefined when all is listed */
export function backfillChunk(
  tick: Pick<Tick, 'cursor' | 'resource'>,
): { readonly from: LocalDate; readonly to: LocalDate } | undefined {
  const { remaining } = tick.cursor;
  if (remaining === undefined) return undefined;
  const days = Math.min(tick.resource.request.days, daysBetween(remaining.from, remaining.to));
  return { from: addDays(remaining.to, -days), to: remaining.to };
}

/** Cuts a range into requests of the allowed length that leave out the days known to fail. */
function aroundSuspects(tick: Tick, from: LocalDate, to: LocalDate, reason: 'listing' | 'backfill'): readonly Window[] {
  const cuts = Object.keys(tick.cursor.suspects)
    .filter((date) => date >= from && date < to)
    .toSorted();
  const windows: Window[] = [];
  let start = from;
  for (const date of [...cuts, to]) {
    if (start < date) windows.push(...lengths(tick, start, date, reason));
    start = addDays(date, 1);
  }
  return windows;
}

/** Days known to fail, each asked for alone. */
function suspectDays(tick: Tick): readonly Window[] {
  return due(tick, tick.cursor.suspects).map(([date]) => ({
    ...window(tick, date, addDays(date, 1), 'list'),
    reason: 'suspect' as const,
  }));
}

/** The days that may be read now, newest first. */
function due(tick: Tick, days: Cursor['wanted']): readonly (readonly [LocalDate, Want])[] {
  return Object.entries(days)
    .filter(([, want]) => want.notBefore <= tick.at)
    .toSorted(([a], [b]) => (a < b ? 1 : -1));
}

function lengths(tick: Tick, from: LocalDate, to: LocalDate, reason: 'listing' | 'backfill'): readonly Window[] {
  const windows: Window[] = [];
  for (let end = to; end > from; end = addDays(end, -tick.resource.request.days)) {
    const start = addDays(end, -tick.resource.request.days);
    windows.push({ ...window(tick, start > from ? start : from, end, 'list'), reason });
  }
  return windows;
}

function wantedDays(tick: Tick): readonly Window[] {
  return due(tick, tick.cursor.wanted).map(([date, want]) => ({
    ...window(tick, date, addDays(date, 1), 'detail'),
    reason: 'wanted' as const,
    since: want.since,
  }));
}

/** Days that are over and have been quiet for long enough to be read one last time; those in the watched range are read anyway. */
function finalWindows(tick: Tick): readonly Window[] {
  const watched = watchRange(tick);
  const quiet = Object.keys(tick.cursor.open)
    .filter((date) => finalDueAt(tick, date) <= tick.at && (date < watched.from || date >= watched.to))
    .toSorted();
  const first = quiet[0];
  if (first === undefined) return [];
  const span = Math.min(tick.resource.request.days, 7);
  const last = quiet.findLast((date) => daysBetween(first, date) < span) ?? first;
  return [{ ...window(tick, first, addDays(last, 1), 'list'), reason: 'final' }];
}

export function finalDueAt(tick: Pick<Tick, 'cursor' | 'polling'>, date: LocalDate): number {
  return (tick.cursor.open[date] ?? 0) + tick.polling.finaliseSeconds * 1000;
}

function sweepWindows(tick: Tick): readonly Window[] {
  const { request } = tick.resource;
  if (request.shape !== 'listing' || !request.sweep) return [];
  return eachDay(watchRange(tick).from, watchRange(tick).to)
    .filter(
      (date) =>
        tick.cursor.wanted[date] === undefined && (sweepDueAt(tick, date) ?? Number.POSITIVE_INFINITY) <= tick.at,
    )
    .toReversed()
    .slice(0, 2)
    .map((date) => ({ ...window(tick, date, addDays(date, 1), 'detail'), reason: 'sweep' as const }));
}

/**
 * When a day's detail is read again without any reason: today and yesterday hourly, then daily, after a week weekly (at
 * the default `minSeconds` of 300; the sweep scales with it).
 * @returns epoch ms, or undefined for a day that was never read
 */
export function sweepDueAt(tick: Pick<Tick, 'cursor' | 'polling' | 'at'>, date: LocalDate): number | undefined {
  const readAt = tick.cursor.readAt[date];
  if (readAt === undefined) return undefined;
  const age = daysBetween(date, earliestToday(tick.at, 0));
  const polls = age <= 1 ? 12 : age <= 7 ? 288 : 2016;
  return readAt + polls * tick.polling.minSeconds * 1000;
}

function window(tick: Tick, from: LocalDate, to: LocalDate, phase: 'list' | 'detail'): Omit<Window, 'reason'> {
  const { request } = tick.resource;
  const features = phase === 'detail' && request.shape === 'listing' ? request.detail.features : request.features;
  return { phase, from, to, features };
}
