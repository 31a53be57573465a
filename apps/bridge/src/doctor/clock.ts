import { type Verdict, verdict, span } from '#core';

/** Access tokens are given out with half a minute to spare, and leases and budgets trust two clocks. */
const limits = { warnMs: 2_000, brokenMs: 30_000 } as const;

/** Another clock, read between two moments of our own. All are epoch ms. */
export interface Reading {
  readonly before: number;
  readonly at: number;
  readonly after: number;
  /** What its time is rounded down to; 0 if not given. */
  readonly stepMs?: number;
}

/** @returns nothing where both clocks may show the same time */
export function clockVerdicts(whose: string, { before, at, after, stepMs = 0 }: Reading): readonly Verdict[] {
  const off = at > after ? at - after : Math.min(0, at + stepMs - before);
  const distance = Math.abs(off);
  if (distance < limits.warnMs) return [];
  const line = `The clock of ${whose} is ${span(distance)} ${off > 0 ? 'ahead of' : 'behind'} this machine's; allowed: ${span(limits.warnMs)}.`;
  const advice = 'Set both clocks by NTP (`chronyc tracking`, `timedatectl`).';
  return [distance < limits.brokenMs ? verdict.warn(line, advice) : verdict.broken(line, advice)];
}
