import { daysBetween, earliestToday, latestToday } from './calendar.ts';
import type { Fetched } from './read.ts';
import type { Fact } from './resource.ts';
import type { Tick } from './tick.ts';

const minuteMs = 60_000;

/** What a listing tells of how often, and when, its target changes. */
export interface News {
  /** Epoch ms of the changes, where the provider says when they were; several within a minute are one. */
  readonly moments: readonly number[];
  /** How many changes there were since the listing before; null where it is only known that there were some. */
  readonly changes: number | null;
  /** Days that the listing reached back. */
  readonly days: number;
  /** The item that this day can have is there already. */
  readonly isTodayDone: boolean;
  /** It was there at the listing before: nothing was to be expected on the rest of that day. */
  readonly wasDayDone: boolean;
}

export const noNews: News = Object.freeze({ moments: [], changes: 0, days: 0, isTodayDone: false, wasDayDone: false });

/**
 * @param moved what is new or other than it was; in a first listing all that there is, whoever is to tell of it
 * @param all everything that was found
 */
export function newsOf(tick: Tick, moved: readonly Fact[], all: readonly Fact[], found: readonly Fetched[]): News {
  const listings = found.filter(({ window }) => window.reason === 'listing');
  if (listings.length === 0) return noNews;
  const since = tick.cursor.listedOn === undefined ? Number.NEGATIVE_INFINITY : (tick.cursor.listedAt ?? 0);
  const stamps = moved
    .flatMap(({ polarModifiedAt }) => (polarModifiedAt === null ? [] : [Date.parse(polarModifiedAt)]))
    .filter((at) => at > since && at <= tick.at);
  const moments = [...new Map(stamps.map((at) => [Math.floor(at / minuteMs), at])).values()];
  const { listedAt } = tick.cursor;
  const offset = tick.connection.utcOffsetMinutes;
  const today = latestToday(tick.at, offset);
  const isOf = (at: number, { date }: Fact): boolean =>
    date !== null && earliestToday(at, offset) <= date && date <= latestToday(at, offset);
  const from = listings.map(({ window }) => window.from).toSorted()[0] ?? today;
  return {
    moments,
    changes: moved.length === 0 ? 0 : moments.length > 0 ? moments.length : null,
    days: Math.max(1, daysBetween(from, today) + 1),
    isTodayDone: tick.resource.isDaily && all.some((fact) => isOf(tick.at, fact)),
    wasDayDone:
      tick.resource.isDaily &&
      listedAt !== undefined &&
      all.some((fact) => isOf(listedAt, fact)) &&
      !moved.some((fact) => isOf(listedAt, fact)),
  };
}
