import { DAY, utc } from '../calendar.ts';
import { fill, type Body } from '../document/fill.ts';
import { random } from '../random.ts';
import type { History } from '../world/history.ts';
import { textAt } from '../world/kept.ts';
import { created, onOne, pastItem, revised } from '../world/kept-facts.ts';
import type { PastEvent, Scene } from '../world/scene.ts';
import type { Definition } from './definition.ts';

const RESOURCE = 'sports';
/** As many as were observed live. */
const COUNT = 175;
const NAMED: Readonly<Record<number, string>> = {
  1: 'RUNNING',
  2: 'CYCLING',
  3: 'WALKING',
  4: 'JOGGING',
  5: 'MOUNTAIN_BIKING',
  6: 'SKIING',
  11: 'HIKING',
  15: 'STRENGTH_TRAINING',
  23: 'SWIMMING',
  83: 'OTHER_OUTDOOR',
};

/** The catalogue is one for all athletes: its changes stand in the ledger under the client, not under an athlete. */
export const sports: Definition = {
  resource: RESOURCE,
  path: '/sports/list',
  isShared: true,
  content: {
    many: ({ shared }, { hasSportsNames }) =>
      shared
        .all(RESOURCE)
        .map(({ body: { name, ...documented } }) => (hasSportsNames ? { name, ...documented } : documented)),
  },
  facts: {
    'sport-update': {
      weight: 0,
      share: 1,
      happen: (scene) => {
        const shared = ofClient(scene);
        return onOne(
          shared,
          RESOURCE,
          () => true,
          (kept) => [
            revised(shared, RESOURCE, 'sport-update', kept, (body, { at }, turn) => ({
              ...body,
              modified: utc(at),
              localizedNames: {
                ...(body['localizedNames'] as Body),
                de: { longName: `${textAt(body, 'name')} ${turn}` },
              },
            })),
          ],
        );
      },
    },
    'sport-add': {
      weight: 0,
      share: 1,
      happen: (scene) => {
        const shared = ofClient(scene);
        return [created(shared, RESOURCE, 'sport-add', ({ at }) => sport(shared.history.all(RESOURCE).length + 1, at))];
      },
    },
  },
  past: (history, { local }) =>
    Array.from({ length: COUNT }, (_, index) => catalogued(history, local - 300 * DAY + index, index + 1)),
};

function catalogued(history: History, local: number, id: number): PastEvent {
  return pastItem(history, RESOURCE, local, ({ at }) => sport(id, at));
}

function ofClient(scene: Scene): Scene {
  return { ...scene, history: scene.history.shared };
}

function sport(id: number, at: number): Body {
  const name = NAMED[id] ?? `SPORT_${id}`;
  const brush = { draw: random(`sport/${id}`), at, local: at };
  const longName = name.charAt(0) + name.slice(1).toLowerCase().replaceAll('_', ' ');
  const isSub = id > 100;
  return {
    name,
    ...fill('sportSport', brush, {
      id: { id },
      localizedNames: { en: { longName } },
      parentSport: isSub ? { id: (id % 100) + 1 } : undefined,
      type: isSub ? 'SUB_SPORT' : 'SINGLE_SPORT',
    }),
  };
}
