import { expect, it } from '@jest/globals';
import type { BudgetUsage } from '#core';
import { RememberedUsage } from './remembered-usage.ts';

const usageOf = (left: number): BudgetUsage => ({
  windows: [{ seconds: 900, limit: 3000, used: 3000 - left, left, leftForBackfill: Math.max(0, left - 1000) }],
  pausedUntil: null,
});

/** A budget of which 100 requests have gone at each time that it is asked. */
function setup({ left = 1000, random = 1 }: { readonly left?: number; readonly random?: number } = {}) {
  const clock = { now: 1000 };
  const budget = { left, asked: 0, isDown: false, pausedUntil: null as number | null };
  const remembered = new RememberedUsage(
    {
      usage: async () => {
        budget.asked += 1;
        if (budget.isDown) throw new Error('down');
        budget.left -= 100;
        return { ...usageOf(budget.left), pausedUntil: budget.pausedUntil };
      },
    },
    () => clock.now,
    () => random,
  );
  const leftAt = async (now: number, tenant = 'acme'): Promise<number | undefined> => {
    clock.now = now;
    return (await remembered.usage(tenant)).windows[0]?.left;
  };
  return { budget, remembered, leftAt };
}

it('asks once in half a second, and goes on with what it knows until the answer is there', async () => {
  const { budget, leftAt } = setup();
  expect([await leftAt(1000), await leftAt(1499), budget.asked]).toEqual([900, 900, 1]);
  expect([await leftAt(1500), await leftAt(1501), budget.asked]).toEqual([900, 800, 2]);
});

it.each<[string, Parameters<typeof setup>[0], readonly number[]]>([
  ['seldom where plenty is left', { left: 3000 }, [2900, 2900, 2900, 2900, 2900, 2800]],
  ['not all tenants at the same time', { left: 3000, random: 0.2 }, [2900, 2900, 2900, 2800, 2800, 2800]],
  ['often where little is left', { left: 1099 }, [999, 999, 899, 899, 799, 799]],
])('asks %s', async (_, options, wanted) => {
  const { leftAt } = setup(options);
  const seen: (number | undefined)[] = [];
  for (const at of [1000, 3999, 4000, 5999, 6000, 6000]) seen.push(await leftAt(at));
  expect(seen).toEqual(wanted);
});

it('asks often during a pause', async () => {
  const { budget, leftAt } = setup({ left: 3000 });
  budget.pausedUntil = 9000;
  expect([await leftAt(1000), await leftAt(1500), await leftAt(1500)]).toEqual([2900, 2900, 2800]);
});

it('asks once, however many want to know', async () => {
  const { budget, leftAt } = setup();
  expect(await Promise.all([leftAt(1000), leftAt(1000)])).toEqual([900, 900]);
  expect(await Promise.all([leftAt(1600), leftAt(1600)])).toEqual([900, 900]);
  expect(budget.asked).toBe(2);
});

it('waits for the answer when it has known nothing for a while, by whichever direction the clock went', async () => {
  const { leftAt } = setup({ left: 3000 });
  expect([await leftAt(1000), await leftAt(11_000), await leftAt(1000)]).toEqual([2900, 2800, 2700]);
});

it('knows each tenant by itself', async () => {
  const { leftAt } = setup();
  expect([await leftAt(1000), await leftAt(1000, 'beta'), await leftAt(1000)]).toEqual([900, 800, 900]);
});

it('takes off what was leased since', async () => {
  const { remembered, leftAt } = setup({ left: 3000 });
  await leftAt(1000);
  remembered.leased([{ tenant: 'acme' }, { tenant: 'beta' }, { tenant: 'acme' }]);
  expect(await remembered.usage('acme')).toEqual({
    windows: [{ seconds: 900, limit: 3000, used: 102, left: 2898, leftForBackfill: 1898 }],
    pausedUntil: null,
  });
  remembered.leased(Array.from({ length: 2000 }, () => ({ tenant: 'acme' })));
  expect((await remembered.usage('acme')).windows).toMatchObject([{ left: 898, leftForBackfill: 0 }]);
  expect(await leftAt(11_000)).toBe(2800);
});

it('remembers no failure, and hides it no longer than until the next question', async () => {
  const { budget, leftAt } = setup();
  budget.isDown = true;
  await expect(leftAt(1000)).rejects.toThrow('down');
  budget.isDown = false;
  expect(await leftAt(1000)).toBe(900);
  budget.isDown = true;
  expect(await leftAt(1600)).toBe(900);
  await expect(leftAt(1600)).rejects.toThrow('down');
});
