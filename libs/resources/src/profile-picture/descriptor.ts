import { defineResource, whole, type Fact, type UpstreamSchema } from '#core';
import upstream from './upstream.json' with { type: 'json' };

const path = '/user/profile-picture';
const size = 'large';

/**
 * The athlete's picture. The client hands an image over as what tells it from another one, so that the event says that
 * there is a new one and where; whoever wants it reads it there. The other sizes are made of the same picture.
 */
export const descriptor = defineResource({
  name: 'profile-picture',
  scope: 'profile:read',
  topic: 'picture',
  request: whole({ path, query: { size }, single: true, pace: 2016 }),
  envelope: [[]],
  schema: upstream as UpstreamSchema,
  entities: { picture: { events: { recorded: 'ProfilePictureChanged', revised: 'ProfilePictureChanged' } } },
  facts: (image): readonly Fact[] => [
    {
      entity: 'picture',
      identity: [size],
      date: null,
      marker: null,
      content: { ...image, ref: `${path}?size=${size}` },
      polarModifiedAt: null,
      utcOffsetMinutes: null,
    },
  ],
});
