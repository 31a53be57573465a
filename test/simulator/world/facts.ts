import { addDays, DAY, MINUTE, toLocal } from '../calendar.ts';
import type { Random } from '../random.ts';
import { DEFINITIONS } from '../resources/definitions.ts';
import { dayKey, sampleCount, SLOT_MILLIS, SLOTS_PER_DAY } from './heart-rate-day.ts';
import type { History } from './history.ts';
import type { LedgerEntry } from './ledger.ts';
import { nightOf, type Night } from './night.ts';
import { lastDates, todayOf, type Fact, type Scene } from './scene.ts';
import { commented, edited, newSession, nextSlot, type SessionTest } from './session-story.ts';
import type { Session } from './session.ts';

/** How far back a watch brings nights, and a computation scores them. */
const NIGHT_DAYS = 7;

/** How far back athletes edit their sessions: what a listing of four weeks still shows for a week. */
const SESSION_DAYS = 21;

const TESTS: readonly SessionTest[] = ['cyclingTest', 'runningTest', 'walkingTest'];

export const FACTS: Readonly<Record<string, Fact>> = {
  'hr-append': { weight: 40, happen: appendHeartRate },
  night: { weight: 10, happen: bringNight },
  score: { weight: 12, happen: scoreNight },
  rescore: { weight: 5, happen: rescoreNight },
  trim: { weight: 4, happen: trimNight },
  'session-new': { weight: 12, happen: (scene) => newOne(scene) },
  'session-edit': { weight: 8, happen: (scene) => rewrite(scene, 'session-edit', edited) },
  // Off by default: `comments` is a feature of its own.
  'session-comment': {
    weight: 0,
    share: 2,
    happen: (scene) => rewrite(scene, 'session-comment', (e, d, at) => commented(e, at, d)),
  },
  'session-delete': { weight: 2, happen: deleteSession },
  'session-touch': { weight: 4, happen: touchSession },
  // Off by default, as all that follows: what the four resources above do alone stays as it was.
  'session-test': { weight: 0, share: 2, happen: (scene) => newOne(scene, scene.draw.pick(TESTS)) },
  'night-delete': { weight: 0, share: 1, happen: deleteNight },
  ...Object.fromEntries(DEFINITIONS.flatMap(({ facts }) => Object.entries(facts))),
};

/** The mix in which every resource changes; what happens on demand only is no part of it. */
export const ALL_RESOURCES_MIX: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries(FACTS)
    .map(([name, { weight, share = weight }]) => [name, share] as const)
    .filter(([, share]) => share > 0),
);

/** A sync brings two to twenty minutes more of today's heart rate, sometimes of yesterday's, never of the future. */
function appendHeartRate(scene: Scene): readonly LedgerEntry[] {
  const { history, draw, isFree } = scene;
  const { athlete } = history;
  const days = draw.chance(0.2)
    ? [addDays(todayOf(scene), -1), todayOf(scene)]
    : [todayOf(scene), addDays(todayOf(scene), -1)];
  for (const date of days) {
    const identity = [date, athlete.deviceId];
    const known = history.get('continuous-samples', identity)?.value;
    const last = date === todayOf(scene) ? slotsUntilNow(scene) : SLOTS_PER_DAY;
    const slots = grow(dayKey({ athlete, date }), known?.slots ?? 0, draw.int(12, 120), last);
    if (slots === undefined || !isFree('continuous-samples', identity)) continue;
    const at = history.stamp(scene.now);
    const day = { athlete, date, slots };
    return [
      known === undefined
        ? history.create('continuous-samples', day, 'hr-append', at)
        : history.update('continuous-samples', day, 'hr-append', at),
    ];
  }
  return [];
}

function slotsUntilNow({ history, now }: Scene): number {
  const local = toLocal(now, history.athlete.utcOffsetMinutes);
  return Math.floor((local % DAY) / SLOT_MILLIS);
}

/** The next number of slots at which there is at least one sample more. */
function grow(key: number, from: number, by: number, last: number): number | undefined {
  const before = sampleCount(key, from);
  for (let slots = Math.min(last, from + by); slots <= last && slots > from; slots += 1) {
    if (sampleCount(key, slots) > before) return slots;
  }
  return undefined;
}

function bringNight(scene: Scene): readonly LedgerEntry[] {
  const { history, now, draw } = scene;
  const local = toLocal(now, history.athlete.utcOffsetMinutes);
  const missing = lastDates(todayOf(scene), NIGHT_DAYS)
    .map((date) => nightOf(history.athlete, date))
    .filter(({ date, end }) => end < local && isNew(history, date));
  if (missing.length === 0) return [];
  return [history.create('sleeps', draw.pick(missing), 'night', history.stamp(now))];
}

