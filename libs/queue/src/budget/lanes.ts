import type { BudgetLane } from '#core';

/**
 * Up to which part of a window each lane may fill it. What lies above a lane's share is the floor of the lanes before
 * it; what those leave unused below it is lent. Shares only ever fall along `budgetLanes`.
 *
 * | Lane      | Share | of 3 000 | kept for the lanes before |
 * |-----------|-------|----------|---------------------------|
 * | refresh   | 1.00  | 3 000    | -                         |
 * | hot       | 0.98  | 2 940    | 60                        |
 * | detail    | 0.96  | 2 880    | 120                       |
 * | warm      | 0.94  | 2 820    | 180                       |
 * | cold      | 0.92  | 2 760    | 240                       |
 * | backfill  | 0.70  | 2 100    | 900                       |
 * | reconcile | 0.60  | 1 800    | 1 200                     |
 */
export const laneShares: Readonly<Record<BudgetLane, number>> = {
  refresh: 1,
  hot: 0.98,
  detail: 0.96,
  warm: 0.94,
  cold: 0.92,
  backfill: 0.7,
  reconcile: 0.6,
};

/**
 * The same for the windows beside the shortest one. They hold no bursts back: what live polls may spend of a day is decided
 * by the pace, which leaves 5 % over. Shares as low as above would shut out backfills for good, since live polls use up
 * whatever they are given.
 */
export const longLaneShares: Readonly<Record<BudgetLane, number>> = {
  refresh: 1,
  hot: 0.995,
  detail: 0.99,
  warm: 0.985,
  cold: 0.98,
  backfill: 0.975,
  reconcile: 0.96,
};

/**
 * How full a window may be after a request of this lane: at least 1, or a tiny window would shut a lane out for good.
 * @param shares those of the shortest window, or those of the others
 */
export function laneCap(lane: BudgetLane, limit: number, shares = laneShares): number {
  // The tiny addend undoes products like 0.29 * 100 = 28.999..., and is far below one request.
  return Math.max(1, Math.floor(limit * shares[lane] + 1e-9));
}

/** The limit at half pace. */
export function halved(limit: number): number {
  return Math.max(1, Math.floor(limit / 2));
}
