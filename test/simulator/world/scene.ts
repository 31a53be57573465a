import { addDays, dateOf, toLocal } from '../calendar.ts';
import type { Random } from '../random.ts';
import type { History } from './history.ts';
import type { LedgerEntry } from './ledger.ts';
import type { Resource } from './resources.ts';
import type { IdStyle } from './session-story.ts';

export interface Scene {
  readonly history: History;
  readonly now: number;
  readonly draw: Random;
  readonly ids: IdStyle;
  /** PPI days are as long as a real one. */
  readonly ppiFullDay: boolean;
  /** Whether an item may change now; the gate decides. */
  readonly isFree: (resource: Resource, identity: readonly string[]) => boolean;
}

/** Something that happens to an athlete's data. Nothing comes back if there is nothing that it could happen to. */
export interface Fact {
  readonly weight: number;
  /** The weight in `ALL_RESOURCES_MIX`, where it is not `weight`. */
  readonly share?: number;
  readonly happen: (scene: Scene) => readonly LedgerEntry[];
}

/** How far back there is a history, and what it is drawn with. */
export interface Era {
  readonly now: number;
  /** The local number of `now`. */
  readonly local: number;
  readonly today: string;
  readonly days: number;
  readonly draw: Random;
  readonly ppiFullDay: boolean;
}

/** One thing of the past. */
export interface PastEvent {
  /** The local number of when the provider was told of it. */
  readonly at: number;
  readonly begin: (stamp: number) => void;
}

export function todayOf({ history, now }: Scene): string {
  return dateOf(localOf({ history, now }));
}

export function localOf({ history, now }: Pick<Scene, 'history' | 'now'>): number {
  return toLocal(now, history.athlete.utcOffsetMinutes);
}

/** Today first, then the days before it. */
export function lastDates(today: string, days: number): readonly string[] {
  return Array.from({ length: days }, (_, back) => addDays(today, -back));
}
