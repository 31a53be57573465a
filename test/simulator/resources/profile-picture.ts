import { DAY } from '../calendar.ts';
import type { LedgerEntry } from '../world/ledger.ts';
import { pictureBytes, type PictureSize } from '../world/picture.ts';
import type { Scene } from '../world/scene.ts';
import type { Definition } from './definition.ts';

const RESOURCE = 'profile-picture';
const IDENTITY = ['large'];

export const profilePicture: Definition = {
  resource: RESOURCE,
  path: '/user/profile-picture',
  content: {
    image: (history, { values }) => {
      const picture = history.get(RESOURCE, IDENTITY)?.value;
      return picture && pictureBytes(picture, values['size'] as PictureSize);
    },
  },
  facts: {
    'picture-change': { weight: 0, share: 1, happen: change },
    // On demand only: a picture that comes back would begin its versions anew.
    'picture-remove': { weight: 0, happen: remove },
  },
  past: (history, { local, days, draw }) =>
    draw.chance(0.6)
      ? [
          {
            at: local - days * DAY,
            begin: (stamp) => history.begin(RESOURCE, { athlete: history.athlete, turn: 0 }, stamp),
          },
        ]
      : [],
};

function change({ history, now, isFree }: Scene): readonly LedgerEntry[] {
  const { athlete } = history;
  const known = history.get(RESOURCE, IDENTITY)?.value;
  if (known !== undefined && !isFree(RESOURCE, IDENTITY)) return [];
  const picture = { athlete, turn: (known?.turn ?? 0) + 1 };
  return [history[known === undefined ? 'create' : 'update'](RESOURCE, picture, 'picture-change', history.stamp(now))];
}

function remove({ history, now, isFree }: Scene): readonly LedgerEntry[] {
  const known = history.get(RESOURCE, IDENTITY)?.value;
  if (known === undefined || !isFree(RESOURCE, IDENTITY)) return [];
  return [history.delete(RESOURCE, known, 'picture-remove', history.stamp(now))];
}
