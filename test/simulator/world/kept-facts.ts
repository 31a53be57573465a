import { DAY, naive, toInstant, toLocal } from '../calendar.ts';
import type { Body, Brush } from '../document/fill.ts';
import { random, type Random } from '../random.ts';
import type { History } from './history.ts';
import type { Kept } from './kept.ts';
import type { LedgerEntry } from './ledger.ts';
import { identityOf, type KeptResource } from './resources.ts';
import type { PastEvent, Scene } from './scene.ts';

/** How far back items are edited: what a listing of four weeks still shows for a week. */
export const EDIT_DAYS = 21;

export type Nothing = readonly [];
export const NOTHING: Nothing = [];

/** What a body that is written at an instant is drawn with. */
export function brush(history: History, at: number, draw: Random): Brush {
  return { draw, at, local: toLocal(at, history.athlete.utcOffsetMinutes) };
}

export function created(
  { history, now, draw }: Scene,
  resource: KeptResource,
  fact: string,
  make: (brush: Brush) => Body,
): LedgerEntry {
  const at = history.stamp(now);
  const body = make(brush(history, at, draw));
  return history.create(resource, { athlete: history.athlete, body, turn: 0 }, fact, at);
}

/** Changes an item. `turn` is another number each time, so that no change repeats the one before. */
export function revised(
  { history, now, draw }: Scene,
  resource: KeptResource,
  fact: string,
  kept: Kept,
  change: (body: Body, brush: Brush, turn: number) => Body,
): LedgerEntry {
  const at = history.stamp(now);
  const turn = kept.turn + 1;
  const body = change(kept.body, brush(history, at, draw), turn);
  return history.update(resource, { ...kept, body, turn }, fact, at);
}

/** The marker moves, and nothing else. */
export function touched(
  { history, now, draw }: Scene,
  resource: KeptResource,
  fact: string,
  kept: Kept,
  mark: (body: Body, brush: Brush) => Body,
): LedgerEntry {
  const at = history.stamp(now);
  return history.touch(resource, { ...kept, body: mark(kept.body, brush(history, at, draw)) }, fact, at);
}

export function removed({ history, now }: Scene, resource: KeptResource, fact: string, kept: Kept): LedgerEntry {
  return history.delete(resource, kept, fact, history.stamp(now));
}

/** One of the items that may change now. */
export function pickKept(
  { history, draw, isFree }: Scene,
  resource: KeptResource,
  suits: (body: Body) => boolean = () => true,
): Kept | undefined {
  const found = history
    .all(resource)
    .filter((kept) => suits(kept.body) && isFree(resource, identityOf(resource, kept)));
  return found.length === 0 ? undefined : draw.pick(found);
}

/** `fact` on one of the items that may change now; nothing if there is none. */
export function onOne(
  scene: Scene,
  resource: KeptResource,
  suits: (body: Body) => boolean,
  happen: (kept: Kept) => readonly LedgerEntry[],
): readonly LedgerEntry[] {
  const kept = pickKept(scene, resource, suits);
  return kept === undefined ? NOTHING : happen(kept);
}

/** The first naive local time that is recent enough to be edited. */
export function editableFrom({ history, now }: Scene): string {
  return naive(toLocal(now, history.athlete.utcOffsetMinutes) - EDIT_DAYS * DAY);
}

/** An item of the past, told of at a local time. */
export function pastItem(
  history: History,
  resource: KeptResource,
  at: number,
  make: (brush: Brush) => Body,
): PastEvent {
  return {
    at,
    begin: (stamp) => {
      const draw = random(`${history.athlete.key}/past/${resource}/${at}`);
      // Drawn at the moment that was meant: the stamp may be a little later.
      const body = make({ draw, at: stamp, local: at });
      history.begin(resource, { athlete: history.athlete, body, turn: 0 }, stamp);
    },
  };
}

/** Some other member of a list than the present one. */
export function other<T>(draw: Random, list: readonly T[], now: T | undefined): T {
  return draw.pick(list.filter((item) => item !== now));
}

export function instantOf(history: History, local: number): number {
  return toInstant(local, history.athlete.utcOffsetMinutes);
}
