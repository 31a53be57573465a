import type { Drift } from '#core';
import type { Metrics } from '#platform';
import type { BreakerState } from '#polar';
import type { LeasedTarget, Recorded } from '#store';

/** What is read at each scrape. */
export interface PollGauges {
  /** Whether the provider answers, by tenant. */
  providers(): ReadonlyMap<string, boolean>;
  /** The breakers that are open. */
  breakers(): readonly BreakerState[];
}

/** Names of requests and polls as Prometheus sees them. */
export function pollMetrics(
  metrics: Metrics,
  { providers, breakers }: PollGauges,
): {
  request(request: {
    readonly tenant: string;
    readonly resource: string;
    readonly outcome: string;
    readonly seconds: number;
  }): void;
  poll(target: LeasedTarget, outcome: string, recorded?: Recorded): void;
  drift(tenant: string, resource: string, drift: Drift): void;
} {
  const polls = metrics.counter('bridge_polls_total', 'Polls by what became of them', [
    'tenant',
    'resource',
    'kind',
    'outcome',
  ]);
  const events = metrics.counter('bridge_events_recorded_total', 'Events written to the outbox', [
    'tenant',
    'resource',
  ]);
  const markerOnly = metrics.counter(
    'bridge_marker_only_total',
    'Items whose marker moved while their content did not',
    ['tenant', 'resource'],
  );
  const requests = metrics.histogram(
    'bridge_provider_request_seconds',
    'Duration of requests to the provider, waiting for the budget included',
    ['tenant', 'resource', 'outcome'],
  );
  const drifts = metrics.counter('bridge_schema_drift_total', 'Answers that are not as the provider’s schema says', [
    'tenant',
    'resource',
    'kind',
    'path',
  ]);
  metrics.gauge('bridge_provider_up', 'Whether the provider answers: 1 or 0', ['tenant'], (gauge) => {
    gauge.reset();
    for (const [tenant, isUp] of providers()) gauge.set({ tenant }, isUp ? 1 : 0);
  });
  metrics.gauge(
    'bridge_breakers_open',
    'Tenants, resources of a tenant, and connections of a tenant that are asked for only now and then, since nothing answers',
    ['tenant', 'scope', 'resource'],
    (gauge) => {
      gauge.reset();
      for (const tenant of providers().keys())
        for (const scope of ['tenant', 'connection']) gauge.set({ tenant, scope, resource: '' }, 0);
      for (const { tenant, scope, key } of breakers())
        gauge.inc({ tenant, scope, resource: scope === 'resource' ? key : '' });
    },
  );
  return {
    drift: (tenant, resource, { kind, path }) => drifts.inc({ tenant, resource, kind, path }),
    request: ({ tenant, resource, outcome, seconds }) => requests.observe({ tenant, resource, outcome }, seconds),
    poll({ tenant, resource, kind }, outcome, recorded) {
      polls.inc({ tenant, resource, kind, outcome });
      if (recorded === undefined) return;
      events.inc({ tenant, resource }, recorded.events);
      markerOnly.inc({ tenant, resource }, recorded.markerOnly);
    },
  };
}
