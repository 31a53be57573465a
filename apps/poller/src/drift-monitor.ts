import type { Drift, Tick } from '#core';
import type { AppLogger } from '#platform';

export interface DriftPorts {
  /** Remembers it for all replicas and tells consumers of it. @returns whether it was new to all of them */
  note(tenant: string, resource: string, drift: Drift): Promise<boolean>;
  /** For metrics. */
  count(tenant: string, resource: string, drift: Drift): void;
  readonly log: AppLogger;
}

/** Most deviations that a process remembers: more would be a provider that answers at random. */
const mostRemembered = 5000;

/**
 * Watches how the provider's answers deviate from its schema. Never in the way of a poll: what can't be noted now is
 * noted when it is seen again.
 */
export function createDriftMonitor({ note, count, log }: DriftPorts): (tick: Tick, drifts: readonly Drift[]) => void {
  const seen = new Set<string>();
  return ({ connection: { tenant }, resource: { name } }, drifts) => {
    for (const drift of drifts) {
      const key = JSON.stringify([tenant, name, drift]);
      const isKnown = seen.has(key);
      const isTooMuch = !isKnown && seen.size >= mostRemembered;
      count(tenant, name, drift);
      if (isKnown || isTooMuch) continue;
      seen.add(key);
      note(tenant, name, drift)
        .then((isNew) => {
          if (isNew) log.error('provider schema drift', { tenant, resource: name, ...drift });
        })
        .catch((error: unknown) => {
          seen.delete(key);
          log.warn('schema drift not noted', { tenant, resource: name, error });
        });
    }
  };
}
