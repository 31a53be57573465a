import { addDays, DAY, dateOf, HOUR, midnight, MINUTE, toInstant, toLocal } from '../calendar.ts';
import { random } from '../random.ts';
import { SLOTS_PER_DAY } from './heart-rate-day.ts';
import type { Definition } from '../resources/definition.ts';
import { DEFINITIONS } from '../resources/definitions.ts';
import type { Switches } from '../switches.ts';
import type { History } from './history.ts';
import type { Era, PastEvent } from './scene.ts';
import { nightOf } from './night.ts';
import { newSession, type IdStyle } from './session-story.ts';

export interface GenesisOptions {
  readonly now: number;
  readonly days: number;
  readonly lateNights: number;
  readonly ids: IdStyle;
  readonly mix: Switches['mix'];
  readonly ppiFullDay: boolean;
}

/**
 * Gives an athlete a past. The last nights are missing, as after days without a sync, the last sessions are some days
 * old, and yesterday's heart rate is incomplete: so there is something left for the present to bring.
 */
export function genesis(history: History, options: GenesisOptions): void {
  const { now, days, lateNights, ids } = options;
  const { athlete } = history;
  const today = dateOf(toLocal(now, athlete.utcOffsetMinutes));
  const draw = random(`${athlete.key}/genesis`);
  const events: PastEvent[] = [];

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

  const mine = DEFINITIONS.filter((definition) => !definition.isShared && isTold(definition, options.mix));
  tell(history, [
    ...events,
    ...mine.flatMap((definition) => definition.past(history, era(history, definition, options))),
  ]);
}

/** What all athletes of a client find there: a catalogue that nobody tells of is there all the same. */
export function sharedGenesis(history: History, options: GenesisOptions): void {
  for (const definition of DEFINITIONS.filter(({ isShared }) => isShared)) {
    const past = definition.past(history, era(history, definition, options));
    if (isTold(definition, options.mix)) tell(history, past);
    else history.unrecorded(() => tell(history, past));
  }
}

function tell(history: History, events: readonly PastEvent[]): void {
  for (const event of events.toSorted((a, b) => a.at - b.at)) {
    event.begin(history.stamp(toInstant(event.at, history.athlete.utcOffsetMinutes)));
  }
}

/** Only what changes has a past in the ledger. */
function isTold({ facts }: Definition, mix: GenesisOptions['mix']): boolean {
  return Object.entries(facts).some(([name, { weight }]) => (mix[name] ?? weight) > 0);
}

function era(history: History, { resource }: Definition, { now, days, ppiFullDay }: GenesisOptions): Era {
  const local = toLocal(now, history.athlete.utcOffsetMinutes);
  const draw = random(`${history.athlete.key}/genesis/${resource}`);
  return { now, local, today: dateOf(local), days, draw, ppiFullDay };
}

/** A night and, nearly always, the score and the recovery that were computed for it: both written at one instant. */
function night(history: History, date: string, scored: boolean): PastEvent {
  const { athlete } = history;
  const had = nightOf(athlete, date);
  const begin = (stamp: number) => {
    const score = { created: stamp, modified: stamp, turn: 1 };
    history.begin('sleeps', scored ? { ...had, score } : had, stamp);
    if (scored) history.begin('nightly-recharge-results', { athlete, date, ...score }, stamp);
  };
  return { at: had.end + 25 * MINUTE, begin };
}
