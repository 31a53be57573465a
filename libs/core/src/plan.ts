import { addDays, daysBetween, eachDay, earliestToday, latestToday, type LocalDate } from './calendar.ts';
import { hasPending, type Cursor, type Want } from './cursor.ts';
import { historyFrom, retentionDays } from './history.ts';
import { isDated, type Watch } from './resource.ts';
import type { Tick, Window } from './tick.ts';

/** A week in units of `minSeconds` at its default. */
const weekPolls = 2016;

/** So that a long list of single days can't hold a worker or outlive a lease. */
const mostDays = 5;

/** Which requests this poll makes, most urgent first. Pure: the clock is `tick.at`. */
export function plan(tick: Tick): readonly Window[] {
  const { request } = tick.resource;
  if (request.shape === 'whole') return wholeWindows(tick);
  if (request.shape === 'referenced') return [...wantedDays(tick), ...sweepWindows(tick)].slice(0, mostDays);
  const most = (request.shape === 'listing' ? request.detail.most : undefined) ?? mostDays;
  const due =
    tick.kind === 'backfill'
      ? [...suspectDays(tick), ...wantedDays(tick)]
      : [...wantedDays(tick), ...suspectDays(tick), ...finalWindows(tick), ...sweepWindows(tick)];
  const first = due.filter((day) => goesFirst(tick, day));
  const days = [...first, ...due.filter((day) => !first.includes(day))].slice(0, most);
  const others = days.slice(first.length);
  const listings = tick.kind === 'backfill' ? backfillListings(tick) : first.length > 0 ? [] : liveListings(tick);
  // Last, and only beside a listing: where nothing is left for them, the poll has done the rest.
  const older = listings.length > 0 && tick.kind === 'live' ? olderListings(tick) : [];
  return [
    ...days.slice(0, first.length),
    ...(listings.length > 0 ? listings : controls(tick, others)),
    ...others,
    ...older,
  ];
}

/** The day of a window that has no range is of no meaning. */
function wholeWindows(tick: Tick): readonly Window[] {
  if (listingDueAt(tick) > tick.at) return [];
  const today = earliestToday(tick.at, tick.connection.utcOffsetMinutes);
  return [{ ...window(tick, today, addDays(today, 1), 'list'), reason: 'listing' }];
}

/**
 * Whether a day is read before a live target lists again: where each poll has one request, the listings would take all of
 * them. So it is with a day that a listing has found, and with one that has failed, once the provider has answered again. After
 * a poll that has failed as a whole the listing goes first, so that a day that alone made it fail is held to account.
 */
export function goesFirst({ kind, failures, cursor }: Tick, { from, reason }: Window): boolean {
  if (kind === 'backfill' || failures > 0) return false;
  const want = reason === 'wanted' ? cursor.wanted[from] : reason === 'suspect' ? cursor.suspects[from] : undefined;
  return want !== undefined && ((reason === 'wanted' && want.tries === 0) || isAnswered(cursor, want));
}

/** Whether the provider has answered since the day has failed, and nothing was left to ask it for the day. */
function isAnswered({ answeredAt }: Cursor, { failedAt }: Want): boolean {
  return answeredAt !== undefined && failedAt !== undefined && failedAt < answeredAt;
}

/**
 * A day that has failed before is never tried without a request that should succeed before it: when that one fails too,
 * the provider is down, the poll fails as a whole, and no try is held against the day. It needs none where the provider has
 * answered another request since, and no more than that could be paid for.
 */
function controls(tick: Tick, days: readonly Window[]): readonly Window[] {
  const { wanted, suspects } = tick.cursor;
  const failedBefore = (date: LocalDate): boolean => date in suspects || (wanted[date]?.tries ?? 0) > 0;
  const isUnproven = ({ from, reason }: Window): boolean => {
    const want = suspects[from] ?? wanted[from];
    return reason !== 'final' && failedBefore(from) && want !== undefined && !isAnswered(tick.cursor, want);
  };
  if (!days.some(isUnproven)) return [];
  let date = addDays(tick.kind === 'backfill' ? tick.connection.establishedOn : watchRange(tick).to, -1);
  while (failedBefore(date)) date = addDays(date, -1);
  return [{ ...window(tick, date, addDays(date, 1), 'list'), reason: 'control' }];
}

