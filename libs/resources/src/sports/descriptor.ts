import { defineResource, textAt, whole, type Fact, type UpstreamSchema } from '#core';
import upstream from './upstream.json' with { type: 'json' };

/** The catalogue of sports: the same for every athlete. Sessions, profiles and targets name a sport by its id in here. */
export const descriptor = defineResource({
  name: 'sports',
  scope: 'sports:read',
  topic: 'sport',
  request: whole({ path: '/sports/list', pace: 288 }),
  // A bare list, and `name` in its entries, were observed live; neither is documented.
  envelope: [[], ['sports']],
  schema: upstream as UpstreamSchema,
  entities: {
    sport: { events: { recorded: 'SportCatalogUpdated', revised: 'SportCatalogUpdated' }, volatile: ['modified'] },
  },
  perClient: true,
  facts: (sport): readonly Fact[] => [
    {
      entity: 'sport',
      identity: [textAt(sport, 'id', 'id') ?? ''],
      date: null,
      marker: textAt(sport, 'modified') ?? null,
      content: sport,
      polarModifiedAt: textAt(sport, 'modified') ?? null,
      utcOffsetMinutes: null,
    },
  ],
});
