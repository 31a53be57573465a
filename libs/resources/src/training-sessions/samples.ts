import { contentHash, isJsonObject, objectsAt, textAt, without, type Json, type JsonObject } from '#core';
import { columns } from '../columns.ts';

export interface SampleChunk {
  /** Index of the exercise in the session, from 0. */
  readonly exercise: number;
  /** Hours since the start of the exercise. */
  readonly hour: number;
  /** Counts the chunks of an hour that is too much for one message, from 0. */
  readonly part: number;
  /** What is in it: the provider's sample types, `RR` and `ROUTE`. */
  readonly types: readonly string[];
  readonly hash: string;
  readonly content: JsonObject;
}

/** A run of values inside one hour. */
interface Series {
  readonly hour: number;
  readonly type: string;
  readonly part: JsonObject;
}

const hourMillis = 3_600_000;

/** Bytes of series as JSON in one chunk. A broker takes messages of 1 MB, and names, keys and headers come on top. */
const mostBytes = 600_000;
/** Values or entries of one series in one chunk: even as the longest numbers that JSON prints they are below `mostBytes`. */
const mostEntries = 10_000;

/** Cuts the series of every exercise into hours since its start, each hour with all of its types, in as few parts as fit. */
export function sampleChunks(session: JsonObject): readonly SampleChunk[] {
  return objectsAt(session, 'exercises').flatMap((exercise, index) => {
    const series = seriesOf(exercise);
    const hours = [...new Set(series.map(({ hour }) => hour))].toSorted((a, b) => a - b);
    const chunks = hours.flatMap((hour) =>
      packed(series.filter((one) => one.hour === hour)).map((parts, part) => ({ hour, part, parts })),
    );
    return chunks.map(({ hour, part, parts }) => {
      const content = {
        session: textAt(session, 'identifier', 'id') ?? '',
        exercise: index,
        exerciseStartTime: textAt(exercise, 'startTime') ?? null,
        hour,
        part,
        series: parts.map((one) => ({ type: one.type, ...one.part })),
      };
      return {
        exercise: index,
        hour,
        part,
        types: parts.map(({ type }) => type),
        hash: contentHash(content.series),
        content,
      };
    });
  });
}

/** In their order, as many to a part as fit. */
function packed(series: readonly Series[]): readonly (readonly Series[])[] {
  const parts: Series[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const one of series) {
    const size = JSON.stringify(one.part).length;
    if (bytes + size > mostBytes) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(one);
    bytes += size;
  }
  return parts;
}

/** What stays of an exercise when its series are cut out of it: all but the lists that `sampleChunks` cuts. */
export function withoutSeries(exercise: JsonObject): JsonObject {
  const samples = exercise['samples'];
  const routes = exercise['routes'];
  const rest: Record<string, Json> = { ...without(exercise, 'samples', 'routes') };
  if (isJsonObject(samples)) {
    const kept = without(samples, 'samples', 'transitionSamples', 'rrSamples', 'transitionRrSamples');
    if (Object.keys(kept).length > 0) rest['samples'] = kept;
  }
  if (isJsonObject(routes)) {
    rest['routes'] = Object.fromEntries(
      Object.entries(routes).map(([name, route]) => [name, isJsonObject(route) ? without(route, 'wayPoints') : route]),
    );
  }
  return rest;
}

function seriesOf(exercise: JsonObject): readonly Series[] {
  return [
    ...objectsAt(exercise, 'samples', 'samples').flatMap((list) => evenly(list, {})),
    ...objectsAt(exercise, 'samples', 'transitionSamples').flatMap((list) => evenly(list, { transition: true })),
    ...intervals(objectsAt(exercise, 'samples', 'rrSamples'), {}),
    ...intervals(objectsAt(exercise, 'samples', 'transitionRrSamples'), { transition: true }),
    ...wayPoints(exercise, 'route', {}),
    ...wayPoints(exercise, 'transitionRoute', { transition: true }),
  ];
}

/** Values at a fixed interval. */
function evenly(list: JsonObject, extra: JsonObject): readonly Series[] {
  const values = list['values'];
  const interval = list['intervalMillis'];
  if (!Array.isArray(values)) return [];
  const perHour =
    typeof interval === 'number' && interval > 0 ? Math.max(1, Math.floor(hourMillis / interval)) : values.length;
  return slices(values, perHour).flatMap((ofHour, hour) =>
    slices(ofHour, mostEntries).map((slice, index) => ({
      hour,
      type: textAt(list, 'type') ?? 'UNKNOWN',
      part: { ...without(list, 'type'), ...extra, startIndex: hour * perHour + index * mostEntries, values: slice },
    })),
  );
}

/** Beat-to-beat intervals: their own durations say in which hour they fall. */
function intervals(beats: readonly JsonObject[], extra: JsonObject): readonly Series[] {
  let elapsed = 0;
  const placed = beats.map((beat) => {
    const hour = Math.floor(elapsed / hourMillis);
    elapsed += typeof beat['durationMillis'] === 'number' ? beat['durationMillis'] : 0;
    return { hour, beat };
  });
  return byHour(placed.map(({ hour, beat }) => ({ hour, entry: beat }))).map(({ hour, entries }) => ({
    hour,
    type: 'RR',
    part: { ...extra, ...columns(entries, ['durationMillis', 'offline']) },
  }));
}

function wayPoints(exercise: JsonObject, name: string, extra: JsonObject): readonly Series[] {
  const points = objectsAt(exercise, 'routes', name, 'wayPoints');
  const placed = points.map((entry) => ({
    hour: Math.floor((typeof entry['elapsedMillis'] === 'number' ? entry['elapsedMillis'] : 0) / hourMillis),
    entry,
  }));
  return byHour(placed).map(({ hour, entries }) => ({
    hour,
    type: 'ROUTE',
    part: { ...extra, ...columns(entries, ['elapsedMillis', 'latitude', 'longitude', 'altitude']) },
  }));
}

function byHour(
  placed: readonly { hour: number; entry: JsonObject }[],
): readonly { hour: number; entries: readonly JsonObject[] }[] {
  const hours = Map.groupBy(placed, ({ hour }) => hour);
  return [...hours].flatMap(([hour, entries]) =>
    slices(
      entries.map(({ entry }) => entry),
      mostEntries / 2,
    ).map((slice) => ({ hour, entries: slice })),
  );
}

function slices<Value>(values: readonly Value[], size: number): readonly (readonly Value[])[] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) =>
    values.slice(index * size, (index + 1) * size),
  );
}
