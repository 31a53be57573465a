import { objectsAt, without, type Json, type JsonObject } from '#core';
import {
  columnSeries,
  hoursOfIntervals,
  placedBy,
  seriesChunks,
  valueSeries,
  type Series,
  type SeriesChunk,
} from '../series.ts';

/** What `samples` is asked for. */
const seriesFields = ['rrSamples', 'samples', 'qualityMeasurements'] as const;

/**
 * Cuts the series of a test into hours: `RR` intervals in ms, `ECG` with its times in ms since `startTime`, and `ECG_QUALITY`
 * with its in ms since `testTime` (documented).
 */
export function sampleChunks(result: JsonObject): readonly SeriesChunk[] {
  return seriesChunks(seriesFields.flatMap((field) => seriesOf(result, field)));
}

/** The result without the lists that `sampleChunks` cuts. */
export function withoutSeries(result: JsonObject): JsonObject {
  return without(result, ...seriesFields.filter((field) => isSeries(result, field)));
}

function seriesOf(result: JsonObject, field: (typeof seriesFields)[number]): readonly Series[] {
  const list = result[field];
  if (!Array.isArray(list) || !isSeries(result, field)) return [];
  if (field === 'rrSamples') return valueSeries('RR', list, hoursOfIntervals(list as readonly Json[]));
  const [type, column] = field === 'samples' ? ['ECG', 'amplitudeMv'] : ['ECG_QUALITY', 'qualityLevel'];
  const time = 'recordingTimeDeltaMs';
  return columnSeries(type, placedBy(time, objectsAt(result, field)), [time, column]);
}

/** A list of anything else than the documentation says stays where it is. */
function isSeries(result: JsonObject, field: (typeof seriesFields)[number]): boolean {
  const list = result[field];
  return Array.isArray(list) && (field === 'rrSamples' || objectsAt(result, field).length === list.length);
}
