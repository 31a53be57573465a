import { byTime } from '../api/content.ts';
import { MINUTE, utc } from '../calendar.ts';
import type { Body, Brush } from '../document/fill.ts';
import { hash, noise } from '../random.ts';
import type { History } from '../world/history.ts';
import { textAt } from '../world/kept.ts';
import { editableFrom, onOne, touched } from '../world/kept-facts.ts';
import type { Definition } from './definition.ts';
import { deltas, pastPeriods, stretchTimes, syncPeriod, type PeriodStory, type Stretch } from './period.ts';

const RESOURCE = 'temperature-measurements';
const SENSORS = [
  { measurementType: 'TM_SKIN_TEMPERATURE', sensorLocation: 'SL_DISTAL', celsius: 33.2 },
  { measurementType: 'TM_CORE_TEMPERATURE', sensorLocation: 'SL_PROXIMAL', celsius: 36.7 },
] as const;

type Sensor = (typeof SENSORS)[number];

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
  },
  past: (history, era) => SENSORS.flatMap((sensor) => pastPeriods(history, era, story(history, sensor))),
};

function story({ athlete }: History, sensor: Sensor): PeriodStory {
  return {
    resource: RESOURCE,
    fact: 'temperature-sync',
    isMine: (body) => body['measurementType'] === sensor.measurementType,
    make: (stretch, brush) => period(athlete.deviceUuid, sensor, stretch, brush),
  };
}

function period(uuid: string, sensor: Sensor, stretch: Stretch, { at }: Brush): Body {
  const { celsius, ...place } = sensor;
  const key = hash(`${uuid}/${celsius}/${stretch.start}`);
  return {
    created: utc(at),
    modified: utc(at),
    ...stretchTimes(stretch),
    ...place,
    deviceReference: { uuid },
    temperatureMeasurementSamples: deltas(stretch, 5 * MINUTE).map((delta) => ({
      recordingTimeDeltaMilliseconds: String(delta),
      temperatureCelsius: Number((celsius + (noise(key, delta) % 180) / 100 - 0.9).toFixed(2)),
    })),
  };
}
