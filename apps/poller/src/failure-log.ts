import type { BridgeError, Tick, Window } from '#core';
import type { AppLogger } from '#platform';

/**
 * Every request that failed is a line; what the provider must never answer (429, a body that fits no known shape) is an
 * alarm, whether or not the poll goes on without it.
 */
export function failureLog(log: AppLogger): (tick: Tick, window: Window, error: BridgeError) => void {
  return ({ connection, resource }, { from, to, reason }, error) => {
    const alarm = error.code === 'PROVIDER_RATE_LIMITED' || error.disposition === 'bug';
    log[alarm ? 'error' : 'debug']('request failed', {
      tenant: connection.tenant,
      connection: connection.id,
      resource: resource.name,
      from,
      to,
      window: reason,
      errorCode: error.code,
      why: error.message,
      ...error.fields,
    });
  };
}
