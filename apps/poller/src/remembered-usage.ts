import type { Budget, BudgetUsage } from '#core';
import type { Leased } from './planner.ts';

/** After so long it is asked again, while the planner goes on with what it knows; after longer where plenty is left. */
const [freshMs, freshWithPlentyMs] = [500, 5000];
/** Of live polls that may still be sent; more than all replicas poll in the meantime. */
const plenty = 1000;
/** After so long the planner waits for the answer. */
const knownMs = 10_000;

interface Known {
  readonly usage: BudgetUsage;
  readonly at: number;
  /** Between 1/2 and 1, of the time that it is fresh: so that not all tenants are asked about in the same tick. */
  readonly share: number;
  leased: number;
}

/**
 * What the budgets have left, as the planner needs to know it: from a moment ago, less what it has leased since. With many
 * tenants the answers are most of what a tick takes, and nothing hangs on them but how much is queued: each request is paid
 * for by itself.
 */
export class RememberedUsage implements Pick<Budget, 'usage'> {
  readonly #budget: Pick<Budget, 'usage'>;
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #known = new Map<string, Known>();
  readonly #asked = new Map<string, Promise<BudgetUsage>>();

  /**
   * @param now epoch ms
   * @param random between 0 and 1
   */
  constructor(budget: Pick<Budget, 'usage'>, now: () => number, random: () => number) {
    this.#budget = budget;
    this.#now = now;
    this.#random = random;
  }

  async usage(tenant: string): Promise<BudgetUsage> {
    const known = this.#known.get(tenant);
    const age = known === undefined ? Infinity : Math.abs(this.#now() - known.at);
    if (known === undefined || age >= knownMs) return this.#ask(tenant);
    const usage = less(known.usage, known.leased);
    // Who fails is forgotten, so that the next one who asks hears of it.
    if (age >= known.share * (isPlenty(usage) ? freshWithPlentyMs : freshMs)) this.#ask(tenant).catch(() => undefined);
    return usage;
  }

  /** Counts what was leased. */
  leased(targets: readonly Leased[]): void {
    for (const { tenant } of targets) {
      const known = this.#known.get(tenant);
      if (known !== undefined) known.leased += 1;
    }
  }

  #ask(tenant: string): Promise<BudgetUsage> {
    const asked = this.#asked.get(tenant) ?? this.#answer(tenant);
    this.#asked.set(tenant, asked);
    return asked;
  }

  async #answer(tenant: string): Promise<BudgetUsage> {
    const at = this.#now();
    try {
      const usage = await this.#budget.usage(tenant);
      this.#known.set(tenant, { usage, at, share: (1 + this.#random()) / 2, leased: 0 });
      return usage;
    } catch (error) {
      this.#known.delete(tenant);
      throw error;
    } finally {
      this.#asked.delete(tenant);
    }
  }
}

function isPlenty({ windows, pausedUntil }: BudgetUsage): boolean {
  return pausedUntil === null && windows.every(({ left }) => left >= plenty);
}

function less({ windows, pausedUntil }: BudgetUsage, leased: number): BudgetUsage {
  return {
    windows: windows.map((window) => ({
      ...window,
      used: window.used + leased,
      left: Math.max(0, window.left - leased),
      leftForBackfill: Math.max(0, window.leftForBackfill - leased),
    })),
    pausedUntil,
  };
}
