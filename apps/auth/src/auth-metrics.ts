import type { Metrics } from '#platform';
import type { ConsentOutcome } from './consent-outcome.ts';

export interface AuthMetrics {
  consent(tenant: string, outcome: ConsentOutcome): void;
  refresh(tenant: string, outcome: 'refreshed' | 'found_fresh' | 'lost' | 'failed'): void;
}

export function createAuthMetrics(metrics: Metrics): AuthMetrics {
  const consents = metrics.counter('bridge_consents_total', 'Consents that came back, by how they ended', [
    'tenant',
    'outcome',
  ]);
  const refreshes = metrics.counter('bridge_token_refreshes_total', 'Token refreshes, by how they ended', [
    'tenant',
    'outcome',
  ]);
  return {
    consent: (tenant, outcome) => {
      consents.inc({ tenant, outcome: outcome.kind === 'failed' ? outcome.failure : outcome.kind });
    },
    refresh: (tenant, outcome) => {
      refreshes.inc({ tenant, outcome });
    },
  };
}
