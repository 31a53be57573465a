import { duration, HOUR, midnight, MINUTE, SECOND, utc, withOffset } from '../calendar.ts';
import { random } from '../random.ts';
import { cut, phases, sleepCycles, stages, stateChanges, type Stage } from './hypnogram.ts';
import type { Profile } from './profile.ts';

/** A night's sleep, filed under the local date of the morning. Times are local numbers. */
export interface Night {
  readonly athlete: Profile;
  readonly date: string;
  readonly start: number;
  readonly end: number;
  /** The ends that the athlete set by hand; `turn` counts the edits. */
  readonly trimmed?: { readonly start: number; readonly end: number; readonly turn: number };
  /** Instants; `turn` counts how often the score was computed. */
  readonly score?: { readonly created: number; readonly modified: number; readonly turn: number };
}

/** The night that the athlete had, whether or not a watch has told of it. */
export function nightOf(athlete: Profile, date: string): Night {
  const draw = random(`${athlete.key}/night/${date}`);
  // Tenths of a second: observed live, hypnogram times carry one fractional digit.
  const tenth = () => draw.int(0, 599) * 100;
  const start = midnight(date) - 2 * HOUR + draw.int(0, 180) * MINUTE + tenth();
  const end = midnight(date) + 5 * HOUR + draw.int(30, 180) * MINUTE + tenth();
  return { athlete, date, start, end };
}

/** The full body, in the types of the documentation's tables; `has` leaves out what was not asked for. */
export function nightBody(night: Night, has: (feature: string) => boolean = () => true): Record<string, unknown> {
  const recorded = { start: night.start, end: night.end };
  const shown = night.trimmed ?? recorded;
  const body: Record<string, unknown> = { sleepDate: night.date };
  if (has('sleep-result')) body['sleepResult'] = sleepResult(night, shown);
  if (night.trimmed && has('original-sleep-result')) body['originalSleepResult'] = sleepResult(night, recorded);
  if (night.score && has('sleep-score')) body['sleepScore'] = sleepScore(night, night.score);
  if (has('sleep-evaluation')) body['sleepEvaluation'] = sleepEvaluation(night, shown);
  return body;
}

interface Ends {
  readonly start: number;
  readonly end: number;
}

function staged(night: Night, ends: Ends): readonly Stage[] {
  const recorded = stages(`${night.athlete.key}/night/${night.date}`, night.end - night.start);
  return cut(recorded, ends.start - night.start, ends.end - night.start);
}

function sleepResult(night: Night, ends: Ends) {
  const { athlete } = night;
  const all = staged(night, ends);
  const rating = random(`${athlete.key}/night/${night.date}/rating`).pick([
    'SLEEP_RATING_UNKNOWN',
    'SLEEP_RATING_SLEPT_QUITE_WELL',
    'SLEEP_RATING_SLEPT_WELL',
  ]);
  return {
    hypnogram: {
      sleepStart: withOffset(ends.start, athlete.utcOffsetMinutes),
      sleepEnd: withOffset(ends.end, athlete.utcOffsetMinutes),
      // Observed live: no alarmStopTime without an alarm, but an empty list of snoozes.
      alarmSnoozeTimes: [],
      sleepStateChanges: stateChanges(all),
      sleepStartOffsetSeconds: (ends.start - night.start) / SECOND,
      sleepEndOffsetSeconds: (ends.end - night.end) / SECOND,
      sleepRating: rating,
      sleepGoal: '28800s',
      birthday: athlete.birthday,
      deviceReference: { uuid: athlete.deviceUuid },
      batteryRanOut: false,
    },
    sleepCycles: sleepCycles(all),
  };
}

function sleepScore(night: Night, score: NonNullable<Night['score']>) {
  const draw = random(`${night.athlete.key}/score/${night.date}/${score.turn}`);
  const points = () => draw.float(40, 100, 4);
  return {
    created: utc(score.created),
    lastModified: utc(score.modified),
    sleepScore: points(),
    sleepTimeOwnTargetScore: points(),
    sleepTimeRecommendationScore: points(),
    continuityScore: points(),
    efficiencyScore: points(),
    remScore: points(),
    n3Score: points(),
    longInterruptionsTimeScore: points(),
    groupDurationScore: points(),
    groupSolidityScore: points(),
    groupRefreshScore: points(),
    scoreRate: draw.int(1, 5),
  };
}

function sleepEvaluation(night: Night, ends: Ends) {
  const span = ends.end - ends.start;
  const sums = phases(staged(night, ends), span);
  const asleep = span - sums.wake;
  const draw = random(`${night.athlete.key}/evaluation/${night.date}`);
  const long = draw.int(0, 3);
  const short = draw.int(8, 30);
  return {
    sleepType: 'SLEEP_TYPE_SLEEP_PLUS_STAGES',
    sleepSpan: duration(span),
    asleepDuration: duration(asleep),
    age: Number(((midnight(night.date) - midnight(night.athlete.birthday)) / (365.25 * 24 * HOUR)).toFixed(4)),
    analysis: {
      efficiencyPercent: Number(((100 * asleep) / span).toFixed(4)),
      continuityIndex: draw.float(1, 5, 4),
      continuityClass: draw.int(1, 5),
      feedback: Array.from({ length: 5 }, () => draw.int(0, 2)).join(''),
    },
    interruptions: {
      totalDuration: duration((long * 180 + short * 20) * SECOND),
      longDuration: duration(long * 180 * SECOND),
      shortDuration: duration(short * 20 * SECOND),
      totalCount: long + short,
      longCount: long,
      shortCount: short,
    },
    phaseDurations: {
      wake: duration(sums.wake),
      rem: duration(sums.rem),
      light: duration(sums.light),
      deep: duration(sums.deep),
      unknown: duration(0),
      remPercentage: Number(((100 * sums.rem) / span).toFixed(4)),
      deepPercentage: Number(((100 * sums.deep) / span).toFixed(4)),
    },
  };
}
