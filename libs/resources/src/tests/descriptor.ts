import { defineResource, listing, textAt, type Fact, type JsonObject, type UpstreamSchema } from '#core';
import { kindsIn } from '../one-of.ts';
import { sampleChunks, withoutSeries } from './samples.ts';
import upstream from './upstream.json' with { type: 'json' };

const kinds = {
  orthostaticTestResult: 'OrthostaticTestCompleted',
  fitnessTestResult: 'FitnessTestCompleted',
  jumpTestResult: 'JumpTestCompleted',
  ecgTestResult: 'EcgTestCompleted',
  spo2TestResult: 'Spo2TestCompleted',
  rrRecording: 'RrRecordingCompleted',
} as const;

/** Tests, of six kinds: listed with their `modified`, read by the day for their samples. They have no id. */
export const descriptor = defineResource({
  name: 'tests',
  scope: 'tests:read',
  topic: 'test',
  request: listing({
    path: '/tests/list',
    days: 90,
    watch: { before: 28, after: 0 },
    detail: { features: ['samples'], perDay: 0.1 },
    pace: 72,
  }),
  envelope: [['tests'], ['data', 'tests']],
  schema: upstream as UpstreamSchema,
  entities: {
    test: {
      events: {
        // For a kind that nobody foresaw: no other word says nothing wrong of it.
        recorded: 'TestRevised',
        kinds,
        revised: 'TestRevised',
        deleted: 'TestDeleted',
      },
      volatile: ['modified'],
    },
    chunk: { events: { recorded: 'TestSamplesChunk', revised: 'TestSamplesChunk' } },
  },
  facts: (test, phase): readonly Fact[] => {
    const startTime = textAt(test, 'startTime') ?? '';
    return kindsIn(test, Object.keys(kinds)).flatMap(({ kind, value, item }) => {
      const fact = (entity: string, identity: readonly string[], content: JsonObject | null): Fact => ({
        entity,
        kind,
        identity,
        date: startTime.slice(0, 10),
        marker: textAt(test, 'modified') ?? null,
        content,
        polarModifiedAt: textAt(test, 'modified') ?? null,
        utcOffsetMinutes: offsetOf(value),
      });
      if (phase === 'list') return [fact('test', [kind, startTime], null)];

      const chunks = sampleChunks(value);
      return [
        ...chunks.map(({ hour, part, series }) =>
          fact('chunk', [kind, startTime, String(hour), String(part)], { kind, startTime, hour, part, series }),
        ),
        fact('test', [kind, startTime], {
          ...item,
          [kind]: withoutSeries(value),
          chunks: chunks.map(({ hour, part, types, hash }) => ({ hour, part, types, hash })),
        }),
      ];
    });
  },
});

/** Spelled in two ways, and there for some kinds only (documented). */
function offsetOf(result: JsonObject): number | null {
  const offset = result['timeZoneOffsetMinutes'] ?? result['timezoneOffsetMinutes'];
  return typeof offset === 'number' ? offset : null;
}
