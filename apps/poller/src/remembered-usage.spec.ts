import { expect, it } from '@jest/globals';
import type { BudgetUsage } from '#core';
import { rememberedUsage } from './remembered-usage.ts';

const usageOf = (left: number, leftForBackfill = left, pausedUntil: number | null = null): BudgetUsage => ({
  windows: [
    { seconds: 900, limit: 3000, used: 0, left, leftForBackfill },
    { seconds: 86_400, limit: 100_000, used: 0, left: 90_000, leftForBackfill: 60_000 },
  ],
  pausedUntil,
});

it.each<[string, BudgetUsage, number]>([
  ['plenty is left', usageOf(2000), 2],
  ['little is left', usageOf(999), 4],
  ['little is left for backfills', usageOf(2000, 999), 4],
  ['the provider has asked for a pause', usageOf(2000, 2000, 5), 4],
])('where %s, asks so often in 600 ms', async (_, usage, times) => {
  let [now, asked] = [0, 0];
  const budget = rememberedUsage(
    {
      usage: async () => {
        asked += 1;
        return usage;
      },
    },
    () => now,
  );
  for (const at of [0, 200, 400, 600]) {
    now = at;
    expect(await budget.usage('acme')).toBe(usage);
  }
  expect(asked).toBe(times);
  await budget.usage('beta');
  expect(asked).toBe(times + 1);
});

it('remembers no failure', async () => {
  let isDown = true;
  const budget = rememberedUsage(
    { usage: async () => (isDown ? Promise.reject(new Error('down')) : usageOf(2000)) },
    () => 0,
  );
  await expect(budget.usage('acme')).rejects.toThrow('down');
  isDown = false;
  expect(await budget.usage('acme')).toEqual(usageOf(2000));
});
