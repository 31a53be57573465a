import { contentHash, objectsAt, without, type JsonObject } from '#core';
import { HourlyTable } from '../hourly.ts';

export interface TemperatureChunk {
  /** Whole hours since the start of the period. */
  readonly hour: number;
  /** Counts the chunks of an hour that is too much for one message, from 0. */
  readonly part: number;
  readonly count: number;
  readonly hash: string;
  /** Columns of equal length, null where a sample lacks the field. */
  readonly columns: JsonObject;
}

/** Samples that stay in the period's own event: a day of one every two minutes. */
const mostInline = 720;

/** @returns none for a period that is short enough to hold its samples itself */
export function sampleChunks(period: JsonObject): readonly TemperatureChunk[] {
  const samples = objectsAt(period, 'temperatureMeasurementSamples');
  if (samples.length <= mostInline) return [];
  const table = new HourlyTable(['recordingTimeDeltaMilliseconds', 'temperatureCelsius']);
  for (const sample of samples) table.add(sample['recordingTimeDeltaMilliseconds'], sample);
  return table
    .all()
    .map(({ hour, part, count, columns }) => ({ hour, part, count, hash: contentHash(columns), columns }));
}

/** The period with its samples, or with the list of the chunks that hold them. */
export function withSamples(period: JsonObject, chunks: readonly TemperatureChunk[]): JsonObject {
  if (chunks.length === 0) return period;
  return {
    ...without(period, 'temperatureMeasurementSamples'),
    chunks: chunks.map(({ hour, part, count, hash }) => ({ hour, part, count, hash })),
  };
}

/** Over the samples that have a temperature; null where there is none. */
export function statistics(period: JsonObject): JsonObject {
  const samples = objectsAt(period, 'temperatureMeasurementSamples');
  const degrees = samples.map((sample) => sample['temperatureCelsius']).filter((value) => typeof value === 'number');
  const sum = degrees.reduce((total, value) => total + value, 0);
  return {
    count: samples.length,
    minTemperatureCelsius: degrees.length === 0 ? null : degrees.reduce((least, value) => Math.min(least, value)),
    avgTemperatureCelsius: degrees.length === 0 ? null : Math.round((sum / degrees.length) * 100) / 100,
    maxTemperatureCelsius: degrees.length === 0 ? null : degrees.reduce((most, value) => Math.max(most, value)),
  };
}
