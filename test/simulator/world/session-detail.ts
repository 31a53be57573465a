import { MINUTE, naive, SECOND } from '../calendar.ts';
import { random } from '../random.ts';
import type { Course, Session } from './session.ts';

/** What an exercise has only when its feature is asked for. */
export function exerciseDetail(session: Session, what: Course, has: (feature: string) => boolean) {
  const outside = what.distance > 0;
  return {
    ...(has('training-load-report') && { trainingLoadReport: exerciseLoad(session) }),
    ...(has('samples') && { samples: samples(session, what) }),
    ...(has('laps') && outside && { laps: laps(session, what) }),
    ...(has('statistics') && { statistics: { statistics: statistics(what) } }),
    ...(has('zones') && { zones: [heartRateZones(session)] }),
    ...(has('routes') && outside && { routes: { route: route(session, what) } }),
    ...(has('pause-times') && { pauseTimes: pauses(session) }),
    ...(has('strength-training-results') && !outside && { strengthTrainingResults: strength(session, what) }),
  };
}

export function hillSplits(session: Session, what: Course) {
  if (what.distance === 0 || session.nr % 3 !== 0) return {};
  const startTime = naive(session.start + 5 * MINUTE);
  const endTime = naive(session.start + 8 * MINUTE);
  return {
    hillSplits: {
      startTime: naive(session.start),
      endTime: naive(session.start + session.length),
      totalUphillDistanceMeters: 420,
      totalDownhillDistanceMeters: 0,
      totalUphillCount: 1,
      totalDownhillCount: 0,
      hills: [
        {
          type: 'HILL_TYPE_UPHILL',
          startTime,
          endTime,
          upHill: { uphillNumber: 1, ascentMeters: 24.5, avgInclinePercent: 5.8 },
          distanceMeters: 420,
          maxSpeedKmh: 11.2,
          avgSpeedKmh: 8.4,
          startAltitudeMeters: 102.5,
          endAltitudeMeters: 127,
          avgHrBpm: what.hrAvg,
          maxHrBpm: what.hrMax,
          duration: 3 * MINUTE,
          avgCadence: 78,
          maxCadence: 85,
          avgPower: 280,
          maxPower: 330,
        },
      ],
    },
  };
}

function exerciseLoad(session: Session) {
  return {
    cardioLoad: Math.round(session.length / MINUTE),
    muscleLoad: -1,
    cardioLoadInterpretation: 'LOAD_INTERPRETATION_MEDIUM',
    muscleLoadInterpretation: 'LOAD_INTERPRETATION_NOT_AVAILABLE',
    calculationTime: naive(session.start + session.length),
  };
}

/** One value per five seconds; RR intervals, as observed live without `offline`, where a strap was worn. */
function samples(session: Session, what: Course) {
  const count = Math.floor(session.length / (5 * SECOND));
  const draw = random(`${what.key}/samples`);
  const series = (type: string, base: number, spread: number, decimals: number) => ({
    type,
    intervalMillis: 5 * SECOND,
    values: Array.from({ length: count }, () => draw.float(base - spread, base + spread, decimals)),
  });
  const all = [series('HEART_RATE', what.hrAvg, what.hrMax - what.hrAvg, 0)];
  if (what.distance > 0) {
    all.push(series('SPEED', what.sport.metresPerSecond * 3.6, 1.2, 3), series('ALTITUDE', 110, 15, 1));
  }
  const beats = () => Array.from({ length: 300 }, () => ({ durationMillis: draw.int(370, 640) }));
  return { samples: all, ...(session.nr % 4 === 0 && { rrSamples: beats() }) };
}

/** One automatic lap per kilometre. */
function laps(session: Session, what: Course) {
  const count = Math.floor(what.distance / 1000);
  const each = count === 0 ? 0 : Math.floor(session.length / count);
  const autoLaps = Array.from({ length: count }, (_, index) => ({
    splitTimeMillis: each * (index + 1),
    durationMillis: each,
    distanceMeters: 1000,
    ascentMeters: 4,
    descentMeters: 3.5,
    statistics: { statistics: statistics(what) },
  }));
  return { laps: [], autoLaps };
}

function statistics(what: Course) {
  const kmh = Number((what.sport.metresPerSecond * 3.6).toFixed(2));
  return [
    { type: 'STATISTICS_TYPE_HEART_RATE', min: what.hrAvg - 30, avg: what.hrAvg, max: what.hrMax },
    ...(what.distance > 0 ? [{ type: 'STATISTICS_TYPE_SPEED', min: 0, avg: kmh, max: kmh * 1.5 }] : []),
  ];
}

function heartRateZones(session: Session) {
  const shares = [0.1, 0.3, 0.4, 0.15, 0.05];
  const zones = shares.map((share, index) => ({
    lowerLimit: 95 + 19 * index,
    higherLimit: 95 + 19 * (index + 1),
    inZone: Math.floor(session.length * share),
  }));
  return { type: 'ZONE_TYPE_HEART_RATE', zones };
}

/** A point per half minute, on a line that wobbles. */
function route(session: Session, what: Course) {
  const draw = random(`${what.key}/route`);
  const wayPoints = Array.from({ length: Math.floor(session.length / (30 * SECOND)) }, (_, index) => ({
    longitude: Number((what.longitude + index * 0.0004).toFixed(6)),
    latitude: Number((what.latitude + draw.float(-0.0002, 0.0002, 6)).toFixed(6)),
    altitude: draw.float(95, 125, 1),
    elapsedMillis: index * 30 * SECOND,
  }));
  return { startTime: naive(session.start), wayPoints };
}

function pauses(session: Session) {
  if (session.nr % 2 !== 0) return [];
  const from = session.start + Math.floor(session.length / 2);
  return [{ startTime: naive(from), endTime: naive(from + 45 * SECOND) }];
}

function strength(session: Session, what: Course) {
  const completedSets = Array.from({ length: 4 }, (_, index) => ({
    type: index % 2 === 0 ? 'SET_TYPE_WORK' : 'SET_TYPE_RECOVERY',
    startTimeDeltaMillis: index * 2 * MINUTE,
    endTimeDeltaMillis: (index + 1) * 2 * MINUTE,
    resistanceType: 'RESISTANCE_BODY_WEIGHT',
    movement: 'squat',
    avgHeartRate: what.hrAvg,
    maxHeartRate: what.hrMax,
  }));
  return {
    completedRounds: [
      {
        type: 'COMPLETED_ROUND_TYPE_NORMAL',
        startTimeDeltaMillis: 0,
        endTimeDeltaMillis: session.length,
        workoutPhase: 'WORKOUT_PHASE_WORK',
        completedSets,
      },
    ],
  };
}
