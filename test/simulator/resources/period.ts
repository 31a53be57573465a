import { DAY, HOUR, midnight, MINUTE, naive } from '../calendar.ts';
import type { Body, Brush } from '../document/fill.ts';
import { textAt } from '../world/kept.ts';
import { created, NOTHING, onOne, pastItem, revised } from '../world/kept-facts.ts';
import type { History } from '../world/history.ts';
import type { LedgerEntry } from '../world/ledger.ts';
import { localOf, type Era, type PastEvent, type Scene } from '../world/scene.ts';

type PeriodResource = 'skin-contacts' | 'temperature-measurements';

/** A stretch of wearing: local numbers, in whole seconds. */
export interface Stretch {
  readonly start: number;
  readonly stop: number;
}

export interface PeriodStory {
  readonly resource: PeriodResource;
  readonly fact: string;
  /** Which of the resource's items are in one row of time. */
  readonly isMine: (body: Body) => boolean;
  readonly make: (stretch: Stretch, brush: Brush) => Body;
}

/** A sync brings a new period, or more of the last one if that is not over for long. */
export function syncPeriod(scene: Scene, story: PeriodStory): readonly LedgerEntry[] {
  const { history, draw } = scene;
  const local = localOf(scene);
  const last = Math.max(
    local - 8 * HOUR,
    ...history
      .all(story.resource)
      .filter(({ body }) => story.isMine(body))
      .map(({ body }) => stopOf(body)),
  );
  const room = Math.floor((local - last) / MINUTE);
  if (room < 3) return NOTHING;
  if (draw.chance(0.5)) {
    const longer = onOne(
      scene,
      story.resource,
      (body) => story.isMine(body) && stopOf(body) === last,
      (kept) => {
        const stretch = { start: startOf(kept.body), stop: last + draw.int(1, Math.min(room, 45)) * MINUTE };
        return [
          revised(scene, story.resource, story.fact, kept, (body, brush) => ({
            ...story.make(stretch, brush),
            created: body['created'],
          })),
        ];
      },
    );
    if (longer.length > 0) return longer;
  }
  const start = last + MINUTE;
  const stretch = { start, stop: start + draw.int(1, Math.min(room - 1, 90)) * MINUTE };
  return [created(scene, story.resource, story.fact, (brush) => story.make(stretch, brush))];
}

/** One or two periods on each day of the past. */
export function pastPeriods(
  history: History,
  { today, days, draw, local }: Era,
  story: PeriodStory,
): readonly PastEvent[] {
  const first = midnight(today) - (days - 1) * DAY;
  return Array.from({ length: days - 1 }, (_, index) => {
    const start = first + index * DAY + draw.int(0, 6 * 60) * MINUTE;
    const stop = start + draw.int(120, 600) * MINUTE;
    return pastItem(history, story.resource, Math.min(stop + MINUTE, local), (brush) =>
      story.make({ start, stop }, brush),
    );
  });
}

/** When samples fall due in a stretch, as milliseconds from its start: a period that goes on keeps those that it had. */
export function deltas({ start, stop }: Stretch, each: number): readonly number[] {
  return Array.from({ length: Math.floor((stop - start) / each) + 1 }, (_, index) => index * each);
}

export function stretchTimes({ start, stop }: Stretch): { readonly startTime: string; readonly stopTime: string } {
  return { startTime: naive(start), stopTime: naive(stop) };
}

export function startOf(body: Body): number {
  return Date.parse(`${textAt(body, 'startTime')}Z`);
}

export function stopOf(body: Body): number {
  return Date.parse(`${textAt(body, 'stopTime')}Z`);
}
