import { contentHash, type Json, type JsonObject } from '#core';
import { columns } from './columns.ts';

/** A run of values inside one hour. */
export interface Series {
  readonly hour: number;
  readonly type: string;
  readonly part: JsonObject;
}

/** The series of an hour, or as many of them as one message takes. */
export interface SeriesChunk {
  /** Hours since the start. */
  readonly hour: number;
  /** Counts the chunks of an hour that is too much for one message, from 0. */
  readonly part: number;
  readonly types: readonly string[];
  readonly hash: string;
  readonly series: readonly JsonObject[];
}

/** An entry of a series, and the hour that it falls into. */
export interface Placed {
  readonly hour: number;
  readonly entry: JsonObject;
}

export const hourMillis = 3_600_000;

/** Bytes of series as JSON in one chunk. A broker takes messages of 1 MB, and names, keys and headers come on top. */
const mostBytes = 590_000;
/** Values of one series in one chunk: even as the longest numbers that JSON prints they are below `mostBytes`. */
const mostValues = 10_000;

/** Each hour with all of its types, in as few chunks as fit. */
export function seriesChunks(all: readonly Series[]): readonly SeriesChunk[] {
  const hours = Map.groupBy(all, ({ hour }) => hour);
  return [...hours]
    .toSorted(([a], [b]) => a - b)
    .flatMap(([hour, ofHour]) =>
      fitting(ofHour, Number.POSITIVE_INFINITY).map((ones, part) => {
        const series = ones.map((one) => ({ type: one.type, ...one.part }));
        return { hour, part, types: ones.map(({ type }) => type), hash: contentHash(series), series };
      }),
    );
}

/** Runs of consecutive entries, in order, as long as one message and `most` allow. */
export function fitting<Entry extends object>(
  entries: readonly Entry[],
  most = mostValues,
): readonly (readonly Entry[])[] {
  const runs: Entry[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const entry of entries) {
    const size = JSON.stringify(entry).length + 1;
    if (bytes + size > mostBytes || (runs.at(-1)?.length ?? 0) >= most) {
      runs.push([]);
      bytes = 0;
    }
    runs.at(-1)?.push(entry);
    bytes += size;
  }
  return runs;
}

/** Values by the hours that they fall into, each run with the index of its first value. `hours` must not fall. */
export function valueSeries(
  type: string,
  values: readonly Json[],
  hours: readonly number[],
  extra: JsonObject = {},
): readonly Series[] {
  const runs = Map.groupBy(
    values.map((_, index) => index),
    (index) => hours[index] ?? 0,
  );
  return [...runs].flatMap(([hour, indices]) =>
    slices(indices, mostValues).map((slice) => {
      const startIndex = slice[0] ?? 0;
      return {
        hour,
        type,
        part: { ...extra, startIndex, values: values.slice(startIndex, startIndex + slice.length) },
      };
    }),
  );
}

/**
 * Entries by the hours that they fall into, as columns.
 * @param fields columns that are there even when no entry has them
 */
export function columnSeries(
  type: string,
  placed: readonly Placed[],
  fields: readonly string[],
  extra: JsonObject = {},
): readonly Series[] {
  const hours = Map.groupBy(placed, ({ hour }) => hour);
  return [...hours].flatMap(([hour, ones]) =>
    fitting(ones.map(({ entry }) => entry)).map((entries) => ({
      hour,
      type,
      part: { ...extra, ...columns(entries, fields) },
    })),
  );
}

/** The hours that intervals begin in, when each begins where the one before it ends. */
export function hoursOfIntervals(millis: readonly (Json | undefined)[]): readonly number[] {
  let elapsed = 0;
  return millis.map((duration) => {
    const hour = Math.floor(elapsed / hourMillis);
    elapsed += typeof duration === 'number' ? Math.max(0, duration) : 0;
    return hour;
  });
}

/** Entries in the hours that one of their fields tells, in ms since the start; one without it stays beside the one before. */
export function placedBy(field: string, entries: readonly JsonObject[]): readonly Placed[] {
  let hour = 0;
  return entries.map((entry) => {
    const elapsed = entry[field];
    if (typeof elapsed === 'number') hour = Math.floor(elapsed / hourMillis);
    return { hour, entry };
  });
}

export function slices<Value>(values: readonly Value[], size: number): readonly (readonly Value[])[] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) =>
    values.slice(index * size, (index + 1) * size),
  );
}
