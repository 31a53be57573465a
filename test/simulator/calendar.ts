/**
 * Dates and clocks. A "local" number is a count of milliseconds whose UTC reading is what the athlete's clock shows:
 * local = instant + offset. The provider prints naive local times, so most of the world is kept in local numbers.
 */
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export function toLocal(instant: number, offsetMinutes: number): number {
  return instant + offsetMinutes * MINUTE;
}

export function toInstant(local: number, offsetMinutes: number): number {
  return local - offsetMinutes * MINUTE;
}

/** `2026-11-22`. */
export function dateOf(local: number): string {
  return new Date(local).toISOString().slice(0, 10);
}

/** The local number of a date's first moment. */
export function midnight(date: string): number {
  return Date.parse(`${date}T00:00:00Z`);
}

export function addDays(date: string, days: number): string {
  return dateOf(midnight(date) + days * DAY);
}

/** An instant: `2026-11-22T06:31:02.418Z`. */
export function utc(instant: number): string {
  return new Date(instant).toISOString();
}

/** A local time without an offset: `2026-11-22T06:31:02`. */
export function naive(local: number): string {
  return new Date(local).toISOString().slice(0, 19);
}

/** A local time with its offset and one fractional digit, as observed live in hypnograms: `2025-06-13T00:55:14.9+02:00`. */
export function withOffset(local: number, offsetMinutes: number): string {
  const sign = offsetMinutes < 0 ? '-' : '+';
  const size = Math.abs(offsetMinutes);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${new Date(local).toISOString().slice(0, 21)}${sign}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** A protobuf duration in whole seconds: `5070s`. */
export function duration(milliseconds: number): string {
  return `${Math.round(milliseconds / SECOND)}s`;
}
