import { BridgeError, type Budget, type Tenants } from '#core';
import type { Dispatch } from './request.ts';
import { withBudget } from './with-budget.ts';

export interface HelloOptions {
  readonly dispatch: Dispatch;
  readonly budget: Budget;
  readonly tenants: Tenants;
}

/**
 * Asks the provider for a sign of life (`GET /hello`, the only operation without a token). Nobody says whether it counts
 * towards the quota, so it is paid for.
 * @throws BridgeError PROVIDER_UNAVAILABLE or PROVIDER_TIMEOUT when there is none; BUDGET_EXHAUSTED and BUDGET_UNAVAILABLE when it was not asked
 */
export function createHello({ dispatch, budget, tenants }: HelloOptions): (tenant: string) => Promise<void> {
  const paid = withBudget(budget, dispatch);
  return async (tenant) => {
    const { apiUrl } = tenants.get(tenant).polar;
    const url = new URL(`${apiUrl.replace(/\/$/, '')}/hello`);
    const { status } = await paid({
      tenant,
      connection: '',
      url,
      lane: 'cold',
      poll: {},
      headers: { accept: 'text/plain' },
    });
    if (status >= 500)
      throw new BridgeError('PROVIDER_UNAVAILABLE', `/hello answered ${status}; it is asked again in a minute`, {
        fields: { status },
      });
  };
}
