import { hasPending } from './cursor.ts';
import { eachDay } from './calendar.ts';
import { finalDueAt, listingDueAt, sweepDueAt, watchRange } from './plan.ts';
import type { Tick } from './tick.ts';

/** The pause grows with the time since the last change: an eighth of it. */
const idleShare = 8;

/**
 * Seconds until the next listing of a live target.
 * @param changedAt epoch ms of the last change, or null
 */
export function nextInterval(tick: Pick<Tick, 'at' | 'polling'>, changedAt: number | null): number {
  const { minSeconds, maxSeconds } = tick.polling;
  if (changedAt === null) return Math.min(maxSeconds, minSeconds * 2);
  return Math.min(maxSeconds, Math.max(minSeconds, (tick.at - changedAt) / 1000 / idleShare));
}

/** @returns epoch ms at which the target has something to do next, never before `tick.at` */
export function nextDueAt(
  tick: Pick<Tick, 'at' | 'cursor' | 'kind' | 'polling' | 'resource' | 'connection' | 'intervalSeconds'> & Tick,
): number {
  const { cursor } = tick;
  const wants = [...Object.values(cursor.wanted), ...Object.values(cursor.suspects)].map(({ notBefore }) => notBefore);
  const own =
    tick.kind === 'backfill'
      ? cursor.remaining === undefined || hasPending(cursor.wanted)
        ? []
        : [tick.at]
      : [listingDueAt(tick), ...Object.keys(cursor.open).map((date) => finalDueAt(tick, date)), ...sweeps(tick)];
  const due = Math.min(...wants, ...own);
  return Math.max(tick.at, Number.isFinite(due) ? due : tick.at + tick.polling.maxSeconds * 1000);
}

function sweeps(tick: Tick): readonly number[] {
  const { request } = tick.resource;
  if (request.shape !== 'listing' || !request.sweep) return [];
  const { from, to } = watchRange(tick);
  return eachDay(from, to).flatMap((date) => sweepDueAt(tick, date) ?? []);
}
