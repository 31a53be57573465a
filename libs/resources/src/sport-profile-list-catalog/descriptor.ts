import { defineResource, textAt, whole, type Fact, type UpstreamSchema } from '#core';
import upstream from './upstream.json' with { type: 'json' };

/** The order of the athlete's sport profiles: those of the active list go to the watch when it syncs. */
export const descriptor = defineResource({
  name: 'sport-profile-list-catalog',
  scope: 'sports:read',
  topic: 'sport-profile-order',
  request: whole({ path: '/sports/profile-list-catalog', single: true, pace: 288 }),
  // Documented with `catalog`; bare as the account is (observed live) is a guess.
  envelope: [['catalog'], []],
  schema: upstream as UpstreamSchema,
  entities: {
    catalog: {
      events: { recorded: 'SportProfileOrderChanged', revised: 'SportProfileOrderChanged' },
      volatile: ['modified'],
    },
  },
  facts: (catalog): readonly Fact[] => [
    {
      entity: 'catalog',
      // An athlete has one; it may have no id as long as nothing was ever put in order.
      identity: [textAt(catalog, 'uuid') ?? 'catalog'],
      date: null,
      marker: textAt(catalog, 'modified') ?? null,
      content: catalog,
      polarModifiedAt: textAt(catalog, 'modified') ?? null,
      utcOffsetMinutes: null,
    },
  ],
});
