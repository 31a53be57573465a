import { isJsonObject, objectsAt, textAt, without, type Json, type JsonObject } from '#core';
import {
  columnSeries,
  hourMillis,
  hoursOfIntervals,
  placedBy,
  seriesChunks,
  valueSeries,
  type Series,
} from '../series.ts';

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

/** Cuts the series of every exercise into hours since its start, each hour with all of its types, in as few parts as fit. */
export function sampleChunks(session: JsonObject): readonly SampleChunk[] {
  return objectsAt(session, 'exercises').flatMap((exercise, index) =>
    seriesChunks(seriesOf(exercise)).map(({ hour, part, types, hash, series }) => ({
      exercise: index,
      hour,
      part,
      types,
      hash,
      content: {
        session: textAt(session, 'identifier', 'id') ?? '',
        exercise: index,
        exerciseStartTime: textAt(exercise, 'startTime') ?? null,
        hour,
        part,
        series,
      },
    })),
  );
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
  const values: Json | undefined = list['values'];
  const interval = list['intervalMillis'];
  if (!Array.isArray(values)) return [];
  const perHour =
    typeof interval === 'number' && interval > 0 ? Math.max(1, Math.floor(hourMillis / interval)) : values.length;
  const hours = values.map((_: Json, index) => Math.floor(index / perHour));
  return valueSeries(textAt(list, 'type') ?? 'UNKNOWN', values, hours, { ...without(list, 'type'), ...extra });
}

function intervals(beats: readonly JsonObject[], extra: JsonObject): readonly Series[] {
  const hours = hoursOfIntervals(beats.map((beat) => beat['durationMillis']));
  const placed = beats.map((entry, index) => ({ hour: hours[index] ?? 0, entry }));
  return columnSeries('RR', placed, ['durationMillis', 'offline'], extra);
}

function wayPoints(exercise: JsonObject, name: string, extra: JsonObject): readonly Series[] {
  const placed = placedBy('elapsedMillis', objectsAt(exercise, 'routes', name, 'wayPoints'));
  return columnSeries('ROUTE', placed, ['elapsedMillis', 'latitude', 'longitude', 'altitude'], extra);
}
