import type { Budget, BudgetUsage } from '#core';

const rememberedMs = 500;
/** More than a planner leases in that time. */
const plenty = 1000;

/**
 * What budgets have left, asked once in half a second where it is plenty: with many tenants the answers are most of what a
 * tick of the planner takes. Nothing hangs on them but how much is queued, since each request is paid for by itself.
 * @param now epoch ms
 */
export function rememberedUsage(budget: Pick<Budget, 'usage'>, now: () => number): Pick<Budget, 'usage'> {
  const known = new Map<string, { readonly usage: BudgetUsage; readonly at: number }>();
  return {
    async usage(tenant) {
      const at = now();
      const last = known.get(tenant);
      if (last !== undefined && Math.abs(at - last.at) < rememberedMs) return last.usage;
      const usage = await budget.usage(tenant);
      if (isPlenty(usage)) known.set(tenant, { usage, at });
      else known.delete(tenant);
      return usage;
    },
  };
}

function isPlenty({ windows, pausedUntil }: BudgetUsage): boolean {
  return (
    pausedUntil === null && windows.every(({ left, leftForBackfill }) => Math.min(left, leftForBackfill) >= plenty)
  );
}
