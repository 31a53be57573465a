import { isHeld, refusalReasons } from '#core';
import { Metrics } from '#platform';
import type { LaneState, ParkedCount } from '#store';
import type { LaneObserver } from './lane-relay.ts';

export interface PublisherMetrics {
  /** What a lane's relay tells, counted. */
  observer(lane: number): LaneObserver;
}

/**
 * Names of the publisher's numbers as Prometheus sees them.
 * @param now epoch ms; left out where lanes have no owner, because Debezium relays them
 */
export function publisherMetrics(
  metrics: Metrics,
  lanes: () => Promise<readonly LaneState[]>,
  parked: () => Promise<readonly ParkedCount[]>,
  now?: () => number,
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

  const lanesNow = Metrics.atOnce(lanes);
  const ofLanes = (name: string, help: string, of: (lane: LaneState) => number): void => {
    metrics.gauge(name, help, ['lane'], async (gauge) => {
      // What nobody can read now is not what it was.
      const states = await lanesNow().catch(() => []);
      gauge.reset();
      for (const state of states) gauge.set({ lane: String(state.lane) }, of(state));
    });
  };
  ofLanes(
    'bridge_lane_lag_seconds',
    'Age of the oldest event that is not yet in Kafka',
    ({ lagSeconds }) => lagSeconds,
  );
  ofLanes(
    'bridge_lane_lag_rows',
    'Events that are not yet in Kafka, as far as the database knows',
    ({ lagRows }) => lagRows,
  );
  if (now !== undefined)
    ofLanes('bridge_lane_owned', 'Whether a publisher relays the lane: 1 or 0', (lane) =>
      isHeld(lane, now()) ? 1 : 0,
    );

  const refused = metrics.counter(
    'bridge_events_refused_total',
    'Times that the broker refused an event for its own sake',
    ['lane', 'reason'],
  );
  const parkedNow = Metrics.atOnce(parked);
  const countParked = (name: string, help: string, of: (count: ParkedCount) => number): void => {
    metrics.gauge(name, help, ['reason'], async (gauge) => {
      const counts = await parkedNow().catch(() => undefined);
      gauge.reset();
      if (counts === undefined) return;
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
