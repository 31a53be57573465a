import { randomUUID } from 'node:crypto';
import { BridgeError } from '#core';
import type { BudgetParts } from './parts.ts';
import { firstMinute, placeMinutes, type BudgetWindow } from './windows.ts';

/** Flushes, restarts and other replicas can undo an attempt; so many in a row mean that something else is wrong. */
export const maxAttempts = 8;

/** Makes lost state again from the ledger. See README.md for why the ticket is needed. */
export async function rebuild(
  { state, ledger, hold }: Omit<BudgetParts, 'windowsOf'>,
  tenant: string,
  windows: readonly BudgetWindow[],
): Promise<void> {
  const token = randomUUID();
  const ticket = await state.begin(tenant, windows, token);
  if (ticket === null) return;
  const minutes = await ledger.since(tenant, firstMinute(ticket.now, ticket.longest, hold));
  await state.commit(tenant, token, randomUUID(), placeMinutes(minutes, hold));
}

/** Repeats a call of the state until it isn't lost, rebuilding it in between. */
export async function onState<T>(call: () => Promise<T | null>, repair: () => Promise<void>): Promise<T> {
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const result = await call();
    if (result !== null) return result;
    await repair();
  }
  throw new BridgeError('BUDGET_UNAVAILABLE', 'The budget state is lost again and again');
}
