/** A calendar day `YYYY-MM-DD`, without a zone. Days are counted on the calendar and never as 86 400 s, so DST can't cut one. */
export type LocalDate = string;

const day = 86_400_000;
/** The earliest and the latest civil offset on earth, in minutes: what "today" may be while an athlete's offset is unknown. */
const westernmost = -12 * 60;
const easternmost = 14 * 60;

/** Whether a text is a day that exists. */
export function isDate(text: string): text is LocalDate {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

export function addDays(date: LocalDate, days: number): LocalDate {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * day).toISOString().slice(0, 10);
}

/** @returns whole days from `from` to `to`; negative when `to` is earlier */
export function daysBetween(from: LocalDate, to: LocalDate): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / day);
}

/** @returns the dates of `from` (inclusive) to `to` (exclusive), oldest first */
export function eachDay(from: LocalDate, to: LocalDate): readonly LocalDate[] {
  const first = Date.parse(`${from}T00:00:00Z`);
  return Array.from({ length: Math.max(0, daysBetween(from, to)) }, (_, index) => localDate(first + index * day, 0));
}

/** @returns epoch ms at which the next local day begins */
export function startOfTomorrow(at: number, utcOffsetMinutes: number): number {
  const offset = utcOffsetMinutes * 60_000;
  return (Math.floor((at + offset) / day) + 1) * day - offset;
}

/** @param at epoch ms */
export function localDate(at: number, utcOffsetMinutes: number): LocalDate {
  return new Date(at + utcOffsetMinutes * 60_000).toISOString().slice(0, 10);
}

/** The latest day that may have begun for the athlete. */
export function latestToday(at: number, utcOffsetMinutes: number | null): LocalDate {
  return localDate(at, utcOffsetMinutes ?? easternmost);
}

/** The earliest day that may still go on for the athlete: all before it are over. */
export function earliestToday(at: number, utcOffsetMinutes: number | null): LocalDate {
  return localDate(at, utcOffsetMinutes ?? westernmost);
}
