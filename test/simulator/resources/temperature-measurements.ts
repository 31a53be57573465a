import { byTime } from '../api/content.ts';
import { HOUR, MINUTE, utc } from '../calendar.ts';
import type { Body, Brush } from '../document/fill.ts';
import { hash, noise } from '../random.ts';
import type { History } from '../world/history.ts';
import { textAt } from '../world/kept.ts';
import { created, editableFrom, NOTHING, onOne, removed, revised, touched } from '../world/kept-facts.ts';
import { localOf, type Scene } from '../world/scene.ts';
import type { Definition } from './definition.ts';
import {
  deltas,
  pastPeriods,
  startOf,
  stopOf,
  stretchTimes,
  syncPeriod,
  type PeriodStory,
  type Stretch,
} from './period.ts';

const RESOURCE = 'temperature-measurements';
const SENSORS = [
  { measurementType: 'TM_SKIN_TEMPERATURE', sensorLocation: 'SL_DISTAL', celsius: 33.2, each: 5 * MINUTE },
  { measurementType: 'TM_CORE_TEMPERATURE', sensorLocation: 'SL_PROXIMAL', celsius: 36.7, each: 5 * MINUTE },
] as const;
/** Worn by day and by night: a period of it has more samples than a day has of the others. */
const PATCH = {
  measurementType: 'TM_SKIN_TEMPERATURE',
  sensorLocation: 'SL_PROXIMAL',
  celsius: 34.1,
  each: 2 * MINUTE,
};
const PATCH_WORN = 26 * HOUR;

type Sensor = (typeof SENSORS)[number] | typeof PATCH;

export const temperatureMeasurements: Definition = {
  resource: RESOURCE,
  path: '/temperature-measurements',
  content: { many: (history, asked) => byTime(history.all(RESOURCE), asked, (body) => textAt(body, 'startTime')) },
  exampleTypes: { numbers: ['recordingTimeDeltaMilliseconds'] },
  facts: {
    'temperature-sync': {
      weight: 0,
      share: 8,
      happen: (scene) => syncPeriod(scene, story(scene.history, scene.draw.pick(SENSORS))),
    },
    'temperature-touch': {
      weight: 0,
      share: 1,
      happen: (scene) =>
        onOne(
          scene,
          RESOURCE,
          (body) => textAt(body, 'startTime') >= editableFrom(scene),
          (kept) => [
            touched(scene, RESOURCE, 'temperature-touch', kept, (body, { at }) => ({ ...body, modified: utc(at) })),
          ],
        ),
    },
    'temperature-long': { weight: 0, share: 1, happen: wearPatch },
    'temperature-delete': {
      weight: 0,
      share: 1,
      happen: (scene) =>
        onOne(scene, RESOURCE, isOver(scene), (kept) => [removed(scene, RESOURCE, 'temperature-delete', kept)]),
    },
  },
  past: (history, era) => SENSORS.flatMap((sensor) => pastPeriods(history, era, story(history, sensor))),
};

function story({ athlete }: History, sensor: Sensor): PeriodStory {
  return {
    resource: RESOURCE,
    fact: 'temperature-sync',
    isMine: (body) => isOf(sensor, body),
    make: (stretch, brush) => period(athlete.deviceUuid, sensor, stretch, brush),
  };
}

/** The first sync after a day and more, then what has come since. */
function wearPatch(scene: Scene) {
  const { history, draw } = scene;
  const local = Math.floor(localOf(scene) / MINUTE) * MINUTE;
  const last = Math.max(0, ...rowOf(history, PATCH).map(stopOf));
  const { make } = story(history, PATCH);
  if (local - last > PATCH_WORN) {
    const stretch = { start: local - PATCH_WORN, stop: local - draw.int(0, 20) * MINUTE };
    return [created(scene, RESOURCE, 'temperature-long', (brush) => make(stretch, brush))];
  }
  if (local - last < PATCH.each) return NOTHING;
  return onOne(
    scene,
    RESOURCE,
    (body) => isOf(PATCH, body) && stopOf(body) === last,
    (kept) => [
      revised(scene, RESOURCE, 'temperature-long', kept, (body, brush) => ({
        ...make({ start: startOf(body), stop: local }, brush),
        created: body['created'],
      })),
    ],
  );
}

/** Recent, and not the last one of its sensor: the next one begins where that one ends. */
function isOver(scene: Scene): (body: Body) => boolean {
  const from = editableFrom(scene);
  return (body) =>
    textAt(body, 'startTime') >= from &&
    rowOf(scene.history, body).some((other) => textAt(other, 'startTime') > textAt(body, 'startTime'));
}

function rowOf(history: History, sensor: Body | Sensor): readonly Body[] {
  return history
    .all(RESOURCE)
    .map(({ body }) => body)
    .filter((body) => isOf(sensor, body));
}

function isOf(sensor: Body | Sensor, body: Body): boolean {
  return body['measurementType'] === sensor['measurementType'] && body['sensorLocation'] === sensor['sensorLocation'];
}

function period(uuid: string, sensor: Sensor, stretch: Stretch, { at }: Brush): Body {
  const { celsius, each, ...place } = sensor;
  const key = hash(`${uuid}/${celsius}/${stretch.start}`);
  return {
    created: utc(at),
    modified: utc(at),
    ...stretchTimes(stretch),
    ...place,
    deviceReference: { uuid },
    temperatureMeasurementSamples: deltas(stretch, each).map((delta) => ({
      recordingTimeDeltaMilliseconds: String(delta),
      temperatureCelsius: Number((celsius + (noise(key, delta) % 180) / 100 - 0.9).toFixed(2)),
    })),
  };
}
