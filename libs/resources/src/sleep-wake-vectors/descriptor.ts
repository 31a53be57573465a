import { defineResource, range, textAt, type Fact, type UpstreamSchema } from '#core';
import { unknownDevice } from '../by-device.ts';
import upstream from './upstream.json' with { type: 'json' };

/** Sleep and waking of a day, for devices that know of no sleep stages. Has no marker, and grows with its day. */
export const descriptor = defineResource({
  name: 'sleep-wake-vectors',
  scope: 'sleep:read',
  topic: 'sleep-wake-vector',
  request: range({ path: '/sleep-wake-vectors', days: 7, watch: { before: 4, after: 0 }, pace: 72 }),
  envelope: [['sleepWakeVectors']],
  schema: upstream as UpstreamSchema,
  entities: {
    vector: { events: { recorded: 'SleepWakeVectorUpdated', revised: 'SleepWakeVectorUpdated' } },
  },
  facts: (vector): readonly Fact[] => [
    {
      entity: 'vector',
      // The device is optional (documented).
      identity: [textAt(vector, 'date') ?? '', textAt(vector, 'deviceReference', 'uuid') || unknownDevice],
      date: textAt(vector, 'date') ?? '',
      marker: null,
      content: vector,
      polarModifiedAt: null,
      utcOffsetMinutes: null,
    },
  ],
});
