import { defineResource, listing, textAt, type Fact, type JsonObject, type UpstreamSchema } from '#core';
import upstream from './upstream.json' with { type: 'json' };

/** Nights. The listing tells dates only, and nothing tells of an edit, so a night is read on a trigger and by the sweep. */
export const descriptor = defineResource({
  name: 'sleeps',
  scope: 'sleep:read',
  topic: 'sleep',
  request: listing({
    path: '/sleeps',
    days: 30,
    watch: { before: 27, after: 0 },
    detail: { features: ['sleep-result', 'original-sleep-result', 'sleep-evaluation', 'sleep-score'] },
    sweep: true,
  }),
  envelope: [['nightSleeps']],
  schema: upstream as UpstreamSchema,
  entities: {
    night: {
      events: {
        recorded: 'SleepRecorded',
        revised: 'SleepRevised',
        deleted: 'SleepDeleted',
        appears: { sleepScore: { type: 'SleepScored', fields: ['sleepDate', 'sleepScore'] } },
      },
      volatile: ['sleepScore.lastModified'],
    },
  },
  isDaily: true,
  facts: (night, phase): readonly Fact[] => [
    {
      entity: 'night',
      identity: [textAt(night, 'sleepDate') ?? ''],
      date: textAt(night, 'sleepDate') ?? '',
      marker: null,
      content: phase === 'list' ? null : night,
      polarModifiedAt: textAt(night, 'sleepScore', 'lastModified') ?? null,
      utcOffsetMinutes: offsetOf(night),
    },
  ],
});

/** The hypnogram's times carry the athlete's offset: `2025-06-13T00:55:14.9+02:00` (observed live). */
function offsetOf(night: JsonObject): number | null {
  const match = /([+-])(\d{2}):(\d{2})$/.exec(textAt(night, 'sleepResult', 'hypnogram', 'sleepEnd') ?? '');
  if (match === null) return null;
  const [, sign, hours, minutes] = match;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
