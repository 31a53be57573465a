import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { isBridgeError, type Budget, type BudgetLane } from '#core';

/** What a poller got of the budget. */
export interface Served {
  readonly asked: number;
  readonly served: number;
  readonly seconds: number;
}

export interface PollerOptions {
  readonly budget: Budget;
  readonly tenant: string;
  /** What it fetches, and with which access token. */
  readonly url: string;
  readonly accessToken: string;
  /** How many requests it wants to send, in the lanes hot and warm by turns. */
  readonly perSecond: number;
}

/** Polls all the time, as far as the budget lets it. */
export class Poller {
  readonly #options: PollerOptions;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  readonly #statuses = new Set<number>();
  #asked = 0;
  #served = 0;
  #since = performance.now();

  constructor(options: PollerOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  /** What it got since the last time. */
  lap(): Served {
    const served = { asked: this.#asked, served: this.#served, seconds: (performance.now() - this.#since) / 1000 };
    [this.#asked, this.#served, this.#since] = [0, 0, performance.now()];
    return served;
  }

  /** @throws when the provider answered with anything but 200 */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    const strange = [...this.#statuses].filter((status) => status !== 200);
    if (strange.length > 0) throw new Error(`the provider answered the poller with ${strange.join(', ')}`);
  }

  async #run(): Promise<void> {
    const under: Promise<void>[] = [];
    for (let turn = 0; !this.#stopping.signal.aborted; turn += 1) {
      under.push(this.#poll(turn % 2 === 0 ? 'hot' : 'warm'));
      await sleep(1000 / this.#options.perSecond);
    }
    await Promise.all(under);
  }

  async #poll(lane: BudgetLane): Promise<void> {
    const { budget, tenant, url, accessToken } = this.#options;
    this.#asked += 1;
    try {
      const permit = await budget.charge(tenant, lane);
      const { statusCode, body } = await request(url, { headers: { authorization: `Bearer ${accessToken}` } });
      await body.dump();
      await permit.settle();
      this.#statuses.add(statusCode);
      this.#served += 1;
    } catch (error) {
      if (!isBridgeError(error, 'BUDGET_EXHAUSTED')) throw error;
    }
  }
}

export const perSecond = ({ served, seconds }: Served): number => served / seconds;
