import { describe, expect, it } from '@jest/globals';
import type { SpanFacts, SpanOptions } from '#platform';
import type { Row } from './publish.ts';
import { traceObserver } from './publisher-traces.ts';

const traceOf = (digit: string): string => `00-${digit.repeat(32)}-b7ad6b7169203331-01`;
const row = (position: number, topic: string, traceparent?: string): Row => ({
  position,
  topic,
  key: 'c1',
  payload: '{"secret":"of an athlete"}',
  headers: JSON.stringify({ ce_id: 'x', ...(traceparent !== undefined && { ce_traceparent: traceparent }) }),
  bytes: 10,
});

describe('the traces of a lane', () => {
  it('end those of the polls: one span for each, and one of the batch that names them', () => {
    const spans: (SpanOptions & { readonly name: string; readonly ended: SpanFacts | undefined })[] = [];
    const begin = (name: string, options: SpanOptions = {}) => ({
      traceparent: 'of-batch',
      end: (ended?: SpanFacts) => void spans.push({ name, ...options, ended }),
    });
    const rows = [row(1, 'a', traceOf('1')), row(2, 'b', traceOf('1')), row(3, 'a'), row(4, 'a', traceOf('2'))];
    traceObserver({ begin }, 5).published({
      batch: { rows, last: 4 },
      seconds: 0.25,
      milliseconds: { claim: 1, publish: 250, settle: 0 },
    });
    expect(spans.map(({ name, parent, links }) => ({ name, parent, links }))).toEqual([
      { name: 'publish', parent: traceOf('1'), links: ['of-batch'] },
      { name: 'publish', parent: traceOf('2'), links: ['of-batch'] },
      { name: 'publish batch', parent: undefined, links: [traceOf('1'), traceOf('2')] },
    ]);
    expect(spans[0]).toMatchObject({
      kind: 'producer',
      secondsAgo: 0.25,
      facts: { lane: 5, 'messaging.batch.message_count': 2, 'messaging.destination.name': 'a b' },
    });
    expect(JSON.stringify(spans)).not.toContain('athlete');
  });
});
