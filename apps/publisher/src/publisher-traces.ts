import type { Tracing } from '#platform';
import type { LaneObserver } from './lane-relay.ts';
import type { Row } from './publish.ts';

/** A batch names so many of the polls whose events it holds; each of them has a span of its own in any case. */
const mostLinks = 32;

/** Ends the traces that polls have begun: for each of them in a batch a span of the time that Kafka took for the batch. */
export function traceObserver(tracing: Pick<Tracing, 'begin'>, lane: number): Pick<LaneObserver, 'published'> {
  return {
    published({ batch, seconds }) {
      const traces = Map.groupBy(batch.rows, traceparentOf);
      const polls = [...traces.keys()].filter((one) => one !== undefined);
      const whole = tracing.begin('publish batch', {
        secondsAgo: seconds,
        facts: { lane, rows: batch.rows.length, position: batch.last },
        links: polls.slice(0, mostLinks),
      });
      for (const [traceparent, rows] of traces) {
        if (traceparent === undefined || whole === undefined) continue;
        tracing
          .begin('publish', {
            parent: traceparent,
            kind: 'producer',
            secondsAgo: seconds,
            facts: {
              lane,
              'messaging.system': 'kafka',
              'messaging.batch.message_count': rows.length,
              'messaging.destination.name': [...new Set(rows.map(({ topic }) => topic))].join(' '),
            },
            links: [whole.traceparent],
          })
          ?.end();
      }
      whole?.end();
    },
  };
}

/** Headers are JSON as the outbox has it, and of thousands of rows none is worth a whole parse. */
function traceparentOf({ headers }: Pick<Row, 'headers'>): string | undefined {
  return /"ce_traceparent":\s?"([0-9a-f-]{55})"/.exec(headers)?.[1];
}
