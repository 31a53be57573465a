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
import { sampleChunks, totals, withoutSeries } from './samples.ts';
import upstream from './upstream.json' with { type: 'json' };

/**
 * Daily activity: one growing day per device. The listing tells dates only and the data has no marker, so a day is read
 * when heart rates or intervals of it arrive, and by the sweep.
 */
export const descriptor = defineResource({
  name: 'activity',
  scope: 'activity:read',
  topic: 'activity',
  request: listing({
    path: '/activity/list',
    days: 90,
    watch: { before: 28, after: 0 },
    detail: { features: ['samples', 'activity-target', 'physical-information'] },
    sweep: true,
    // It can tell of a new date only, which triggers tell earlier.
    pace: 12,
  }),
  envelope: [['activityDays'], ['activities', 'activityDays']],
  schema: upstream as UpstreamSchema,
  entities: {
    day: {
      events: { recorded: 'ActivityDayUpdated', revised: 'ActivityDayUpdated', finalised: 'ActivityDayFinalized' },
    },
    chunk: { events: { recorded: 'ActivityDayChunk', revised: 'ActivityDayChunk' } },
  },
  hot: true,
  facts: (day, phase): readonly Fact[] => {
    const date = textAt(day, 'date') ?? '';
    const fact = (entity: string, identity: readonly string[], content: JsonObject | null): Fact => ({
      entity,
      identity,
      date,
      marker: null,
      content,
      polarModifiedAt: null,
      utcOffsetMinutes: null,
    });
    if (phase === 'list') return [fact('day', [date], null)];

    return byDevice(objectsAt(day, 'activitiesPerDevice'), 'deviceReference', 'deviceId').flatMap(
      ({ device, entries }) => {
        const recordings = entries.flatMap((entry) => objectsAt(entry, 'activitySamples'));
        const chunks = sampleChunks(recordings);
        return [
          ...chunks.map(({ hour, part, series }) =>
            fact('chunk', [date, device, String(hour), String(part)], {
              date,
              deviceReference: { deviceId: device },
              hour,
              part,
              series,
            }),
          ),
          fact('day', [date, device], {
            ...without(day, 'activitiesPerDevice'),
            ...restOf(entries, 'activitySamples'),
            activitySamples: recordings.map(withoutSeries),
            ...totals(recordings),
            chunks: chunks.map(({ hour, part, types, hash }) => ({ hour, part, types, hash })),
          }),
        ];
      },
    );
  },
});
