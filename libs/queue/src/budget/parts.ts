import type { QuotaLedger } from '#core';
import type { BudgetState } from './state.ts';
import type { BudgetWindow } from './windows.ts';

/** What the budget is made of. */
export interface BudgetParts {
  readonly state: BudgetState;
  readonly ledger: QuotaLedger;
  /** How long a request counts as in flight unless it's settled (ms). */
  readonly hold: number;
  readonly windowsOf: (tenant: string) => readonly BudgetWindow[];
  /** Begins to measure. @returns ms since then, while this process stood still too */
  readonly stopwatch: () => () => number;
}
