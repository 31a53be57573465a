import { byTime, type Asked } from '../api/content.ts';
import { addDays, DAY, HOUR, midnight, MINUTE, naive, SECOND, utc } from '../calendar.ts';
import { fill, type Body, type Brush } from '../document/fill.ts';
import type { Profile } from '../world/profile.ts';
import { at, kindOf, textAt } from '../world/kept.ts';
import {
  created,
  editableFrom,
  NOTHING,
  onOne,
  other,
  pastItem,
  removed,
  revised,
  touched,
} from '../world/kept-facts.ts';
import { localOf, type Scene } from '../world/scene.ts';
import type { Definition } from './definition.ts';

const RESOURCE = 'tests';

interface TestKind {
  readonly kind: string;
  readonly result: (athlete: Profile, brush: Brush, start: number) => Body;
  /** The number that a revision moves. */
  readonly moved: string;
}

const KINDS: readonly TestKind[] = [
  {
    kind: 'orthostaticTestResult',
    moved: 'rmssdStand',
    result: (_athlete, { draw }) => ({ rrSamples: intervals(draw, 60) }),
  },
  { kind: 'fitnessTestResult', moved: 'ownIndex', result: fitness },
  {
    kind: 'jumpTestResult',
    moved: 'durationMillis',
    result: (_athlete, { draw }) => ({
      durationMillis: 60_000,
      jumps: Array.from({ length: 3 }, () => ({ flightTime: draw.int(380, 560), contactTime: draw.int(180, 420) })),
    }),
  },
  { kind: 'ecgTestResult', moved: 'averageHeartRateBpm', result: ecg },
  { kind: 'spo2TestResult', moved: 'bloodOxygenPercent', result: wristTimes },
  {
    kind: 'rrRecording',
    moved: 'averageHeartRate',
    result: (_athlete, { draw }, start) => ({ endTime: naive(start + 3 * MINUTE), rrSamples: intervals(draw, 180) }),
  },
];

/** What `samples` is asked for. Which fields it covers is not documented. */
const SAMPLES: ReadonlySet<string> = new Set(['rrSamples', 'samples', 'qualityMeasurements']);

export const tests: Definition = {
  resource: RESOURCE,
  path: '/tests/list',
  content: {
    many: (history, asked) =>
      byTime(history.all(RESOURCE), asked, (body) => textAt(body, 'startTime')).map((body) => shown(body, asked)),
  },
  exampleTypes: { numbers: ['sleepGoal'] },
  facts: {
    'test-take': { weight: 0, share: 4, happen: take },
    'test-revise': {
      weight: 0,
      share: 2,
      happen: (scene) =>
        onOne(scene, RESOURCE, isRecent(scene), (kept) => [revised(scene, RESOURCE, 'test-revise', kept, recomputed)]),
    },
    'test-touch': {
      weight: 0,
      share: 1,
      happen: (scene) =>
        onOne(scene, RESOURCE, isRecent(scene), (kept) => [
          touched(scene, RESOURCE, 'test-touch', kept, (body, brush) => ({ ...body, modified: utc(brush.at) })),
        ]),
    },
    'test-delete': {
      weight: 0,
      share: 1,
      happen: (scene) =>
        onOne(scene, RESOURCE, isRecent(scene), (kept) => [removed(scene, RESOURCE, 'test-delete', kept)]),
    },
  },
  past: (history, { today, days, draw }) =>
    Array.from({ length: Math.ceil(days / 4) }, (_, index) => addDays(today, -1 - index * 4)).map((date) => {
      const start = midnight(date) + draw.int(6, 20) * HOUR + draw.int(0, 3599) * SECOND;
      const kind = draw.pick(KINDS);
      return pastItem(history, RESOURCE, start + 10 * MINUTE, (brush) => test(history.athlete, kind, start, brush));
    }),
};

function take(scene: Scene) {
  const { history, draw } = scene;
  const kind = draw.pick(KINDS);
  const start = Math.floor((localOf(scene) - draw.int(5 * MINUTE, DAY)) / SECOND) * SECOND;
  // Two tests of a kind cannot begin in the same second.
  if (history.get(RESOURCE, [kind.kind, naive(start)]) !== undefined) return NOTHING;
  return [created(scene, RESOURCE, 'test-take', (brush) => test(history.athlete, kind, start, brush))];
}

function test(athlete: Profile, { kind, result }: TestKind, start: number, brush: Brush): Body {
  const others = Object.fromEntries(KINDS.filter((one) => one.kind !== kind).map((one) => [one.kind, undefined]));
  const at = { ...brush, local: start };
  return fill('testsTest', at, { ...others, startTime: naive(start), [kind]: result(athlete, at, start) });
}

function recomputed(body: Body, { at: now, draw }: Brush): Body {
  const kind = kindOf(body);
  const moved = KINDS.find((one) => one.kind === kind)?.moved ?? '';
  const before = Number(at(body, kind, moved));
  const next = other(
    draw,
    [-2, -1, 1, 2].map((by) => Math.max(1, before + by)),
    before,
  );
  return { ...body, modified: utc(now), [kind]: { ...(body[kind] as Body), [moved]: next } };
}

function shown(body: Body, { features }: Asked): Body {
  if (features.has('samples')) return body;
  const kind = kindOf(body);
  const kept = Object.entries(body[kind] as Body).filter(([name]) => !SAMPLES.has(name));
  return { ...body, [kind]: Object.fromEntries(kept) };
}

function fitness({ birthday, sex, heightCm, weightKg, restingHeartRate, utcOffsetMinutes }: Profile): Body {
  return {
    timezoneOffsetMinutes: utcOffsetMinutes,
    averageHeartRate: restingHeartRate,
    physicalInformation: {
      birthday,
      // Without the prefix that the other four physical informations have.
      sex: sex.replace('SEX_', ''),
      height: heightCm,
      weight: weightKg,
      restingHeartRate,
      sleepGoal: 28_800_000,
    },
  };
}

function wristTimes({ deviceUuid, utcOffsetMinutes }: Profile, _brush: Brush, start: number): Body {
  return {
    testTime: naive(start),
    stopTime: naive(start + 30 * SECOND),
    timeZoneOffsetMinutes: utcOffsetMinutes,
    deviceReference: { uuid: deviceUuid },
  };
}

function ecg(athlete: Profile, brush: Brush, start: number): Body {
  const { draw } = brush;
  return {
    ...wristTimes(athlete, brush, start),
    samples: Array.from({ length: 300 }, (_, index) => ({
      recordingTimeDeltaMs: index * 8,
      amplitudeMv: draw.float(-0.4, 1.2, 3),
    })),
    qualityMeasurements: [
      { recordingTimeDeltaMs: 0, qualityLevel: 'ECG_QUALITY_LOW' },
      { recordingTimeDeltaMs: 1200, qualityLevel: 'ECG_QUALITY_HIGH' },
    ],
  };
}

function intervals(draw: Brush['draw'], count: number): readonly number[] {
  return Array.from({ length: count }, () => draw.int(780, 1150));
}

function isRecent(scene: Scene): (body: Body) => boolean {
  const from = editableFrom(scene);
  return (body) => textAt(body, 'startTime') >= from;
}
