import { naive, utc } from '../calendar.ts';
import { random, type Random } from '../random.ts';
import { testResults } from './in-session-test.ts';
import { exerciseDetail, hillSplits } from './session-detail.ts';
import type { Profile } from './profile.ts';

/** A training session. `start` is a local number, `created` and `modified` are instants. */
export interface Session {
  readonly athlete: Profile;
  readonly id: string;
  /** Of the session within the athlete: what its content is drawn from. */
  readonly nr: number;
  readonly start: number;
  readonly length: number;
  readonly created: number;
  readonly modified: number;
  /** What the athlete can edit afterwards. */
  readonly edits: Edits;
  /** The test that it was made for; its sport is the test's. */
  readonly test?: SessionTest;
}

export type SessionTest = 'cyclingTest' | 'runningTest' | 'walkingTest';

export interface Edits {
  readonly note?: string;
  /** 0 to 1 in quarters. */
  readonly feeling?: number;
  readonly rpe?: string;
  readonly comments: readonly { readonly id: string; readonly at: number; readonly note: string }[];
}

/** What a session was like: the numbers that its summary and its details agree on. */
export interface Course {
  readonly draw: Random;
  readonly key: string;
  readonly sport: Sport;
  readonly distance: number;
  readonly hrAvg: number;
  readonly hrMax: number;
  readonly latitude: number;
  readonly longitude: number;
}

export interface Sport {
  readonly id: string;
  readonly name: string;
  readonly metresPerSecond: number;
}

const RUNNING: Sport = { id: '1', name: 'Running', metresPerSecond: 2.9 };
const CYCLING: Sport = { id: '2', name: 'Cycling', metresPerSecond: 7.5 };

const TEST_SPORTS: Readonly<Record<SessionTest, Sport>> = {
  cyclingTest: CYCLING,
  runningTest: RUNNING,
  walkingTest: { id: '3', name: 'Walking', metresPerSecond: 1.6 },
};

const SPORTS: readonly Sport[] = [
  RUNNING,
  CYCLING,
  { id: '11', name: 'Hiking', metresPerSecond: 1.3 },
  { id: '15', name: 'Strength training', metresPerSecond: 0 },
];

export function course(session: Session): Course {
  const key = `${session.athlete.key}/session/${session.nr}`;
  const draw = random(key);
  const drawn = draw.pick(SPORTS);
  const sport = session.test === undefined ? drawn : TEST_SPORTS[session.test];
  const hrAvg = draw.int(105, 160);
  return {
    draw,
    key,
    sport,
    distance: Math.round((session.length / 1000) * sport.metresPerSecond * (0.85 + draw.next() * 0.3)),
    hrAvg,
    hrMax: hrAvg + draw.int(12, 34),
    latitude: draw.float(60.1, 65.5, 6),
    longitude: draw.float(22.1, 29.5, 6),
  };
}

/** The full body in table form; `has` says which features were asked for. */
export function sessionBody(session: Session, has: (feature: string) => boolean = () => true): Record<string, unknown> {
  const { athlete, edits } = session;
  const what = course(session);
  const { draw } = what;
  const load = draw.int(20, 320);
  const shared = {
    startTime: naive(session.start),
    stopTime: naive(session.start + session.length),
    durationMillis: session.length,
    ...(what.distance > 0 && { latitude: what.latitude, longitude: what.longitude, distanceMeters: what.distance }),
    calories: Math.round((session.length / 60_000) * 9.5),
    trainingLoad: load,
    carboPercentage: 55,
    fatPercentage: 38,
    proteinPercentage: 7,
    // Observed live: a string, as the table's string(uint64) says.
    recoveryTimeMillis: String(load * 600_000),
    timezoneOffsetMinutes: athlete.utcOffsetMinutes,
    sport: { id: what.sport.id },
  };
  const exercise = {
    identifier: { id: exerciseId(session) },
    created: utc(session.created),
    // The exercise itself never changes: only the session around it is edited.
    modified: utc(session.created),
    ...shared,
    ...exerciseDetail(session, what, has),
  };
  return {
    identifier: { id: session.id },
    created: utc(session.created),
    modified: utc(session.modified),
    name: what.sport.name,
    deviceId: athlete.deviceId,
    ...shared,
    ...(edits.feeling !== undefined && { feeling: edits.feeling }),
    ...(edits.note !== undefined && { note: edits.note }),
    trainingBenefit: draw.pick(['TRAINING_BENEFIT_BASIC_TRAINING', 'TRAINING_BENEFIT_TEMPO_TRAINING']),
    hrMax: what.hrMax,
    hrAvg: what.hrAvg,
    startTrigger: 'TRAINING_START_MANUAL',
    application: { name: 'Polar Flow' },
    product: { modelName: 'POLAR VANTAGE V3' },
    exercises: [exercise],
    ...(has('physical-info') && { physicalInformation: physicalInformation(session) }),
    ...(has('test-results') && testResults(session, what)),
    ...(has('hill-splits') && hillSplits(session, what)),
    ...(has('training-load-report') && { trainingLoadReport: loadReport(session, load) }),
    ...(has('comments') && edits.comments.length > 0 && { comments: edits.comments.map(comment) }),
  };
}

function exerciseId(session: Session): string {
  return session.id.includes('-') ? session.id.replace(/^.{8}/, '0000e0e0') : `9${session.id}`;
}

function comment(written: Edits['comments'][number]) {
  const at = utc(written.at);
  return { identifier: { id: written.id }, created: at, modified: at, note: written.note, fromOtherUser: true };
}

/** The athlete's own rating lives in the report; -1 is "not available", as observed live. */
function loadReport(session: Session, load: number) {
  const { rpe } = session.edits;
  return {
    cardioLoad: load,
    muscleLoad: -1,
    cardioLoadInterpretation: 'LOAD_INTERPRETATION_MEDIUM',
    muscleLoadInterpretation: 'LOAD_INTERPRETATION_NOT_AVAILABLE',
    calculationTime: naive(session.start + session.length),
    ...(rpe !== undefined && {
      sessionRpe: rpe,
      perceivedLoad: Math.round((session.length / 60_000) * (2 + (rpe.length % 7))),
      perceivedLoadInterpretation: 'LOAD_INTERPRETATION_MEDIUM',
    }),
  };
}

function physicalInformation({ athlete, created }: Session) {
  return {
    modified: utc(created),
    created: utc(created),
    birthday: athlete.birthday,
    sex: athlete.sex,
    weightKg: athlete.weightKg,
    heightCm: athlete.heightCm,
    maximumHeartRate: 190,
    restingHeartRate: athlete.restingHeartRate,
    aerobicThreshold: 142,
    anaerobicThreshold: 171,
    vo2Max: 48,
    trainingBackground: 'TRAINING_BACKGROUND_REGULAR',
    typicalDay: 'TYPICAL_DAY_MOSTLY_SITTING',
    weightSource: 'WEIGHT_SOURCE_SOURCE_USER',
    sleepGoalMinutes: 480,
  };
}
