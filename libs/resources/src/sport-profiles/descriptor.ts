import { defineResource, textAt, whole, type Fact, type UpstreamSchema } from '#core';
import upstream from './upstream.json' with { type: 'json' };

/** What the athlete has set up for each of their sports: zones, training views, reminders. */
export const descriptor = defineResource({
  name: 'sport-profiles',
  scope: 'sports:read',
  topic: 'sport-profile',
  request: whole({ path: '/sports/profiles', pace: 288 }),
  // Documented with `profiles`; bare as the list of sports is (observed live) is a guess.
  envelope: [[], ['profiles']],
  schema: upstream as UpstreamSchema,
  entities: {
    profile: {
      events: { recorded: 'SportProfileCreated', revised: 'SportProfileUpdated', deleted: 'SportProfileRemoved' },
      volatile: ['modified'],
    },
  },
  facts: (profile): readonly Fact[] => [
    {
      entity: 'profile',
      identity: [textAt(profile, 'uuid') ?? ''],
      date: null,
      marker: textAt(profile, 'modified') ?? null,
      content: profile,
      polarModifiedAt: textAt(profile, 'modified') ?? null,
      utcOffsetMinutes: null,
    },
  ],
});
