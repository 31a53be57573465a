import type { Budget } from '#core';
import type { Dispatch } from './request.ts';

/** Pays before sending; a refused request is never sent. The permit ends with the answer, whatever it was. */
export function withBudget(budget: Budget, next: Dispatch): Dispatch {
  return async (request) => {
    const permit = await budget.charge(request.tenant, request.lane);
    try {
      return await next(request);
    } finally {
      await permit.settle();
    }
  };
}
