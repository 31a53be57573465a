import { byTime } from '../api/content.ts';
import { addDays, DAY, HOUR, midnight, MINUTE } from '../calendar.ts';
import type { Body } from '../document/fill.ts';
import { random } from '../random.ts';
import { textAt } from '../world/kept.ts';
import { created, NOTHING, pastItem, revised } from '../world/kept-facts.ts';
import type { LedgerEntry } from '../world/ledger.ts';
import { nightOf } from '../world/night.ts';
import type { Profile } from '../world/profile.ts';
import { lastDates, localOf, todayOf, type Scene } from '../world/scene.ts';
import type { Definition } from './definition.ts';

const RESOURCE = 'sleep-wake-vectors';

export const sleepWakeVectors: Definition = {
  resource: RESOURCE,
  path: '/sleep-wake-vectors',
  content: {
    many: (history, asked) => byTime(history.all(RESOURCE), asked, (body) => `${textAt(body, 'date')}T00:00:00`),
  },
  facts: { 'sleep-wake-sync': { weight: 0, share: 5, happen: sync } },
  past: (history, { today, days, draw, local }) =>
    Array.from({ length: days - 1 }, (_, index) => addDays(today, index + 1 - days)).map((date) => {
      const until = addDays(date, 1) === today ? draw.int(10, 14) * HOUR : DAY;
      return pastItem(history, RESOURCE, Math.min(midnight(date) + until, local), () =>
        vector(history.athlete, date, until),
      );
    }),
};

/** Of the last three days, the first whose sleep the provider does not know as far as it has been. */
function sync(scene: Scene): readonly LedgerEntry[] {
  const { history, isFree } = scene;
  const { athlete } = history;
  for (const date of lastDates(todayOf(scene), 3)) {
    const identity = [date, athlete.deviceUuid];
    const body = vector(athlete, date, Math.min(DAY, localOf(scene) - midnight(date)));
    const known = history.get(RESOURCE, identity)?.value;
    if (known === undefined) return [created(scene, RESOURCE, 'sleep-wake-sync', () => body)];
    if (isLonger(body, known.body) && isFree(RESOURCE, identity)) {
      return [revised(scene, RESOURCE, 'sleep-wake-sync', known, () => body)];
    }
  }
  return NOTHING;
}

/** A local day: the end of one night, some naps and the beginning of the next night, as far as the day has come. */
function vector(athlete: Profile, date: string, until: number): Body {
  const draw = random(`${athlete.key}/vector/${date}`);
  const day = midnight(date);
  const spans = [nightOf(athlete, date), nightOf(athlete, addDays(date, 1))].map(({ start, end }) => [
    start - day,
    end - day,
  ]);
  const naps = Array.from({ length: 6 }, (_, nr) => {
    const from = (9 + nr * 2) * HOUR + draw.int(0, 80) * MINUTE;
    return [from, from + draw.int(2, 12) * MINUTE];
  });
  const moments = [...spans, ...naps].flatMap(([from = 0, to = 0]) => [
    { startOffset: Math.max(0, from), newState: 'SLEEP_WAKE_STATE_SLEEP' },
    { startOffset: to, newState: 'SLEEP_WAKE_STATE_WAKE' },
  ]);
  const sleepWakeStateChanges = moments
    .filter(({ startOffset }) => startOffset < until)
    .sort((a, b) => a.startOffset - b.startOffset);
  return { date, deviceReference: { uuid: athlete.deviceUuid }, sleepWakeStateChanges };
}

function isLonger(next: Body, known: Body): boolean {
  return changes(next).length > changes(known).length;
}

function changes(body: Body): readonly unknown[] {
  return body['sleepWakeStateChanges'] as readonly unknown[];
}
