import { isBridgeError } from '#core';
import type { Ending } from './breaker.ts';
import type { Breakers } from './breakers.ts';
import type { Dispatch } from './request.ts';

/**
 * Sends nothing to where nothing but failures come from. What the provider refuses is an answer; only a 5xx and silence are
 * none, and a request that never left tells nothing.
 */
export function withBreakers(breakers: Breakers, next: Dispatch): Dispatch {
  return async (request) => {
    const leave = breakers.enter(request);
    let ending: Ending = 'unsent';
    try {
      const response = await next(request);
      ending = response.status >= 500 ? 'failed' : 'answered';
      return response;
    } catch (error) {
      if (isBridgeError(error, 'PROVIDER_UNAVAILABLE') || isBridgeError(error, 'PROVIDER_TIMEOUT')) ending = 'failed';
      throw error;
    } finally {
      leave(ending);
    }
  };
}