/** The range that a live poll lists. Today is never cut, wherever the athlete may be: the end is tomorrow at the date line. */
export function watchRange(tick: Tick): { readonly from: LocalDate; readonly to: LocalDate } {
  const { before, after } = watchOf(tick);
  const { utcOffsetMinutes } = tick.connection;
  return {
    from: addDays(earliestToday(tick.at, utcOffsetMinutes), -before),
    to: addDays(latestToday(tick.at, utcOffsetMinutes), after + 1),
  };
}

function watchOf({ resource: { request } }: Pick<Tick, 'resource'>): Watch {
  return isDated(request) ? request.watch : { before: 0, after: 0 };
}

function mostListed({ resource: { request } }: Pick<Tick, 'resource'>): number {
  return isDated(request) ? request.days : 1;
}

export function listingDueAt(tick: Pick<Tick, 'cursor' | 'intervalSeconds'>): number {
  const { listedAt, confirmAt } = tick.cursor;
  if (listedAt === undefined) return 0;
  return Math.min(listedAt + tick.intervalSeconds * 1000, confirmAt ?? Number.POSITIVE_INFINITY);
}

function liveListings(tick: Tick): readonly Window[] {
  if (listingDueAt(tick) > tick.at) return [];
  return aroundSuspects(tick, listedFrom(tick), watchRange(tick).to, 'listing');
}

/**
 * Where a listing begins: with the watched range, or earlier after a gap (a consent that was away, an outage), so that
 * no day since the last listing is left out that the provider still has.
 */
function listedFrom(tick: Tick): LocalDate {
  const { before } = watchOf(tick);
  const { listedOn } = tick.cursor;
  const since = listedOn === undefined ? tick.connection.establishedOn : addDays(listedOn, -before);
  const kept = addDays(earliestToday(tick.at, tick.connection.utcOffsetMinutes), 1 - retentionDays);
  const { from } = watchRange(tick);
  return [since > kept ? since : kept, from].toSorted()[0] ?? from;
}

function olderListings(tick: Tick): readonly Window[] {
  const part = olderPart(tick);
  return part === undefined ? [] : aroundSuspects(tick, part.from, part.to, 'reconcile');
}

/**
 * The days that no live listing reaches any more and that the provider still has: edited and deleted late, they are found
 * by a listing of their own.
 * @returns `to` exclusive; undefined where there are none, or a backfill has the say
 */
export function olderRange(tick: Tick): { readonly from: LocalDate; readonly to: LocalDate } | undefined {
  if (!isDated(tick.resource.request) || tick.backfilling || tick.refilling !== undefined) return undefined;
  const kept = addDays(earliestToday(tick.at, tick.connection.utcOffsetMinutes), 1 - retentionDays);
  const known = historyFrom(tick);
  const from = known > kept ? known : kept;
  const { from: to } = watchRange(tick);
  return from < to ? { from, to } : undefined;
}

/** Milliseconds between two parts: all of them take a week at the default `minSeconds`, evenly. */
export function olderEvery(tick: Tick, range: { readonly from: LocalDate; readonly to: LocalDate }): number {
  const parts = Math.ceil(daysBetween(range.from, range.to) / mostListed(tick));
  return (weekPolls * tick.polling.minSeconds * 1000) / parts;
}

/** The part that is due: what has to be confirmed, or the next one. */
export function olderPart(tick: Tick): { readonly from: LocalDate; readonly to: LocalDate } | undefined {
  const range = olderRange(tick);
  const { older } = tick.cursor;
  if (range === undefined || older === undefined) return undefined;
  if (older.again !== undefined && older.again.notBefore <= tick.at) return older.again;
  if (older.at + olderEvery(tick, range) > tick.at) return undefined;
  const to = range.from < older.to && older.to <= range.to ? older.to : range.to;
  const from = addDays(to, -mostListed(tick));
  return { from: from > range.from ? from : range.from, to };
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
  const days = Math.min(mostListed(tick), daysBetween(remaining.from, remaining.to));
  return { from: addDays(remaining.to, -days), to: remaining.to };
}

type RangeReason = 'listing' | 'backfill' | 'reconcile';

