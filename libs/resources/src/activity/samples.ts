import { isJsonObject, objectsAt, textAt, without, type Json, type JsonObject } from '#core';
import { HourlyTable } from '../hourly.ts';
import { hourMillis, seriesChunks, type Series, type SeriesChunk } from '../series.ts';

/** Lists of moments at which something changed, with the fields of their entries. */
const changeLists = {
  activityInfos: ['time', 'activityClass', 'factor'],
  inactivityInfos: ['time'],
  sportInfos: ['time', 'factor'],
};

/** Values in buckets of equal length, and what the list of them is called. */
const bucketLists = { stepSamples: 'steps', metSamples: 'mets' };

const minuteMillis = 60_000;

/** Cuts all that a device recorded into hours since midnight, each hour with all of its series, in as few parts as fit. */
export function sampleChunks(recordings: readonly JsonObject[]): readonly SeriesChunk[] {
  return seriesChunks(
    recordings.flatMap((recording, index) => [
      ...Object.entries(bucketLists).flatMap(([type, name]) => bucketSeries(recording, index, type, name)),
      ...Object.entries(changeLists).flatMap(([type, fields]) => changeSeries(recording, index, type, fields)),
    ]),
  );
}

/** What stays of a recording when its series are cut out of it: all but the lists that `sampleChunks` cuts. */
export function withoutSeries(recording: JsonObject): JsonObject {
  const lists = new Map(Object.entries(bucketLists));
  return Object.fromEntries(
    Object.entries(recording)
      .filter(([field, value]) => !(field in changeLists && Array.isArray(value)))
      .map(([field, value]) => {
        const name = lists.get(field);
        return [field, name !== undefined && isJsonObject(value) ? without(value, name) : value];
      }),
  );
}

/** The provider has no totals of a day (documented). These are of one device: what several have counted must not be added up. */
export function totals(recordings: readonly JsonObject[]): JsonObject {
  const steps = recordings.map((recording) => sum(bucketsOf(recording, 'stepSamples', 'steps').values));
  const metMinutes = recordings.map((recording) => {
    const { values, interval } = bucketsOf(recording, 'metSamples', 'mets');
    return (sum(values) * interval) / minuteMillis;
  });
  return {
    steps: sum(steps),
    metMinutes: Math.round(sum(metMinutes) * 10) / 10,
    classSeconds: classSeconds(recordings),
  };
}

/** How long each class lasted: until the next change, and the last one as long as there are steps or METs beside it. */
function classSeconds(recordings: readonly JsonObject[]): JsonObject {
  const seconds = new Map<string, number>();
  for (const recording of recordings) {
    const changes = objectsAt(recording, 'activityInfos')
      .map((info) => ({ at: millisAt(info['time']), name: textAt(info, 'activityClass') ?? 'ACTIVITY_CLASS_UNKNOWN' }))
      .filter(({ at }) => at !== undefined)
      .map(({ at = 0, name }) => ({ at, name }))
      .toSorted((a, b) => a.at - b.at);
    const end = Math.max(...Object.entries(bucketLists).map(([type, name]) => bucketsOf(recording, type, name).end));
    for (const [index, { at, name }] of changes.entries()) {
      const until = changes[index + 1]?.at ?? end;
      seconds.set(name, (seconds.get(name) ?? 0) + Math.max(0, until - at) / 1000);
    }
  }
  return Object.fromEntries(seconds);
}

/** Each run with the index of its first bucket, counted from the `startTime` of all. */
function bucketSeries(recording: JsonObject, index: number, type: string, name: string): readonly Series[] {
  const { values, start, interval, given } = bucketsOf(recording, type, name);
  const table = new HourlyTable([name]);
  for (const [at, value] of values.entries()) table.add(start + at * interval, { [name]: value });
  return table.all().map(({ hour, startIndex, columns }) => ({
    hour,
    type,
    part: { recording: index, ...given, startIndex, ...columns },
  }));
}

function changeSeries(
  recording: JsonObject,
  index: number,
  type: string,
  fields: readonly string[],
): readonly Series[] {
  const table = new HourlyTable(fields);
  for (const change of objectsAt(recording, type)) table.add(millisAt(change['time']), change);
  return table.all().map(({ hour, columns }) => ({ hour, type, part: { recording: index, ...columns } }));
}

interface Buckets {
  readonly values: readonly Json[];
  /** Milliseconds since midnight. */
  readonly start: number;
  readonly end: number;
  /** Milliseconds. */
  readonly interval: number;
  /** The provider's own words for them. */
  readonly given: { readonly startTime: Json; readonly interval: Json };
}

function bucketsOf(recording: JsonObject, type: string, name: string): Buckets {
  const list = recording[type];
  const { [name]: found = null, startTime = null, interval: length = null } = isJsonObject(list) ? list : {};
  const values: readonly Json[] = Array.isArray(found) ? found : [];
  const start = millisAt(startTime) ?? 0;
  const interval = typeof length === 'number' ? Math.max(0, length) : 0;
  return { values, start, end: start + values.length * interval, interval, given: { startTime, interval: length } };
}

/** `14:41:45`, as milliseconds since midnight. */
function millisAt(time: Json | undefined): number | undefined {
  const match = typeof time === 'string' ? /^(\d{2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?/.exec(time) : null;
  if (match === null) return undefined;
  const [, hours, minutes, seconds = '0'] = match;
  return Number(hours) * hourMillis + Number(minutes) * minuteMillis + Math.round(Number(seconds) * 1000);
}

function sum(values: readonly Json[]): number {
  return values.reduce<number>((total, value) => total + (typeof value === 'number' ? value : 0), 0);
}
