import { BridgeError, isBridgeError, type Budget, type BudgetLane, type QuotaLedger, type QuotaWindow } from '#core';
import type { Redis } from 'ioredis';
import { createCharges } from './charges.ts';
import { halved, laneCap, laneShares, longLaneShares } from './lanes.ts';
import type { BudgetParts } from './parts.ts';
import { onState, rebuild } from './rebuild.ts';
import { createState } from './state.ts';
import { shortest, toWindows } from './windows.ts';

export interface BudgetOptions {
  /** From `connectRedis`: a connection that sends commands twice after a reconnect would spoil the counts. */
  readonly redis: Redis;
  /** Must read what any replica has written before (no lagging copy), and keep it for the longest window, `maxRequestSeconds` and two minutes. */
  readonly ledger: QuotaLedger;
  readonly quotaOf: (tenant: string) => readonly QuotaWindow[];
  readonly keyPrefix: string;
  /** This process's clock (epoch ms), which guards against a step of Redis's. */
  readonly now: () => number;
  /**
   * How long a request counts as in flight unless it's settled. A permit is handed out within the first half of it or
   * not at all, so the caller must give a request up after the other half. Default 60.
   */
  readonly maxRequestSeconds?: number;
}

/**
 * The request budget of every tenant, shared by all replicas through Redis. README.md says why it is never exceeded.
 * @throws BridgeError CONFIG_INVALID when the connection would send commands twice
 */
export function createBudget(options: BudgetOptions): Budget {
  const { redis, ledger, quotaOf, keyPrefix, now, maxRequestSeconds = 60 } = options;
  if (redis.options.autoResendUnfulfilledCommands !== false) {
    throw new BridgeError('CONFIG_INVALID', 'The budget needs a connection from connectRedis');
  }
  const hold = Math.ceil(maxRequestSeconds * 1000);
  const state = createState({ redis, keyPrefix, hold, now });
  return budgetOn({
    state,
    ledger,
    hold,
    windowsOf: (tenant) => toWindows(quotaOf(tenant)),
    stopwatch: () => stopwatch(now),
  });
}

/** By two clocks, whichever went on more: one may be set, the other stops while the machine sleeps. */
export function stopwatch(now: () => number): () => number {
  const [wall, steady] = [now(), performance.now()];
  return () => Math.max(now() - wall, performance.now() - steady);
}

export function budgetOn(parts: BudgetParts): Budget {
  const { state, windowsOf } = parts;
  // Our own pauses, so that they outlive Redis. The state's are those of all replicas.
  const pauses = new Map<string, number>();
  const charges = createCharges(parts, (tenant) => pauses.get(tenant) ?? 0);

  return {
    charge: (tenant, lane) => failingClosed(() => charges(tenant, lane)),

    pause: (tenant, until) =>
      failingClosed(async () => {
        const windows = windowsOf(tenant);
        pauses.set(tenant, Math.max(until, pauses.get(tenant) ?? 0));
        await onState(
          () => state.pause(tenant, windows, until),
          () => rebuild(parts, tenant, windows),
        );
      }),

    usage: (tenant) =>
      failingClosed(async () => {
        const windows = windowsOf(tenant);
        const { now, pause, slow, used } = await onState(
          () => state.usage(tenant, windows),
          () => rebuild(parts, tenant, windows),
        );
        const burst = shortest(windows).length;
        return {
          windows: windows.map(({ seconds, limit: full, length }, i) => {
            const limit = length === burst && now < slow ? halved(full) : full;
            const shares = length === burst ? laneShares : longLaneShares;
            const left = (lane: BudgetLane): number => Math.max(0, laneCap(lane, limit, shares) - (used[i] ?? 0));
            return { seconds, limit, used: used[i] ?? 0, left: left('hot'), leftForBackfill: left('backfill') };
          }),
          pausedUntil: now < pause ? pause : null,
        };
      }),
  };
}

/** Whatever goes wrong with Redis or the ledger: nothing is sent. */
async function failingClosed<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isBridgeError(error)) throw error;
    throw new BridgeError('BUDGET_UNAVAILABLE', "The request budget can't be reached", { cause: error });
  }
}
