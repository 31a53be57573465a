import { defineResource, textAt, whole, type Fact, type UpstreamSchema } from '#core';
import { routeReferences } from '../route-references.ts';
import upstream from './upstream.json' with { type: 'json' };

/** Favorite training targets: always the full list. */
export const descriptor = defineResource({
  name: 'favorites',
  scope: 'training_targets:read',
  topic: 'favorite',
  request: whole({ path: '/training-target/favorites', pace: 288 }),
  // Nobody has published a live body; the gateway has been seen to drop a wrapper around a single list.
  envelope: [['favoriteTarget'], []],
  schema: upstream as UpstreamSchema,
  entities: {
    favorite: {
      events: { recorded: 'FavoriteSaved', revised: 'FavoriteRevised', deleted: 'FavoriteRemoved' },
      volatile: ['favorite.modified'],
    },
  },
  facts: (favorite): readonly Fact[] => [
    {
      entity: 'favorite',
      identity: [textAt(favorite, 'favorite', 'id') ?? ''],
      date: null,
      marker: textAt(favorite, 'favorite', 'modified') ?? null,
      content: favorite,
      polarModifiedAt: textAt(favorite, 'favorite', 'modified') ?? null,
      utcOffsetMinutes: null,
      ...routeReferences(favorite),
    },
  ],
});
