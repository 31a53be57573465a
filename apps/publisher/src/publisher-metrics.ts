import type { Metrics } from '#platform';
import type { LaneState, ParkedCount } from '#store';
import type { LaneObserver } from './lane-relay.ts';
import { refusalReasons } from './refusal.ts';

export interface PublisherMetrics {
  /** What a lane's relay tells, counted. */
  observer(lane: number): LaneObserver;
}

/** Names of the publisher's numbers as Prometheus sees them. */
export function publisherMetrics(
  metrics: Metrics,
  lanes: () => Promise<readonly LaneState[]>,
  parked: () => Promise<readonly ParkedCount[]>,
): PublisherMetrics {
  const published = metrics.counter('bridge_events_published_total', 'Events committed to Kafka', ['lane']);
  const batches = metrics.counter('bridge_batches_total', 'Batches committed to Kafka', ['lane']);
  const transactions = metrics.histogram(
    'bridge_transaction_seconds',
    'Duration of a transaction, from its first request to its commit',
    [],
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15],
  );
  const aborted = metrics.counter('bridge_transactions_aborted_total', 'Sessions of a lane that ended with a failure', [
    'lane',
  ]);
  const fenced = metrics.counter('bridge_lane_fenced_total', 'Times that another publisher took a lane over', ['lane']);
  const takeovers = metrics.counter('bridge_lane_takeovers_total', 'Times that a lane was opened', ['lane']);

  // Each reads for itself: they are collected at the same time.
  metrics.gauge(
    'bridge_lane_lag_seconds',
    'Age of the oldest event that is not yet in Kafka',
    ['lane'],
    async (gauge) => {
      for (const { lane, lagSeconds } of await lanes().catch(() => [])) gauge.set({ lane: String(lane) }, lagSeconds);
    },
  );
  metrics.gauge(
    'bridge_lane_lag_rows',
    'Events that are not yet in Kafka, as far as the database knows',
    ['lane'],
    async (gauge) => {
      for (const { lane, lagRows } of await lanes().catch(() => [])) gauge.set({ lane: String(lane) }, lagRows);
    },
  );

  const refused = metrics.counter(
    'bridge_events_refused_total',
    'Times that the broker refused an event for its own sake',
    ['lane', 'reason'],
  );
  const countParked = (name: string, help: string, of: (count: ParkedCount) => number): void => {
    metrics.gauge(name, help, ['reason'], async (gauge) => {
      const counts = await parked().catch(() => undefined);
      if (counts === undefined) return;
      gauge.reset();
      // Nothing that is parked is a zero, and not the silence of a process that cannot tell.
      for (const reason of refusalReasons) gauge.set({ reason }, 0);
      for (const count of counts) gauge.set({ reason: count.reason }, of(count));
    });
  };
  countParked('bridge_parked_streams', 'Athletes of whom the broker refuses an event', ({ streams }) => streams);
  countParked('bridge_parked_events', 'Events that wait because of one that the broker refuses', ({ rows }) => rows);

  return {
    observer(number) {
      const lane = String(number);
      return {
        opened: () => takeovers.inc({ lane }),
        published: ({ batch, seconds }) => {
          published.inc({ lane }, batch.rows.length);
          batches.inc({ lane });
          transactions.observe(seconds);
        },
        failed: ({ fenced: isFence }) => (isFence ? fenced : aborted).inc({ lane }),
        hintFailed: () => undefined,
        parked: ({ refusal: { reason } }) => refused.inc({ lane, reason }),
        unparked: () => undefined,
      };
    },
  };
}
