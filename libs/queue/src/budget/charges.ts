import { BridgeError, budgetLanes, type BudgetLane, type Permit } from '#core';
import { gather } from './gather.ts';
import type { BudgetParts } from './parts.ts';
import { maxAttempts, rebuild } from './rebuild.ts';
import { createSettlements } from './settlements.ts';
import type { Charged, LaneDemand } from './state.ts';
import { minuteOf } from './windows.ts';

interface Caller {
  readonly lane: BudgetLane;
  readonly resolve: (permit: Permit) => void;
  readonly reject: (error: unknown) => void;
}

/** Charges of one tenant that come together share one script call, one write to the ledger and one check. */
export function createCharges(parts: BudgetParts, pausedUntil: (tenant: string) => number) {
  const permit = createSettlements(parts.state);
  const charge = gather<Caller>(async (tenant, callers) => {
    try {
      const demand = demandOf(callers);
      const charged = await pay(parts, tenant, demand, () => pausedUntil(tenant));
      demand.forEach(({ lane }, i) => {
        const { granted, waitUntil } = charged.lanes[i] ?? { granted: 0, waitUntil: charged.at };
        const inLane = callers.filter((caller) => caller.lane === lane);
        for (const { resolve } of inLane.slice(0, granted)) resolve(permit(tenant, charged));
        for (const { reject } of inLane.slice(granted)) reject(exhausted(tenant, lane, waitUntil));
      });
    } catch (error) {
      for (const { reject } of callers) reject(error);
    }
  });
  return (tenant: string, lane: BudgetLane) =>
    new Promise<Permit>((resolve, reject) => charge(tenant, { lane, resolve, reject }));
}

/**
 * Count, write down, look again: only then may a request go. A generation that changed in between was rebuilt without
 * us, perhaps, so that everything is counted once more in the new one.
 */
export async function pay(
  parts: BudgetParts,
  tenant: string,
  demand: readonly LaneDemand[],
  pausedUntil: () => number,
): Promise<Charged> {
  const { state, ledger, hold, windowsOf, stopwatch } = parts;
  const windows = windowsOf(tenant);
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const sinceCharge = stopwatch();
    const charged = await state.charge(tenant, windows, demand, pausedUntil());
    if (charged === null) {
      await rebuild(parts, tenant, windows);
      continue;
    }
    const granted = charged.lanes.reduce((sum, lane) => sum + lane.granted, 0);
    if (granted === 0) return charged;
    await ledger.add(tenant, minuteOf(charged.at), granted);
    const seen = await state.verify(tenant);
    if (seen?.generation !== charged.generation) continue;
    // The answer may have waited for a process that stood still, so that its time is not the time now.
    if (Math.max(seen.at - charged.at, sinceCharge()) > hold / 2) {
      throw new BridgeError('BUDGET_UNAVAILABLE', 'Paying took too long to be sure of the count', {
        fields: { tenant },
      });
    }
    return charged;
  }
  throw new BridgeError('BUDGET_UNAVAILABLE', 'The budget state is lost again and again', { fields: { tenant } });
}

function demandOf(callers: readonly Caller[]): readonly LaneDemand[] {
  return budgetLanes
    .map((lane) => ({ lane, count: callers.filter((caller) => caller.lane === lane).length }))
    .filter(({ count }) => count > 0);
}

function exhausted(tenant: string, lane: BudgetLane, waitUntil: number): BridgeError {
  return new BridgeError('BUDGET_EXHAUSTED', `The request budget has no room for the lane ${lane}`, {
    fields: { tenant, lane },
    waitUntil,
  });
}
