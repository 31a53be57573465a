import { naive } from '../calendar.ts';
import type { Body } from '../document/fill.ts';
import type { Course, Session, SessionTest } from './session.ts';

/** A test that the athlete did in a session: what it was made for, and now and then the running test. */
export function testResults(session: Session, what: Course): Body {
  const test = session.test ?? (what.sport.id === '1' && session.nr % 9 === 0 ? 'runningTest' : undefined);
  if (test === undefined) return {};
  const phases = {
    warmup: phase(session, what, 0),
    performance: phase(session, what, 1),
    cooldown: phase(session, what, 2),
  };
  const times = { startTime: naive(session.start), endTime: naive(session.start + session.length) };
  return { testResults: { [test]: { ...times, ...phases, ...RESULTS[test](session, what) } } };
}

const RESULTS: Readonly<Record<SessionTest, (session: Session, what: Course) => Body>> = {
  cyclingTest: ({ nr }) => ({
    fitnessClass: 'FITNESS_CLASS_GOOD',
    functionalThresholdPower: 240 + (nr % 30),
    previousFunctionalThresholdPower: 240,
    vo2max: 52,
  }),
  runningTest: (_session, { hrMax }) => ({
    category: 'RUNNING_TEST_CATEGORY_SUBMAXIMAL',
    maxAerobicSpeedKmh: 16.1,
    maxAerobicPower: 380,
    maxHrBpm: hrMax,
    vo2max: 52,
    initialSpeedKmh: 8,
    speedIncreaseRate: 0.4,
    qualityRatePercent: 94,
  }),
  walkingTest: ({ length }, { hrAvg, hrMax, distance }) => ({
    category: 'WALKING_TEST_CATEGORY_TIMED_15_MIN',
    fitnessClass: 'VO2MAX_FITNESS_CLASS_GOOD',
    avgSpeedKmh: 6.1,
    maxSpeedKmh: 6.8,
    testDistanceMeters: distance,
    steps: Math.round(distance / 0.75),
    avgCadence: 62,
    maxCadence: 68,
    testHrBpm: hrAvg,
    maxHrBpm: hrMax,
    vo2max: 44,
    walkingPercent: 98,
    speedVariationPercent: 4,
    cadenceVariationPercent: 3,
    hrAbove65ProsMaxHr: 1,
    allCriterionQualityPercent: 95,
    steadyWalkingGuidance: 1,
    walkingSpeedGuidance: 1,
    duration: Math.floor(length / 3),
  }),
};

function phase(session: Session, what: Course, nr: number): Body {
  const third = Math.floor(session.length / 3);
  return {
    startTime: naive(session.start + nr * third),
    endTime: naive(session.start + (nr + 1) * third),
    durationMillis: third,
    avgHrBpm: what.hrAvg,
    maxHrBpm: what.hrMax,
    avgSpeedKmh: 10.4,
    maxSpeedKmh: 14.2,
    avgCadence: 82,
    maxCadence: 91,
    avgPower: 240,
    maxPower: 320,
  };
}
