import { span } from '#core';

/** When something was or will be, seen from now, for people. */
export function moment(at: string | null, now: number): string {
  if (at === null) return '-';
  const ms = Date.parse(at) - now;
  return ms > 0 ? `in ${span(ms)}` : `${span(-ms)} ago`;
}
