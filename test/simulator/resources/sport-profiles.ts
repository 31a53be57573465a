import { DAY, utc } from '../calendar.ts';
import { fill, type Body, type Brush } from '../document/fill.ts';
import { uuidOf } from '../random.ts';
import type { History } from '../world/history.ts';
import { textAt } from '../world/kept.ts';
import { created, NOTHING, onOne, pastItem, removed, revised } from '../world/kept-facts.ts';
import type { LedgerEntry } from '../world/ledger.ts';
import type { Scene } from '../world/scene.ts';
import type { Definition } from './definition.ts';

const PROFILES = 'sport-profiles';
const CATALOG = 'sport-profile-list-catalog';

export const sportProfiles: Definition = {
  resource: PROFILES,
  path: '/sports/profiles',
  content: { many: (history) => history.all(PROFILES).map(({ body }) => body) },
  facts: {
    'sport-profile-create': { weight: 0, share: 1, happen: create },
    'sport-profile-update': {
      weight: 0,
      share: 2,
      happen: (scene) =>
        onOne(
          scene,
          PROFILES,
          () => true,
          (kept) => [
            revised(scene, PROFILES, 'sport-profile-update', kept, (body, { at }, turn) => ({
              ...body,
              modified: utc(at),
              profile: { ...(body['profile'] as Body), aerobicThreshold: 130 + (turn % 20) },
            })),
          ],
        ),
    },
    'sport-profile-remove': { weight: 0, share: 1, happen: remove },
  },
  past: (history, { local, days }) =>
    Array.from({ length: 3 }, (_, nr) =>
      pastItem(history, PROFILES, local - days * DAY + nr, (brush) => sportProfile(history, brush)),
    ),
};

export const sportProfileListCatalog: Definition = {
  resource: CATALOG,
  path: '/sports/profile-list-catalog',
  content: { one: (history) => catalogOf(history)?.body ?? {} },
  facts: {
    'sport-profile-reorder': {
      weight: 0,
      share: 2,
      happen: (scene) => {
        const uuids = listed(scene.history);
        return uuids.length < 2
          ? NOTHING
          : relisted(scene, 'sport-profile-reorder', [...uuids.slice(1), ...uuids.slice(0, 1)]);
      },
    },
  },
  past: (history, { local, days }) => [
    pastItem(history, CATALOG, local - days * DAY + 10, ({ at }) => {
      const uuids = history.all(PROFILES).map(({ body }) => textAt(body, 'uuid'));
      return catalog(history, at, uuids);
    }),
  ],
};

/** A new profile is listed at once: both change, or neither. */
function create(scene: Scene): readonly LedgerEntry[] {
  const { history } = scene;
  if (!isCatalogFree(scene)) return NOTHING;
  const profile = created(scene, PROFILES, 'sport-profile-create', (brush) => sportProfile(history, brush));
  return [profile, ...relisted(scene, 'sport-profile-create', [...listed(history), textAt(profile.body, 'uuid')])];
}

function remove(scene: Scene): readonly LedgerEntry[] {
  if (!isCatalogFree(scene)) return NOTHING;
  return onOne(
    scene,
    PROFILES,
    () => true,
    (kept) => {
      const left = listed(scene.history).filter((uuid) => uuid !== kept.body['uuid']);
      return [removed(scene, PROFILES, 'sport-profile-remove', kept), ...relisted(scene, 'sport-profile-remove', left)];
    },
  );
}

function relisted(scene: Scene, fact: string, uuids: readonly string[]): readonly LedgerEntry[] {
  const { history } = scene;
  const kept = catalogOf(history);
  if (kept === undefined) return [created(scene, CATALOG, fact, ({ at }) => catalog(history, at, uuids))];
  if (!isCatalogFree(scene)) return NOTHING;
  return [
    revised(scene, CATALOG, fact, kept, (body, { at }) => ({
      ...body,
      modified: utc(at),
      lists: [{ index: 0, sportProfileUuids: uuids }],
    })),
  ];
}

function isCatalogFree({ history, isFree }: Scene): boolean {
  const kept = catalogOf(history);
  return kept === undefined || isFree(CATALOG, [textAt(kept.body, 'uuid')]);
}

function catalogOf(history: History) {
  return history.all(CATALOG)[0];
}

function listed(history: History): readonly string[] {
  const lists = (catalogOf(history)?.body['lists'] ?? []) as readonly {
    readonly sportProfileUuids: readonly string[];
  }[];
  return lists.flatMap(({ sportProfileUuids }) => sportProfileUuids);
}

function catalog(history: History, at: number, uuids: readonly string[]): Body {
  return {
    uuid: uuidOf(`${history.athlete.key}/sport-profile-catalog`),
    created: utc(at),
    modified: utc(at),
    activeSportProfileListIndex: 0,
    lists: [{ index: 0, sportProfileUuids: uuids }],
  };
}

function sportProfile(history: History, brush: Brush): Body {
  const uuid = uuidOf(`${history.athlete.key}/sport-profile/${history.nextId(PROFILES)}`);
  const profile = { sportId: brush.draw.pick([1, 2, 11, 15]), aerobicThreshold: 130, subProfileUuids: [] };
  return fill('sportUserSportProfile', brush, { uuid, profile });
}
