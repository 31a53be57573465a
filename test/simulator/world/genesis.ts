import { addDays, DAY, dateOf, HOUR, midnight, MINUTE, toInstant, toLocal } from '../calendar.ts';
import { random } from '../random.ts';
import { SLOTS_PER_DAY } from './heart-rate-day.ts';
import type { History } from './history.ts';
import { nightOf } from './night.ts';
import { newSession, type IdStyle } from './session-story.ts';

export interface GenesisOptions {
  readonly now: number;
  readonly days: number;
  readonly lateNights: number;
  readonly ids: IdStyle;
}

interface Event {
  /** The local number of when the watch told of it. */
  readonly at: number;
  readonly begin: (stamp: number) => void;
}

/**
 * Gives an athlete a past. The last nights are missing, as after days without a sync, the last sessions are some days
 * old, and yesterday's heart rate is incomplete: so there is something left for the present to bring.
 */
export function genesis(history: History, { now, days, lateNights, ids }: GenesisOptions): void {
  const { athlete } = history;
  const today = dateOf(toLocal(now, athlete.utcOffsetMinutes));
  const draw = random(`${athlete.key}/genesis`);
  const events: Event[] = [];

  for (let back = days - 1; back >= 1; back -= 1) {
    const date = addDays(today, -back);
    const slots = back === 1 ? draw.int(3000, 6500) : SLOTS_PER_DAY;
    if (draw.chance(0.95)) {
      const at = Math.min(midnight(date) + DAY, toLocal(now, athlete.utcOffsetMinutes) - MINUTE);
      events.push({ at, begin: (stamp) => history.begin('continuous-samples', { athlete, date, slots }, stamp) });
    }
    if (back >= lateNights && draw.chance(0.9)) events.push(night(history, date, draw.chance(0.93)));
    if (back >= 3 && draw.chance(0.5)) {
      const start = midnight(date) + draw.int(8 * HOUR, 20 * HOUR);
      const length = draw.int(20, 90) * MINUTE;
      const begin = (stamp: number) => {
        history.begin('training-sessions', newSession(history, { start, length, at: stamp, ids }), stamp);
      };
      events.push({ at: start + length + 20 * MINUTE, begin });
    }
  }

  events.sort((a, b) => a.at - b.at);
  for (const event of events) event.begin(history.stamp(toInstant(event.at, athlete.utcOffsetMinutes)));
}

/** A night and, nearly always, the score and the recovery that were computed for it: both written at one instant. */
function night(history: History, date: string, scored: boolean): Event {
  const { athlete } = history;
  const had = nightOf(athlete, date);
  const begin = (stamp: number) => {
    const score = { created: stamp, modified: stamp, turn: 1 };
    history.begin('sleeps', scored ? { ...had, score } : had, stamp);
    if (scored) history.begin('nightly-recharge-results', { athlete, date, ...score }, stamp);
  };
  return { at: had.end + 25 * MINUTE, begin };
}
