import { hasPending } from './cursor.ts';
import { finalDays, finalDueAt, listingDueAt, sweepDays } from './plan.ts';
import type { Tick } from './tick.ts';

/** Who is polled slower than this by nature is also slower than `maxSeconds` when idle. */
const idlePace = 72;
/** The pause grows with the time since the last change: an eighth of it. */
const idleShare = 8;

/**
 * Whole seconds until the next listing of a live target.
 * @param changedAt epoch ms of the last change, or null
 */
export function nextInterval(tick: Pick<Tick, 'at' | 'polling' | 'resource'>, changedAt: number | null): number {
  const { pace } = tick.resource.request;
  const [minSeconds, maxSeconds] = [
    tick.polling.minSeconds * pace,
    tick.polling.maxSeconds * Math.max(1, pace / idlePace),
  ];
  if (changedAt === null) return Math.min(maxSeconds, minSeconds * 2);
  return Math.min(maxSeconds, Math.max(minSeconds, Math.floor((tick.at - changedAt) / 1000 / idleShare)));
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
