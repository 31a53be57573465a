import { duration, MINUTE, SECOND } from '../calendar.ts';
import { random } from '../random.ts';

/** One stretch of a night in one state; times count from when the watch says that sleep began, in milliseconds. */
export interface Stage {
  readonly from: number;
  readonly state: string;
}

/** How long each state lasted, in milliseconds. */
export type Phases = Readonly<Record<'wake' | 'rem' | 'light' | 'deep', number>>;

const CYCLE: readonly (readonly [state: string, minutes: number])[] = [
  ['SLEEP_STATE_NON_REM1', 6],
  ['SLEEP_STATE_NON_REM2', 28],
  ['SLEEP_STATE_NON_REM3', 24],
  ['SLEEP_STATE_NON_REM2', 14],
  ['SLEEP_STATE_REM', 20],
  ['SLEEP_STATE_WAKE', 2],
];
const PHASE_OF: Readonly<Record<string, keyof Phases>> = {
  SLEEP_STATE_WAKE: 'wake',
  SLEEP_STATE_REM: 'rem',
  SLEEP_STATE_NON_REM1: 'light',
  SLEEP_STATE_NON_REM2: 'light',
  SLEEP_STATE_NON_REM3: 'deep',
};

/** A night of such a length, cycle after cycle. */
export function stages(key: string, length: number): readonly Stage[] {
  const draw = random(`${key}/stages`);
  const all: Stage[] = [];
  let from = 0;
  while (from < length) {
    for (const [state, minutes] of CYCLE) {
      if (from >= length) break;
      all.push({ from, state });
      from += Math.max(SECOND * 30, Math.round(minutes * (0.5 + draw.next()) * 2) * (MINUTE / 2));
    }
  }
  return all;
}

/** What is left of a night after the athlete moved its ends: `from` and `to` count from the recorded start. */
export function cut(all: readonly Stage[], from: number, to: number): readonly Stage[] {
  const before = all.findLast((stage) => stage.from <= from);
  const inside = all.filter((stage) => stage.from > from && stage.from < to);
  const first: readonly Stage[] = before === undefined ? [] : [{ from, state: before.state }];
  return [...first, ...inside].map((stage) => ({ from: stage.from - from, state: stage.state }));
}

export function phases(all: readonly Stage[], length: number): Phases {
  const sums = { wake: 0, rem: 0, light: 0, deep: 0 };
  for (const [index, stage] of all.entries()) {
    const until = all[index + 1]?.from ?? length;
    sums[PHASE_OF[stage.state] ?? 'light'] += until - stage.from;
  }
  return sums;
}

/** `sleepStateChanges` as the AccessLink v4 documentation has it. */
export function stateChanges(all: readonly Stage[]): readonly object[] {
  return all.map((stage) => ({ offsetFromStart: duration(stage.from), newState: stage.state }));
}

/** `sleepCycles`: one entry per descent from the surface. */
export function sleepCycles(all: readonly Stage[]): readonly object[] {
  return all
    .filter((stage) => stage.state === 'SLEEP_STATE_NON_REM1')
    .map((stage, index) => ({
      secondsFromSleepStart: Math.round(stage.from / SECOND),
      sleepDepthAtCycleStart: Number((2.5 - index * 0.25).toFixed(2)),
    }));
}
