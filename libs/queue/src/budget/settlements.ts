import type { Permit } from '#core';
import { gather } from './gather.ts';
import type { BudgetState, Charged, Settled } from './state.ts';

interface Settlement {
  readonly generation: string;
  readonly heldUntil: number;
  readonly done: () => void;
}

/**
 * Makes permits whose ends are told to the state in batches. A failure is kept quiet: an end that isn't told leaves the
 * request counted for longer. It's tried once only, since what was lost may be the answer and not the call.
 */
export function createSettlements(state: BudgetState) {
  const settle = gather<Settlement>(async (tenant, settlements) => {
    const generations = Map.groupBy(settlements, ({ generation }) => generation);
    const calls = [...generations].map(([generation, ended]) => state.settle(tenant, generation, countByHold(ended)));
    await Promise.allSettled(calls);
    for (const { done } of settlements) done();
  });

  return (tenant: string, { generation, heldUntil }: Charged): Permit => {
    let settled: Promise<void> | undefined;
    return {
      settle: () => (settled ??= new Promise<void>((done) => settle(tenant, { generation, heldUntil, done }))),
    };
  };
}

function countByHold(settlements: readonly Settlement[]): readonly Settled[] {
  const groups = Map.groupBy(settlements, ({ heldUntil }) => heldUntil);
  return [...groups].map(([heldUntil, { length }]) => ({ heldUntil, count: length }));
}
