/**
 * What a request is for. Under scarcity the earlier lane goes first: each later lane may fill a smaller share of a
 * window, so that a backfill can never take the last request from a token refresh.
 */
export const budgetLanes = ['refresh', 'hot', 'detail', 'warm', 'cold', 'backfill', 'reconcile'] as const;
export type BudgetLane = (typeof budgetLanes)[number];

/** A request that was paid for and is under way. */
export interface Permit {
  /**
   * Says that the provider has answered (or never will): the request counts from its start to its end plus the window,
   * since nobody knows at which moment in between the provider counted it. Never a refund. Safe to call more than once.
   */
  settle(): Promise<void>;
}

/** The request budget of a tenant, shared by all replicas. */
export interface Budget {
  /**
   * Pays for one request in every window, or in none.
   * @throws BridgeError BUDGET_EXHAUSTED with `waitUntil`, or BUDGET_UNAVAILABLE when the shared state can't be reached (fail closed)
   */
  charge(tenant: string, lane: BudgetLane): Promise<Permit>;
  /** After a 429: nobody sends before `until` (epoch ms), and then at half pace for one window. */
  pause(tenant: string, until: number): Promise<void>;
  usage(tenant: string): Promise<BudgetUsage>;
}

export interface BudgetUsage {
  readonly windows: readonly {
    readonly seconds: number;
    readonly limit: number;
    readonly used: number;
    /** What live polls may still send. */
    readonly left: number;
    /** What backfills may still send: less, so that they never take a live poll's request. */
    readonly leftForBackfill: number;
  }[];
  /** Epoch ms until which the tenant is paused after a 429, or null. */
  readonly pausedUntil: number | null;
}

/** Minutes of requests that were paid for, kept in the database: the truth from which lost budget state is rebuilt. */
export interface QuotaLedger {
  add(tenant: string, minute: number, requests: number): Promise<void>;
  /** Sums per minute since `from`. Minutes are epoch ms / 60 000, whole. */
  since(tenant: string, from: number): Promise<readonly { readonly minute: number; readonly requests: number }[]>;
}
