import { byTime } from '../api/content.ts';
import { addDays, HOUR, midnight, MINUTE, naive, utc } from '../calendar.ts';
import { fill, type Body, type Brush } from '../document/fill.ts';
import type { Profile } from '../world/profile.ts';
import { at, kindOf, textAt } from '../world/kept.ts';
import { created, editableFrom, onOne, other, pastItem, removed, revised } from '../world/kept-facts.ts';
import { localOf, type Scene } from '../world/scene.ts';
import type { Definition } from './definition.ts';

const RESOURCE = 'calendar';

interface EntryKind {
  readonly feature: string;
  /** The key under which an entry of this kind stands. */
  readonly kind: string;
  readonly schema: string;
  /** What is entered; never what was there before. */
  readonly enter: (athlete: Profile, brush: Brush, before: unknown) => Body;
}

const NOTES = ['Rest day.', 'New shoes.', 'Slept badly.', 'Travelled all day.', 'A cold is coming.'];
const FEEDBACK = ['Well recovered.', 'Take it easy today.', 'Training pays off.', 'Mind the load.'];
const SORENESS = ['NONE', 'SOME', 'MUCH'].map((word) => `MUSCLE_SORENESS_${word}`);

const KINDS: readonly EntryKind[] = [
  {
    feature: 'notes',
    kind: 'note',
    schema: 'calendarNote',
    enter: (_athlete, { draw }, before) => ({ value: other(draw, NOTES, at(before, 'value')) }),
  },
  {
    feature: 'feeling',
    kind: 'feeling',
    schema: 'calendarFeeling',
    enter: (_athlete, { draw }, before) => ({
      value: other(draw, [0, 0.25, 0.5, 0.75, 1], at(before, 'value')),
      comment: draw.chance(0.4) ? draw.pick(NOTES) : undefined,
    }),
  },
  {
    feature: 'feedback',
    kind: 'feedback',
    schema: 'calendarFeedback',
    enter: (_athlete, { draw }, before) => ({ value: other(draw, FEEDBACK, at(before, 'value')) }),
  },
  {
    feature: 'perceived-recovery',
    kind: 'perceivedRecovery',
    schema: 'calendarPerceivedRecovery',
    enter: (_athlete, { draw }, before) => ({ muscleSoreness: other(draw, SORENESS, at(before, 'muscleSoreness')) }),
  },
  {
    feature: 'weight',
    kind: 'weight',
    schema: 'calendarWeight',
    enter: ({ weightKg }, { draw }, before) => ({ value: otherWeight(weightKg, draw, at(before, 'value')) }),
  },
  {
    feature: 'physical-information',
    kind: 'physicalInformation',
    schema: 'domainscalendarPhysicalInformation',
    enter: (athlete, { draw }, before) => ({
      height: athlete.heightCm,
      restingHeartRate: athlete.restingHeartRate,
      weight: otherWeight(athlete.weightKg, draw, at(before, 'weight')),
      sleepGoal: 28_800_000,
    }),
  },
];

export const calendar: Definition = {
  resource: RESOURCE,
  path: '/calendar/list',
  content: {
    many: (history, asked) =>
      byTime(history.all(RESOURCE), asked, (body) => textAt(body, kindOf(body), 'dateTime')).filter((body) => {
        const feature = KINDS.find(({ kind }) => kind === kindOf(body))?.feature ?? '';
        // What comes without features is not documented: all kinds, we guess.
        return asked.features.size === 0 || asked.features.has(feature);
      }),
  },
  facts: {
    'calendar-enter': {
      weight: 0,
      share: 6,
      happen: (scene) => {
        const local = localOf(scene) - scene.draw.int(0, 36) * HOUR;
        const kind = scene.draw.pick(KINDS);
        return [
          created(scene, RESOURCE, 'calendar-enter', (brush) => entry(scene.history.athlete, kind, local, brush)),
        ];
      },
    },
    'calendar-edit': { weight: 0, share: 4, happen: edit },
    'calendar-delete': {
      weight: 0,
      share: 1,
      happen: (scene) =>
        onOne(scene, RESOURCE, isRecent(scene), (kept) => [removed(scene, RESOURCE, 'calendar-delete', kept)]),
    },
  },
  past: (history, { today, days, draw }) =>
    Array.from({ length: days - 1 }, (_, index) => addDays(today, index + 1 - days)).flatMap((date) => {
      const hours = draw.int(6, 21);
      const local = midnight(date) + hours * HOUR + draw.int(0, 59) * MINUTE;
      const kind = draw.pick(KINDS);
      return draw.chance(0.6)
        ? [pastItem(history, RESOURCE, local, (brush) => entry(history.athlete, kind, local, brush))]
        : [];
    }),
};

function edit(scene: Scene) {
  return onOne(scene, RESOURCE, isRecent(scene), (kept) => [
    revised(scene, RESOURCE, 'calendar-edit', kept, (body, brush) => {
      const kind = KINDS.find((one) => one.kind === kindOf(body));
      if (kind === undefined) throw new Error(`no kind of calendar entry: ${kindOf(body)}`);
      const before = body[kind.kind] as Body;
      const entered = kind.enter(kept.athlete, brush, before);
      return { [kind.kind]: compact({ ...before, ...entered, modified: utc(brush.at) }) };
    }),
  ]);
}

function entry(athlete: Profile, { kind, schema, enter }: EntryKind, local: number, brush: Brush): Body {
  const entered = enter(athlete, brush, undefined);
  return { [kind]: fill(schema, brush, { dateTime: naive(local), ...entered }) };
}

function compact(body: Body): Body {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}

function isRecent(scene: Scene): (body: Body) => boolean {
  const from = editableFrom(scene);
  return (body) => textAt(body, kindOf(body), 'dateTime') >= from;
}

function otherWeight(usual: number, draw: Brush['draw'], before: unknown): number {
  const grams = Array.from({ length: 20 }, (_, index) => Number((usual - 1 + index / 10).toFixed(1)));
  return other(draw, grams, before as number | undefined);
}
