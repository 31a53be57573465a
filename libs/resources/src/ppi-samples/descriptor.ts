import {
  contentHash,
  defineResource,
  listing,
  objectsAt,
  textAt,
  without,
  type Fact,
  type JsonObject,
  type UpstreamSchema,
} from '#core';
import { byDevice, restOf } from '../by-device.ts';
import { intervalsOf } from './intervals.ts';
import upstream from './upstream.json' with { type: 'json' };

/**
 * Pulse-to-pulse intervals: one growing day per device, listed with its `modified`. It names every day that a sync has
 * touched, however old, so its change triggers what has no marker.
 */
export const descriptor = defineResource({
  name: 'ppi-samples',
  scope: 'ppi_data:read',
  topic: 'ppi',
  request: listing({
    path: '/ppi-samples',
    days: 90,
    watch: { before: 28, after: 0 },
    // A day has some ten megabytes (observed live).
    detail: { features: ['samples'], most: 1 },
  }),
  envelope: [['dailyPpiSamples']],
  schema: upstream as UpstreamSchema,
  entities: {
    day: {
      events: { recorded: 'PpiDayUpdated', revised: 'PpiDayUpdated', finalised: 'PpiDayFinalized' },
      volatile: ['modified'],
    },
    chunk: { events: { recorded: 'PpiDayChunk', revised: 'PpiDayChunk' } },
  },
  triggers: ['activity', 'continuous-samples'],
  hot: true,
  *facts(day, phase): Generator<Fact | undefined, void, undefined> {
    const date = textAt(day, 'date') ?? '';
    const modified = textAt(day, 'modified') ?? null;
    const fact = (entity: string, identity: readonly string[], content: JsonObject | null): Fact => ({
      entity,
      identity,
      date,
      marker: modified,
      content,
      polarModifiedAt: modified,
      utcOffsetMinutes: null,
    });
    if (phase === 'list') return yield fact('day', [date], null);

    for (const { device, entries } of byDevice(objectsAt(day, 'ppiSamplesPerDevice'), 'recordingDevice', 'uuid')) {
      const { hours, statistics } = yield* intervalsOf(entries);
      const chunks: JsonObject[] = [];
      for (const { hour, part, count, columns } of hours) {
        const place = { hour, part, count };
        chunks.push({ ...place, hash: contentHash(columns) });
        const content = { date, recordingDevice: { uuid: device }, ...place, ...columns };
        yield fact('chunk', [date, device, String(hour), String(part)], content);
      }
      yield fact('day', [date, device], {
        ...without(day, 'ppiSamplesPerDevice'),
        ...restOf(entries, 'ppiSamples'),
        recordingTriggerTypeChanges: entries.flatMap((entry) => objectsAt(entry, 'recordingTriggerTypeChanges')),
        ...statistics,
        chunks,
      });
    }
  },
});
