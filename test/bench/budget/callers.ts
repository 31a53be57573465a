import { setTimeout as sleep } from 'node:timers/promises';
import { isBridgeError, type Budget, type BudgetLane } from '#core';
import { clock, type Log } from './log.ts';

/** How long calls of the budget took (ms), by what came of them. */
export interface Times {
  readonly charged: number[];
  readonly refused: number[];
  /** The budget couldn't be reached, or was too slow to be sure. */
  unavailable: number;
}

export interface Demand {
  readonly budgets: readonly Budget[];
  readonly tenant: string;
  readonly lane: BudgetLane;
  readonly callers: number;
  /** Until when they want to send (ms, the log's clock). */
  readonly until: number;
  readonly log: Log;
  readonly times: Times;
}

/** What a provider that answers in 0.4 s on average takes, scaled down by 60 as the windows are. */
const meanRequestMs = 400 / 60;

/** Callers that have always something to send, and come back at the very moment that a refusal names. */
export async function endless({ budgets, tenant, lane, callers, until, log, times }: Demand): Promise<void> {
  const one = async (budget: Budget): Promise<void> => {
    while (clock() < until) {
      const waitUntil = await send({ budget, tenant, lane, log, times });
      const wait = Math.min(waitUntil, until) - clock();
      if (wait > 0) await sleep(Math.ceil(wait));
    }
  };
  await Promise.all(Array.from({ length: callers }, (_, i) => one(budgets[i % budgets.length] as Budget)));
}

/** @returns when to come back: 0 if the request was sent */
export async function send(
  call: Pick<Demand, 'tenant' | 'lane' | 'log' | 'times'> & { budget: Budget },
): Promise<number> {
  const { budget, tenant, lane, log, times } = call;
  const asked = performance.now();
  try {
    const permit = await budget.charge(tenant, lane);
    times.charged.push(performance.now() - asked);
    const request = log.begin(lane);
    await sleep(-Math.log(1 - Math.random()) * meanRequestMs);
    request.end = clock();
    void permit.settle();
    return 0;
  } catch (error) {
    if (isBridgeError(error, 'BUDGET_EXHAUSTED')) {
      times.refused.push(performance.now() - asked);
      return error.waitUntil ?? 0;
    }
    if (!isBridgeError(error, 'BUDGET_UNAVAILABLE')) throw error;
    times.unavailable += 1;
    return clock() + 10;
  }
}