/** Cuts a range into requests of the allowed length that leave out the days known to fail. */
function aroundSuspects(tick: Tick, from: LocalDate, to: LocalDate, reason: RangeReason): readonly Window[] {
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

function lengths(tick: Tick, from: LocalDate, to: LocalDate, reason: RangeReason): readonly Window[] {
  const windows: Window[] = [];
  for (let end = to; end > from; end = addDays(end, -mostListed(tick))) {
    const start = addDays(end, -mostListed(tick));
    windows.push({ ...window(tick, start > from ? start : from, end, 'list'), reason });
  }
  return windows;
}

function wantedDays(tick: Tick): readonly Window[] {
  return due(tick, tick.cursor.wanted).map(([date, want]) => ({
    ...oneOf(tick, date),
    reason: 'wanted' as const,
    since: want.since,
  }));
}

/** Days that are over and have been quiet for long enough to be read one last time. */
function finalWindows(tick: Tick): readonly Window[] {
  const quiet = finalDays(tick).filter((date) => finalDueAt(tick, date) <= tick.at);
  const first = quiet[0];
  if (first === undefined) return [];
  if (tick.resource.request.shape === 'listing')
    return quiet.slice(0, 2).map((date) => ({ ...oneOf(tick, date), reason: 'final' as const }));
  const span = Math.min(mostListed(tick), 7);
  const suspect = Object.keys(tick.cursor.suspects)
    .filter((date) => date > first)
    .toSorted()[0];
  const last = quiet.findLast((date) => daysBetween(first, date) < span && (suspect === undefined || date < suspect));
  return [{ ...window(tick, first, addDays(last ?? first, 1), 'list'), reason: 'final' }];
}

/**
 * @returns the open days that only a request of their own reads, oldest first: listings read the watched range where they
 * are the data, and suspects are asked for alone
 */
export function finalDays(tick: Tick): readonly LocalDate[] {
  const read =
    tick.resource.request.shape === 'listing'
      ? earliestToday(tick.at, tick.connection.utcOffsetMinutes)
      : watchRange(tick).from;
  return Object.keys(tick.cursor.open)
    .filter((date) => date < read && !(date in tick.cursor.suspects) && !(date in tick.cursor.wanted))
    .toSorted();
}

export function finalDueAt(tick: Pick<Tick, 'cursor' | 'polling'>, date: LocalDate): number {
  return (tick.cursor.open[date] ?? 0) + tick.polling.finaliseSeconds * 1000;
}

function sweepWindows(tick: Tick): readonly Window[] {
  return sweepDays(tick)
    .filter(({ dueAt }) => dueAt <= tick.at)
    .toReversed()
    .slice(0, 2)
    .map(({ date }) => ({ ...oneOf(tick, date), reason: 'sweep' as const }));
}

/** @returns the watched days whose detail is read again by itself, oldest first; a day that is wanted has its own time */
export function sweepDays(tick: Tick): readonly { readonly date: LocalDate; readonly dueAt: number }[] {
  const { request } = tick.resource;
  if (request.shape === 'referenced') {
    return Object.entries(tick.cursor.readAt)
      .filter(([key]) => tick.cursor.wanted[key] === undefined)
      .map(([date, readAt]) => ({ date, dueAt: readAt + weekPolls * tick.polling.minSeconds * 1000 }));
  }
  if (request.shape !== 'listing' || !request.sweep) return [];
  const { from, to } = watchRange(tick);
  return eachDay(from, to).flatMap((date) => {
    const dueAt = tick.cursor.wanted[date] === undefined ? sweepDueAt(tick, date) : undefined;
    return dueAt === undefined ? [] : [{ date, dueAt }];
  });
}

/**
 * When a day's detail is read again without any reason: today and yesterday hourly, then daily, after a week weekly (at
 * the default `minSeconds` of 300; the sweep scales with it).
 * @returns epoch ms, or undefined for a day that was never read
 */
export function sweepDueAt(
  tick: Pick<Tick, 'cursor' | 'polling' | 'at' | 'connection'>,
  date: LocalDate,
): number | undefined {
  const readAt = tick.cursor.readAt[date];
  if (readAt === undefined) return undefined;
  const age = daysBetween(date, earliestToday(tick.at, tick.connection.utcOffsetMinutes));
  const polls = age <= 1 ? 12 : age <= 7 ? 288 : weekPolls;
  return readAt + polls * tick.polling.minSeconds * 1000;
}

/** A day's detail, or what has this key. */
function oneOf(tick: Tick, key: string): Omit<Window, 'reason'> {
  return tick.resource.request.shape === 'referenced'
    ? { phase: 'detail', from: key, to: key, features: [] }
    : window(tick, key, addDays(key, 1), 'detail');
}

function window(tick: Tick, from: LocalDate, to: LocalDate, phase: 'list' | 'detail'): Omit<Window, 'reason'> {
  const { request } = tick.resource;
  const features = phase === 'detail' && request.shape === 'listing' ? request.detail.features : request.features;
  return { phase, from, to, features };
}
