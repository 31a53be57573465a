import type { ChangeRate, RateSums } from '#core';
import type { PacingStore, StoredPace } from '#store';
import type { MemoryPollStore } from './poll-store.ts';

/**
 * What the replicas share of the pace. The time of day is not learned: a plan of a day takes longer to make than a whole run.
 * @param now the database's clock, epoch ms
 */
export function memoryPacing(store: MemoryPollStore, now: () => number): () => PacingStore {
  const paces = new Map<string, StoredPace>();
  const spent = new Map<string, Record<string, number>>();
  const began = now();
  return () => ({
    sums: async () => new Map([...store.rates()].map(([resource, rates]) => [resource, sumsOf(rates)])),
    histogram: async (_tenant, priors) => {
      const rates = store.rates();
      return new Map(
        [...priors].map(([resource, prior]) => [
          resource,
          (rates.get(resource) ?? []).map(
            ({ changes, days }) => [(changes + prior.changes) / (days + prior.days), 1] as const,
          ),
        ]),
      );
    },
    overdue: async () => store.overdue(),
    noteProfiles: async () => undefined,
    profiles: async () => [],
    noteSpending: async (notes) => {
      for (const { tenant, purpose, requests } of notes) {
        const known = spent.get(tenant) ?? {};
        spent.set(tenant, { ...known, [purpose]: (known[purpose] ?? 0) + requests });
      }
    },
    pruneSpendings: async () => undefined,
    spending: async (tenant) => ({
      requests: spent.get(tenant) ?? {},
      days: Math.min(1, (now() - began) / 86_400_000),
    }),
    paces: async () => [...paces.values()],
    renew: async (tenant, seconds, compute) => {
      const before = paces.get(tenant);
      const elapsed = before === undefined ? 0 : (now() - before.setAt) / 86_400_000;
      if (before !== undefined && elapsed * 86_400 < seconds) return false;
      paces.set(tenant, { ...(await compute(before && { ...before, elapsed })), tenant, setAt: now() });
      return true;
    },
    shorten: async () => 0,
  });
}

function sumsOf(rates: readonly ChangeRate[]): RateSums {
  const sum = (of: (rate: ChangeRate) => number): number => rates.reduce((total, rate) => total + of(rate), 0);
  return {
    targets: rates.filter(({ days }) => days > 0).length,
    changes: sum(({ changes }) => changes),
    days: sum(({ days }) => days),
    daysSquared: sum(({ days }) => days ** 2),
    spread: sum(({ changes, days }) => (days > 0 ? changes ** 2 / days : 0)),
  };
}
