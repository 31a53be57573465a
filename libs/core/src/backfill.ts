import type { BudgetUsage } from './budget.ts';
import { addDays, daysBetween, earliestToday, localDate, type LocalDate } from './calendar.ts';
import type { Backfill, Cursor } from './cursor.ts';
import type { DomainEvent } from './event.ts';
import { historyFrom, retentionDays } from './history.ts';
import { isDated, type Resource } from './resource.ts';
import type { Tenant } from './tenant.ts';
import type { Tick } from './tick.ts';

/** Local days, `to` exclusive. */
export interface DateRange {
  readonly from: LocalDate;
  readonly to: LocalDate;
}

/** Most days that one demand may ask for. */
export const mostBackfillDays = 366;

/** What a backfill has cost, and what it has told. */
export interface Tally {
  /** Requests that were paid for. */
  readonly requests: number;
  /** How many events it has told, by type. */
  readonly counts: Readonly<Record<string, number>>;
}

export function tallyOf(backfill: Pick<Backfill, 'requests' | 'counts'> | undefined): Tally {
  return { requests: backfill?.requests ?? 0, counts: backfill?.counts ?? {} };
}

export function addTallies(tallies: readonly Tally[]): Tally {
  const counts = tallies.flatMap((tally) => Object.entries(tally.counts));
  return {
    requests: tallies.reduce((sum, { requests }) => sum + requests, 0),
    counts: Object.fromEntries(
      [...Map.groupBy(counts, ([type]) => type)]
        .map(([type, found]) => [type, found.reduce((sum, [, count]) => sum + count, 0)] as const)
        .toSorted(([a], [b]) => (a < b ? -1 : 1)),
    ),
  };
}

/** Writes what a poll has cost and told to the account of the backfill that it is a part of, if it is of one. */
export function accounted(cursor: Cursor, requests: number, events: readonly DomainEvent[]): Cursor {
  const { backfill } = cursor;
  if (backfill === undefined) return cursor;
  const told = events.filter(({ topic }) => topic !== 'polling');
  const counts = Object.fromEntries(
    [...Map.groupBy(told, ({ type }) => type)].map(([type, all]) => [type, all.length]),
  );
  const tally = addTallies([tallyOf(backfill), { requests, counts }]);
  return { ...cursor, backfill: { ...backfill, ...tally } };
}

/** @returns from which day on a backfill that ends now has read everything; `to` where it has read nothing */
export function readFrom({ backfill, remaining, wanted, suspects }: Cursor): LocalDate {
  const pending = [...Object.entries(wanted), ...Object.entries(suspects)].flatMap(([date, { skippedAt }]) =>
    skippedAt === undefined ? [addDays(date, 1)] : [],
  );
  const all = [backfill?.from ?? '', remaining?.to ?? '', ...pending].toSorted();
  return all.at(-1) ?? '';
}

/**
 * From which day on the live target has everything once a backfill has ended.
 * @param known as it was before, see `historyFrom`
 * @returns the same as before for days that lie apart from those known, between which nobody has looked
 */
export function historyAfter(known: LocalDate, cursor: Cursor): LocalDate {
  const { backfill } = cursor;
  const read = readFrom(cursor);
  if (backfill === undefined) return known;
  // The first backfill makes up what is known; where it is cut short, less is.
  if (backfill.origin === undefined) return read > known ? read : known;
  return backfill.to >= known && read < known ? read : known;
}

/** The days that a demand may ask for: what the provider keeps for certain, or what the tenant asks for at a connect. */
export function backfillable(
  at: number,
  utcOffsetMinutes: number | null,
  { polling }: Pick<Tenant, 'polling'>,
): DateRange {
  const today = earliestToday(at, utcOffsetMinutes);
  return { from: addDays(today, 1 - Math.max(retentionDays, polling.backfillDays)), to: today };
}

/**
 * What the live polls miss when a watch has been away: days before the range that each resource is watched in.
 * @param before epoch ms of the sync before this one, or null
 * @returns for each resource that misses some, the day after the last one; empty where nothing was missed
 */
export function daysAway(
  tick: Pick<Tick, 'at' | 'connection' | 'polling' | 'cursor'>,
  before: number | null,
  resources: readonly Resource[],
): { readonly from: LocalDate; readonly resources: readonly { readonly name: string; readonly to: LocalDate }[] } {
  const { utcOffsetMinutes } = tick.connection;
  const today = earliestToday(tick.at, utcOffsetMinutes);
  // The day of the last sync was cut by it.
  const last = before === null ? today : localDate(before, utcOffsetMinutes ?? 0);
  // Where the athlete was then is not known.
  const [from = today] = [addDays(last, -1), historyFrom(tick), addDays(today, 1 - retentionDays)].toSorted().slice(-1);
  const missed = resources.flatMap(({ name, request }) => {
    const to = isDated(request) ? addDays(today, -request.watch.before) : from;
    return from < to && last < to ? [{ name, to }] : [];
  });
  return { from, resources: missed };
}

/** What is known of a resource's days already: first and last day with data, and how many there are. */
export interface KnownDays {
  readonly first: LocalDate;
  readonly last: LocalDate;
  readonly days: number;
}

/** In requests. */
export interface BackfillCost {
  readonly listings: number;
  /** Expected. */
  readonly details: number;
}

/**
 * What it costs to fetch a range: listings of the longest allowed length, and a detail for each day that is expected to
 * have data and is not known yet. How many of the days have some is learned from those known, else an average.
 */
export function backfillCost({ request }: Resource, range: DateRange, known: KnownDays | undefined): BackfillCost {
  const days = Math.max(0, daysBetween(range.from, range.to));
  if (!isDated(request) || days === 0) return { listings: 0, details: 0 };
  const listings = Math.ceil(days / request.days);
  if (request.shape === 'range') return { listings, details: 0 };
  if (known === undefined) return { listings, details: Math.ceil(days * request.detail.perDay) };
  const span = daysBetween(known.first, known.last) + 1;
  const first = range.from > known.first ? range.from : known.first;
  const end = range.to < addDays(known.last, 1) ? range.to : addDays(known.last, 1);
  const fresh = days - Math.max(0, daysBetween(first, end));
  // A few days prove little: the average counts as a week of them.
  const share = (known.days + 7 * request.detail.perDay) / (span + 7);
  return { listings, details: Math.ceil(fresh * Math.min(1, share)) };
}

/** What a request takes at least, with all that is done about it. */
const shortestSeconds = 0.25;

/**
 * How long so many requests take in the backfills' share of what the live polls leave, if those go on as they do now.
 * @param secondsEach what one has taken until now, where that is known
 * @returns hours, rounded up to hundredths, or null while there is no telling: nothing is left, or the provider has asked for a pause
 */
export function backfillHours(
  { windows, pausedUntil }: BudgetUsage,
  requests: number,
  secondsEach = shortestSeconds,
): number | null {
  if (requests === 0) return 0;
  if (pausedUntil !== null || windows.some(({ leftForBackfill }) => leftForBackfill <= 0)) return null;
  const seconds = windows.map(
    ({ leftForBackfill, seconds: length }) => Math.floor((requests - 1) / leftForBackfill) * length,
  );
  return Math.ceil((Math.max(requests * secondsEach, ...seconds) / 3600) * 100) / 100;
}
