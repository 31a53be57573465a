import { defineResource, range, textAt, type Fact, type UpstreamSchema } from '#core';
import { unknownDevice } from '../by-device.ts';
import upstream from './upstream.json' with { type: 'json' };
import { wornSeconds } from './worn.ts';

/** Periods of skin contact: a period grows with each sync as long as the watch is worn. */
export const descriptor = defineResource({
  name: 'skin-contacts',
  scope: 'skin_contact:read',
  topic: 'skin-contact',
  request: range({ path: '/skin-contacts', days: 90, watch: { before: 28, after: 0 }, pace: 72 }),
  envelope: [['skinContactPeriods']],
  schema: upstream as UpstreamSchema,
  entities: {
    period: {
      events: { recorded: 'SkinContactPeriodRecorded', revised: 'SkinContactPeriodRevised' },
      volatile: ['modified'],
    },
  },
  facts: (period): readonly Fact[] => {
    const startTime = textAt(period, 'startTime') ?? '';
    return [
      {
        entity: 'period',
        identity: [textAt(period, 'deviceReference', 'uuid') || unknownDevice, startTime],
        date: startTime.slice(0, 10),
        marker: textAt(period, 'modified') ?? null,
        content: { ...period, wornSeconds: wornSeconds(period) },
        polarModifiedAt: textAt(period, 'modified') ?? null,
        utcOffsetMinutes: null,
      },
    ];
  },
});
