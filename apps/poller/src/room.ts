import type { BudgetUsage, TargetKind } from '#core';

export type BudgetWindow = BudgetUsage['windows'][number];

/** Share of the shortest window that is left free of listings, so that what they find can be read at once. */
const detailShare = 0.08;

/** How many polls of a kind each window lets begin, the fewest first; none or less where it is full. */
export function roomIn(
  windows: readonly BudgetWindow[],
  kind: TargetKind,
): readonly { readonly window: BudgetWindow; readonly room: number }[] {
  const shortest = Math.min(...windows.map(({ seconds }) => seconds));
  return windows
    .map((window) => {
      const kept = window.seconds === shortest ? Math.floor(window.limit * detailShare) : 0;
      return { window, room: kind === 'backfill' ? window.leftForBackfill : window.left - kept };
    })
    .toSorted((a, b) => a.room - b.room);
}
