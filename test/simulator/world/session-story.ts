import { HOUR, MINUTE, toLocal } from '../calendar.ts';
import { random, uuidOf, type Random } from '../random.ts';
import type { History } from './history.ts';
import type { Edits, Session, SessionTest } from './session.ts';

export type { SessionTest } from './session.ts';

export type IdStyle = 'numeric' | 'uuid';

const RATINGS = ['RPE_EASY', 'RPE_LIGHT', 'RPE_BRISK', 'RPE_MODERATE', 'RPE_HARD', 'RPE_EXHAUSTING'];
const NOTES = ['Legs were heavy.', 'Felt strong to the end.', 'Headwind all the way.', 'With the club.', 'Too warm.'];

export function newSession(
  history: History,
  when: {
    readonly start: number;
    readonly length: number;
    readonly at: number;
    readonly ids: IdStyle;
    readonly test?: SessionTest;
  },
): Session {
  history.sessions += 1;
  const nr = history.sessions;
  const { athlete } = history;
  const draw = random(`${athlete.key}/session/${nr}/edits`);
  const edits: Edits = { comments: [], ...(draw.chance(0.3) && { feeling: draw.int(1, 4) / 4 }) };
  const start = Math.floor(when.start / 1000) * 1000;
  const id = sessionId(athlete.key, athlete.serial, nr, when.ids);
  return {
    athlete,
    id,
    nr,
    start,
    length: when.length,
    created: when.at,
    modified: when.at,
    edits,
    ...(when.test && { test: when.test }),
  };
}

/** When the next session can have been: after the newest, over by now. Nothing if there is no room in between. */
export function nextSlot(history: History, now: number, draw: Random) {
  const local = toLocal(now, history.athlete.utcOffsetMinutes);
  const ends = history.all('training-sessions').map((session) => session.start + session.length);
  const from = Math.max(local - 3 * 24 * HOUR, ...ends);
  const room = local - from;
  if (room < 12 * MINUTE) return undefined;
  const gap = Math.floor(MINUTE + draw.next() * room * 0.1);
  const length = Math.min(draw.int(20, 90) * MINUTE, Math.floor((room - gap) / 3 / MINUTE) * MINUTE);
  return { start: from + gap, length };
}

/** The athlete writes a note, rates the effort or says how it felt: always something other than before. */
export function edited(edits: Edits, draw: Random): Edits {
  const other = <T>(list: readonly T[], now: T | undefined) => draw.pick(list.filter((item) => item !== now));
  const kind = draw.int(1, 3);
  if (kind === 1) return { ...edits, note: other(NOTES, edits.note) };
  if (kind === 2) return { ...edits, feeling: other([0.25, 0.5, 0.75, 1], edits.feeling) };
  return { ...edits, rpe: other(RATINGS, edits.rpe) };
}

export function commented(edits: Edits, at: number, draw: Random): Edits {
  const written = { id: String(700_000 + edits.comments.length), at, note: draw.pick(NOTES) };
  return { ...edits, comments: [...edits.comments, written] };
}

/** Documented as a number in a string, observed live as a UUID too. */
function sessionId(key: string, serial: number, nr: number, ids: IdStyle): string {
  if (ids === 'numeric') return String(8_000_000_000 + serial * 100_000 + nr);
  return uuidOf(`${key}/id/${nr}`);
}