function isNew(history: History, date: string): boolean {
  return history.get('sleeps', [date]) === undefined && !history.wasDeleted('sleeps', [date]);
}

function scoreNight(scene: Scene): readonly LedgerEntry[] {
  const { history } = scene;
  const night = pickNight(scene, NIGHT_DAYS, (night) => night.score === undefined);
  if (night === undefined) return [];
  const { athlete, date } = night;
  const at = history.stamp(scene.now);
  const score = { created: at, modified: at, turn: 1 };
  return [
    history.update('sleeps', { ...night, score }, 'score', at),
    history.create('nightly-recharge-results', { athlete, date, ...score }, 'score', at),
  ];
}

function rescoreNight(scene: Scene): readonly LedgerEntry[] {
  const { history } = scene;
  const night = pickNight(scene, NIGHT_DAYS, (night) => night.score !== undefined);
  if (night?.score === undefined) return [];
  const recharge = history.get('nightly-recharge-results', [night.date])?.value;
  if (recharge === undefined) return [];
  const at = history.stamp(scene.now);
  const moved = { modified: at, turn: night.score.turn + 1 };
  return [
    history.update('sleeps', { ...night, score: { ...night.score, ...moved } }, 'rescore', at),
    history.update('nightly-recharge-results', { ...recharge, ...moved }, 'rescore', at),
  ];
}

/** The athlete corrects when he slept: the recovery does not move. */
function trimNight(scene: Scene): readonly LedgerEntry[] {
  const { history, draw } = scene;
  const night = pickNight(scene, 2, () => true);
  if (night === undefined) return [];
  const turn = (night.trimmed?.turn ?? 0) + 1;
  // By the turn and in whole minutes, so that no edit repeats the one before.
  const start = night.start + (draw.int(0, 5) * 8 + (turn % 8) + 1) * MINUTE;
  const end = night.end - draw.int(0, 30) * MINUTE;
  const trimmed = { start, end, turn };
  return [history.update('sleeps', { ...night, trimmed }, 'trim', history.stamp(scene.now))];
}

/** What was computed of a night goes with it. The last one stays: an answer without anything is no proof of an end. */
function deleteNight(scene: Scene): readonly LedgerEntry[] {
  const { history } = scene;
  const night = pickNight(scene, NIGHT_DAYS, () => true);
  if (night === undefined || history.all('nightly-recharge-results').length < 2) return [];
  const at = history.stamp(scene.now);
  const recharge = history.get('nightly-recharge-results', [night.date])?.value;
  return [
    history.delete('sleeps', night, 'night-delete', at),
    ...(recharge === undefined ? [] : [history.delete('nightly-recharge-results', recharge, 'night-delete', at)]),
  ];
}

function newOne(scene: Scene, test?: SessionTest): readonly LedgerEntry[] {
  const { history, now, draw, ids } = scene;
  const slot = nextSlot(history, now, draw);
  if (slot === undefined) return [];
  const at = history.stamp(now);
  const session = newSession(history, { ...slot, at, ids, ...(test && { test }) });
  return [history.create('training-sessions', session, test ? 'session-test' : 'session-new', at)];
}

function rewrite(
  scene: Scene,
  fact: string,
  change: (edits: Session['edits'], draw: Random, at: number) => Session['edits'],
): readonly LedgerEntry[] {
  const session = pickSession(scene);
  if (session === undefined) return [];
  const at = scene.history.stamp(scene.now);
  const edits = change(session.edits, scene.draw, at);
  return [scene.history.update('training-sessions', { ...session, edits, modified: at }, fact, at)];
}

function deleteSession(scene: Scene): readonly LedgerEntry[] {
  const session = pickSession(scene);
  if (session === undefined) return [];
  return [scene.history.delete('training-sessions', session, 'session-delete', scene.history.stamp(scene.now))];
}

function touchSession(scene: Scene): readonly LedgerEntry[] {
  const session = pickSession(scene);
  if (session === undefined) return [];
  const at = scene.history.stamp(scene.now);
  return [scene.history.touch('training-sessions', { ...session, modified: at }, 'session-touch', at)];
}

function pickNight(scene: Scene, days: number, suits: (night: Night) => boolean): Night | undefined {
  const found = lastDates(todayOf(scene), days)
    .map((date) => scene.history.get('sleeps', [date])?.value)
    .filter((night) => night !== undefined && suits(night) && scene.isFree('sleeps', [night.date]));
  return found.length === 0 ? undefined : scene.draw.pick(found);
}

function pickSession({ history, now, draw, isFree }: Scene): Session | undefined {
  const since = toLocal(now, history.athlete.utcOffsetMinutes) - SESSION_DAYS * DAY;
  const found = history
    .all('training-sessions')
    .filter((session) => session.start >= since && isFree('training-sessions', [session.id]));
  return found.length === 0 ? undefined : draw.pick(found);
}
