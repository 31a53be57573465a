import { isBridgeError, servedTenant, type Budget, type Tenants } from '#core';
import { refusal } from './answer.ts';
import { header, type Dispatch } from './request.ts';
import { withBudget } from './with-budget.ts';

export interface HelloOptions {
  readonly dispatch: Dispatch;
  readonly budget: Budget;
  readonly tenants: Tenants;
  readonly now: () => number;
}

export interface Hello {
  readonly status: number;
  /** Epoch ms by the provider's clock, whole seconds; undefined where it does not say. */
  readonly at: number | undefined;
}

/**
 * Asks the provider for a sign of life (`GET /hello`, the only operation without a token). Nobody says whether it counts
 * towards the quota, so it is paid for.
 * @throws BridgeError PROVIDER_UNAVAILABLE or PROVIDER_TIMEOUT when there is none; PROVIDER_RATE_LIMITED on a 429, after which
 *   the tenant waits; BUDGET_EXHAUSTED, BUDGET_UNAVAILABLE and TENANT_NOT_SERVED when it was not asked
 */
export function createHello({ dispatch, budget, tenants, now }: HelloOptions): (tenant: string) => Promise<Hello> {
  const paid = withBudget(budget, dispatch);
  return async (id) => {
    const { polar, quota } = servedTenant(tenants, id);
    const url = new URL(`${polar.apiUrl.replace(/\/$/, '')}/hello`);
    const headers = { accept: 'text/plain' };
    const response = await paid({ tenant: id, connection: '', resource: 'hello', url, lane: 'cold', headers });
    if (response.status < 500 && response.status !== 429)
      return { status: response.status, at: momentIn(header(response, 'date')) };
    const shortestWindowSeconds = Math.min(...quota.map(({ seconds }) => seconds));
    const error = refusal(response, { path: '/hello', now: now(), shortestWindowSeconds });
    if (isBridgeError(error, 'PROVIDER_RATE_LIMITED') && error.waitUntil !== undefined)
      await budget.pause(id, error.waitUntil);
    throw error;
  };
}

function momentIn(date: string | undefined): number | undefined {
  const at = Date.parse(date ?? '');
  return Number.isNaN(at) ? undefined : at;
}
