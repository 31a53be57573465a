import { defineResource, range, textAt, type Fact, type JsonObject, type UpstreamSchema } from '#core';
import { unknownDevice } from '../by-device.ts';
import { sampleChunks, statistics, withSamples } from './samples.ts';
import upstream from './upstream.json' with { type: 'json' };

/** Periods of temperature measurement by one sensor, with their samples; those of a long period are cut by the hour. */
export const descriptor = defineResource({
  name: 'temperature-measurements',
  scope: 'temperature_measurement:read',
  topic: 'temperature',
  request: range({
    path: '/temperature-measurements',
    // 90 are allowed, but the listing has all samples.
    days: 31,
    watch: { before: 28, after: 0 },
    pace: 72,
  }),
  envelope: [['temperatureMeasurementPeriod']],
  schema: upstream as UpstreamSchema,
  entities: {
    period: {
      events: {
        recorded: 'TemperaturePeriodRecorded',
        revised: 'TemperaturePeriodRevised',
        deleted: 'TemperaturePeriodDeleted',
      },
      volatile: ['modified'],
    },
    chunk: { events: { recorded: 'TemperaturePeriodChunk', revised: 'TemperaturePeriodChunk' } },
  },
  facts: (period): readonly Fact[] => {
    const startTime = textAt(period, 'startTime') ?? '';
    // Left out, an enumeration has its first value.
    const identity = [
      textAt(period, 'deviceReference', 'uuid') || unknownDevice,
      textAt(period, 'measurementType') || 'TM_UNKNOWN',
      textAt(period, 'sensorLocation') || 'SL_UNKNOWN',
      startTime,
    ];
    const [uuid = '', measurementType = '', sensorLocation = ''] = identity;
    const fact = (entity: string, own: readonly string[], content: JsonObject): Fact => ({
      entity,
      identity: [...identity, ...own],
      date: startTime.slice(0, 10),
      marker: textAt(period, 'modified') ?? null,
      content,
      polarModifiedAt: textAt(period, 'modified') ?? null,
      utcOffsetMinutes: null,
    });
    const chunks = sampleChunks(period);
    return [
      ...chunks.map(({ hour, part, count, columns }) =>
        fact('chunk', [String(hour), String(part)], {
          deviceReference: { uuid },
          measurementType,
          sensorLocation,
          startTime,
          hour,
          part,
          count,
          ...columns,
        }),
      ),
      fact('period', [], { ...withSamples(period, chunks), ...statistics(period) }),
    ];
  },
});
