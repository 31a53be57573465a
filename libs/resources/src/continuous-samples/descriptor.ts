import { defineResource, range, textAt, without, type Fact, type JsonObject, type UpstreamSchema } from '#core';
import { unknownDevice } from '../by-device.ts';
import { hourlyChunks, statistics } from './heart-rate.ts';
import upstream from './upstream.json' with { type: 'json' };

/** Continuous heart rate: one growing day per device, published as hourly chunks of which only the changed ones go out. */
export const descriptor = defineResource({
  name: 'continuous-samples',
  scope: 'continuous_samples:read',
  topic: 'heart-rate',
  request: range({
    path: '/continuous-samples',
    // 30 are allowed, but a month of samples is a body of 14 MB.
    days: 7,
    watch: { before: 1, after: 0 },
    features: ['heart-rate-samples'],
  }),
  envelope: [['heartRateSamplesPerDay'], ['continuousSamples', 'heartRateSamplesPerDay']],
  schema: upstream as UpstreamSchema,
  entities: {
    day: {
      events: { recorded: 'HeartRateDayUpdated', revised: 'HeartRateDayUpdated', finalised: 'HeartRateDayFinalized' },
      // The provider's state hash covers the samples and nothing else; the chunks' hashes say the same in our own terms.
      volatile: ['state'],
    },
    chunk: { events: { recorded: 'HeartRateDayChunk', revised: 'HeartRateDayChunk' } },
  },
  triggers: ['activity'],
  hot: true,
  facts: (day): readonly Fact[] => {
    const date = textAt(day, 'date') ?? '';
    const device = textAt(day, 'deviceRef', 'deviceId') ?? unknownDevice;
    const chunks = hourlyChunks(day);
    const fact = (entity: string, identity: readonly string[], content: JsonObject): Fact => ({
      entity,
      identity,
      date,
      marker: textAt(day, 'state') ?? null,
      content,
      polarModifiedAt: null,
      utcOffsetMinutes: null,
    });
    return [
      ...chunks.map(({ hour, part, content }) => fact('chunk', [date, device, String(hour), String(part)], content)),
      fact('day', [date, device], {
        ...without(day, 'samples'),
        ...statistics(day),
        chunks: chunks.map(({ hour, part, count, hash }) => ({ hour, part, count, hash })),
      }),
    ];
  },
});
