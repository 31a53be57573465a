import { byTime } from '../api/content.ts';
import { DAY, HOUR } from '../calendar.ts';
import { fill, type Body, type Brush } from '../document/fill.ts';
import type { Random } from '../random.ts';
import type { History } from '../world/history.ts';
import { at, textAt, type Kept } from '../world/kept.ts';
import { created, onOne, other, pastItem, removed, revised } from '../world/kept-facts.ts';
import type { LedgerEntry } from '../world/ledger.ts';
import type { Fact, Scene } from '../world/scene.ts';
import type { Definition } from './definition.ts';
import { dateTime, exerciseTarget, textOf } from './exercise-target.ts';

const RESOURCE = 'calendar-targets';
const NAMES = ['Easy run', 'Intervals', 'Long ride', 'Tempo', 'Hills'];
const DESCRIPTIONS = ['Keep it easy.', 'As the plan says.', 'Only if rested.', 'With the club.'];

export const calendarTargets: Definition = {
  resource: RESOURCE,
  path: '/training-target/calendar-targets',
  content: { many: (history, asked) => byTime(history.all(RESOURCE), asked, (body) => startOf(body)) },
  facts: {
    'target-schedule': {
      weight: 0,
      share: 5,
      happen: (scene) => [
        created(scene, RESOURCE, 'target-schedule', (brush) =>
          target(scene.history, { brush, start: soon(scene.now, scene.draw) }),
        ),
      ],
    },
    'target-reschedule': changing('target-reschedule', 3, (session, { draw }) => ({
      startTime: dateTime(instant(session['startTime']) + draw.int(1, 5) * DAY + draw.int(0, 3) * HOUR),
    })),
    'target-revise': changing('target-revise', 3, redescribed),
    'target-complete': changing('target-complete', 3, () => ({ done: true })),
    'target-cancel': {
      weight: 0,
      share: 1,
      happen: (scene) =>
        onOne(
          scene,
          RESOURCE,
          // A route that nothing refers to any more cannot be seen again.
          (body) => routeOf(body) === undefined && isOpen(scene)(body),
          (kept) => [removed(scene, RESOURCE, 'target-cancel', kept)],
        ),
    },
  },
  past: (history, { today, days, draw, now }) =>
    Array.from({ length: Math.ceil(days / 3) }, (_, index) => index * 3 + 1).map((back) => {
      const start = Date.parse(`${today}T00:00:00Z`) - back * DAY + draw.int(6, 19) * HOUR;
      const done = draw.chance(0.7);
      const written = Math.min(start - 2 * DAY, now) + history.athlete.utcOffsetMinutes * 60_000;
      return pastItem(history, RESOURCE, written, (brush) => target(history, { brush, start, done }));
    }),
};

/** A target, and what it is about: a route where there is one. */
export function target(
  history: History,
  { brush, start, done = false, routeId }: { brush: Brush; start: number; done?: boolean; routeId?: string },
): Body {
  const { at: now, draw } = brush;
  return fill('trainingtargetTrainingTarget', brush, {
    session: {
      id: history.nextId(RESOURCE),
      created: dateTime(now),
      modified: dateTime(now),
      name: draw.pick(NAMES),
      description: draw.pick(DESCRIPTIONS),
      startTime: dateTime(start),
      done,
      version: 1,
      guidance: undefined,
      favoriteId: undefined,
      programId: draw.chance(0.3) ? 77_000_001 : undefined,
      programSourceType: draw.pick(['ETP', 'ATP']),
      nonUserEditable: false,
    },
    exercise: [exerciseTarget(draw, routeId)],
  });
}

/** A moment in the next week, in whole hours. */
export function soon(now: number, draw: Random): number {
  return Math.floor(now / HOUR) * HOUR + draw.int(3, 7 * 24) * HOUR;
}

function changing(fact: string, share: number, change: (session: Body, brush: Brush) => Body): Fact {
  const happen = (scene: Scene) =>
    onOne(scene, RESOURCE, isOpen(scene), (kept) => [rewritten(scene, fact, kept, change)]);
  return { weight: 0, share, happen };
}

/** An edit raises the version: two edits in one second have the same `modified`. */
export function rewritten(
  scene: Scene,
  fact: string,
  kept: Kept,
  change: (session: Body, brush: Brush) => Body = redescribed,
): LedgerEntry {
  return revised(scene, RESOURCE, fact, kept, (body, brush) => {
    const session = body['session'] as Body;
    const marks = { modified: dateTime(brush.at), version: Number(session['version']) + 1 };
    return { ...body, session: { ...session, ...change(session, brush), ...marks } };
  });
}

function redescribed(session: Body, { draw }: Brush): Body {
  return { description: other(draw, DESCRIPTIONS, session['description']) };
}

/** The route of a target that has one. */
export function routeOf(body: Body): string | undefined {
  return at(body, 'exercise', 0, 'routeId') as string | undefined;
}

/** Not done yet, and inside what a listing from two weeks ago to two months ahead still shows. */
export function isOpen({ now }: Scene): (body: Body) => boolean {
  return (body) => {
    const start = instant(at(body, 'session', 'startTime'));
    return textAt(body, 'session', 'done') === 'false' && start > now - 10 * DAY && start < now + 50 * DAY;
  };
}

function startOf(body: Body): string {
  return textOf(at(body, 'session', 'startTime'));
}

function instant(struct: unknown): number {
  return Date.parse(`${textOf(struct)}Z`);
}
