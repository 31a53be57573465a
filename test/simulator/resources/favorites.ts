import { fill, type Body, type Brush } from '../document/fill.ts';
import type { History } from '../world/history.ts';
import { created, onOne, other, pastItem, removed, revised } from '../world/kept-facts.ts';
import type { Definition } from './definition.ts';
import { dateTime, exerciseTarget } from './exercise-target.ts';
import { DAY } from '../calendar.ts';

const RESOURCE = 'favorites';
const NAMES = ['Morning loop', 'Track session', 'Recovery', 'Hill repeats', 'Commute'];

export const favorites: Definition = {
  resource: RESOURCE,
  path: '/training-target/favorites',
  content: { many: (history) => history.all(RESOURCE).map(({ body }) => body) },
  facts: {
    'favorite-save': {
      weight: 0,
      share: 2,
      happen: (scene) => [created(scene, RESOURCE, 'favorite-save', (brush) => favorite(scene.history, brush))],
    },
    'favorite-revise': {
      weight: 0,
      share: 2,
      happen: (scene) =>
        onOne(
          scene,
          RESOURCE,
          () => true,
          (kept) => [
            revised(scene, RESOURCE, 'favorite-revise', kept, (body, { at, draw }) => {
              const before = body['favorite'] as Body;
              const name = other(draw, NAMES, before['name']);
              return { ...body, favorite: { ...before, name, modified: dateTime(at) } };
            }),
          ],
        ),
    },
    'favorite-remove': {
      weight: 0,
      share: 1,
      happen: (scene) =>
        onOne(
          scene,
          RESOURCE,
          () => true,
          (kept) => [removed(scene, RESOURCE, 'favorite-remove', kept)],
        ),
    },
  },
  past: (history, { local, days, draw }) =>
    Array.from({ length: 3 }, (_, nr) =>
      pastItem(history, RESOURCE, local - draw.int(1, days) * DAY - nr, (brush) => favorite(history, brush)),
    ),
};

function favorite(history: History, brush: Brush): Body {
  const { at, draw } = brush;
  return fill('trainingtargetFavoriteTarget', brush, {
    favorite: {
      id: history.nextId(RESOURCE),
      created: dateTime(at),
      modified: dateTime(at),
      name: draw.pick(NAMES),
      organisationId: undefined,
    },
    exercise: [exerciseTarget(draw)],
  });
}
