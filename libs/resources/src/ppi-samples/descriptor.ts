import {
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
    detail: { features: ['samples'] },
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
  facts: (day, phase): readonly Fact[] => {
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
    if (phase === 'list') return [fact('day', [date], null)];

    return byDevice(objectsAt(day, 'ppiSamplesPerDevice'), 'recordingDevice', 'uuid').flatMap(({ device, entries }) => {
      const { chunks, statistics } = intervalsOf(entries);
      return [
        ...chunks.map(({ hour, part, count, columns }) =>
          fact('chunk', [date, device, String(hour), String(part)], {
            date,
            recordingDevice: { uuid: device },
            hour,
            part,
            count,
            ...columns,
          }),
        ),
        fact('day', [date, device], {
          ...without(day, 'ppiSamplesPerDevice'),
          ...restOf(entries, 'ppiSamples'),
          recordingTriggerTypeChanges: entries.flatMap((entry) => objectsAt(entry, 'recordingTriggerTypeChanges')),
          ...statistics,
          chunks: chunks.map(({ hour, part, count, hash }) => ({ hour, part, count, hash })),
        }),
      ];
    });
  },
});
