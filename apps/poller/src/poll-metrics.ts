import type { BudgetUsage, DomainEvent, Drift } from '#core';
import { Metrics } from '#platform';
import type { BreakerState } from '#polar';
import type { LeasedTarget, Recorded, StoredPace, WaitingTargets } from '#store';
import { delaysOf } from './status/change-delays.ts';

/** What is read at each scrape. */
export interface PollGauges {
  /** Whether the provider answers, by tenant. */
  providers(): ReadonlyMap<string, boolean>;
  /** The breakers that are open. */
  breakers(): readonly BreakerState[];
  /** Those that are polled. */
  tenants(): readonly string[];
  usage(tenant: string): Promise<BudgetUsage>;
  /** Undefined before it was set for the first time. */
  pace(tenant: string): StoredPace | undefined;
  /** What is due and was not planned yet. */
  waiting(tenants: readonly string[]): Promise<readonly WaitingTargets[]>;
}

const minute = 60;
const hour = 60 * minute;
const secondsPerDay = 24 * hour;
const delays = [
  minute,
  5 * minute,
  10 * minute,
  15 * minute,
  30 * minute,
  hour,
  2 * hour,
  4 * hour,
  8 * hour,
  24 * hour,
];

/** Names of requests and polls as Prometheus sees them. */
export function pollMetrics(
  metrics: Metrics,
  { providers, breakers, tenants, usage, pace, waiting }: PollGauges,
): {
  request(request: {
    readonly tenant: string;
    readonly resource: string;
    readonly outcome: string;
    readonly seconds: number;
  }): void;
  poll(target: LeasedTarget, outcome: string, recorded?: Recorded): void;
  drift(tenant: string, resource: string, drift: Drift): void;
  recorded(tenant: string, events: readonly DomainEvent[]): void;
  answered(request: { readonly tenant: string; readonly status: string; readonly seconds: number }): void;
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
  const answers = metrics.histogram(
    'bridge_provider_response_seconds',
    'From a request that is sent to its whole answer, by the class of its status; none where nothing came',
    ['tenant', 'status'],
  );
  const drifts = metrics.counter('bridge_schema_drift_total', 'Answers that are not as the provider’s schema says', [
    'tenant',
    'resource',
    'kind',
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
  const waited = metrics.histogram(
    'bridge_change_delay_seconds',
    'From the moment that the provider gives for a change to its event, of live polls',
    ['tenant', 'resource'],
    delays,
  );
  const ofWindows = (name: string, help: string, of: (window: BudgetUsage['windows'][number]) => number): void => {
    metrics.gauge(name, help, ['tenant', 'window_seconds'], async (gauge) => {
      gauge.reset();
      for (const tenant of tenants()) {
        // Without Redis nothing is sent, and nobody knows what was.
        const known = await usage(tenant).catch(() => undefined);
        for (const window of known?.windows ?? [])
          gauge.set({ tenant, window_seconds: String(window.seconds) }, of(window));
      }
    });
  };
  ofWindows('bridge_quota_limit_requests', 'Requests that a window of the quota allows', ({ limit }) => limit);
  ofWindows('bridge_quota_used_requests', 'Requests of a window of the quota that are used', ({ used }) => used);
  ofWindows(
    'bridge_quota_left_requests',
    'Requests of a window of the quota that live polls may still send: what refreshes of tokens need is kept back',
    ({ left }) => left,
  );
  const waitingNow = Metrics.atOnce(() => waiting(tenants()));
  const ofWaiting = (name: string, help: string, of: (waiting: WaitingTargets) => number): void => {
    metrics.gauge(name, help, ['tenant', 'kind'], async (gauge) => {
      const known = await waitingNow().catch(() => []);
      gauge.reset();
      for (const one of known) gauge.set({ tenant: one.tenant, kind: one.kind }, of(one));
    });
  };
  ofWaiting(
    'bridge_targets_due',
    'Targets that are due and wait for their turn, counted up to 10000',
    ({ due }) => due,
  );
  ofWaiting(
    'bridge_targets_due_oldest_seconds',
    'How long the target has been due that waits longest; 0 where none does',
    ({ oldestSeconds }) => oldestSeconds,
  );
  const ofPaces = (name: string, help: string, of: (pace: StoredPace) => number): void => {
    metrics.gauge(name, help, ['tenant'], (gauge) => {
      gauge.reset();
      for (const tenant of tenants()) {
        const known = pace(tenant);
        if (known !== undefined) gauge.set({ tenant }, of(known));
      }
    });
  };
  ofPaces(
    'bridge_targets_overdue',
    'Targets that were due and had not had their turn when the pace was set',
    ({ demand }) => demand.overdue,
  );
  ofPaces(
    'bridge_poll_price_seconds',
    'Delay that a request has to save to be made',
    ({ price }) => price * secondsPerDay,
  );
  ofPaces(
    'bridge_poll_stretch_ratio',
    'By how much even the longest pauses are exceeded; 1 where the quota suffices',
    ({ stretch }) => stretch,
  );
  return {
    recorded(tenant, events) {
      for (const { resource, seconds } of delaysOf(events)) waited.observe({ tenant, resource }, seconds);
    },
    answered: ({ tenant, status, seconds }) => answers.observe({ tenant, status }, seconds),
    drift: (tenant, resource, { kind }) => drifts.inc({ tenant, resource, kind }),
    request: ({ tenant, resource, outcome, seconds }) => requests.observe({ tenant, resource, outcome }, seconds),
    poll({ tenant, resource, kind }, outcome, recorded) {
      polls.inc({ tenant, resource, kind, outcome });
      if (recorded === undefined) return;
      events.inc({ tenant, resource }, recorded.events);
      markerOnly.inc({ tenant, resource }, recorded.markerOnly);
    },
  };
}
