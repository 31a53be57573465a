import { contentHash, objectsAt, textAt, type Json, type JsonObject } from '#core';
import { HourlyTable } from '../hourly.ts';

export interface HourlyChunk {
  /** 0 to 23 (24 on the long day of a time change), counted from local midnight. */
  readonly hour: number;
  /** Counts the chunks of an hour that is too much for one message, from 0. */
  readonly part: number;
  readonly count: number;
  readonly hash: string;
  /** Columns of equal length: `offsetMillis` from local midnight, `heartRate` in beats per minute, `triggerType` (one value where all are the same). */
  readonly content: JsonObject;
}

/**
 * Cuts a day's samples into columnar hours.
 * Some samples lack the heart rate or the offset (gap marks, observed live): they keep their place, with null.
 */
export function hourlyChunks(day: JsonObject): readonly HourlyChunk[] {
  const table = new HourlyTable(['offsetMillis', 'heartRate', 'triggerType']);
  for (const sample of objectsAt(day, 'samples')) table.add(sample['offsetMillis'], sample);
  return table.all().map(({ hour, part, count, columns }) => {
    const { triggerType = [], ...others } = columns;
    const series = { ...others, triggerType: column(triggerType) };
    const content = {
      date: textAt(day, 'date') ?? '',
      deviceRef: { deviceId: textAt(day, 'deviceRef', 'deviceId') ?? '' },
      hour,
      part,
      count,
      ...series,
    };
    return { hour, part, count, hash: contentHash(series), content };
  });
}

/** One value where all are the same, else the column. */
function column(values: readonly Json[]): Json {
  return values.every((value) => value === values[0]) ? (values[0] ?? null) : values;
}

/** Over the samples that have a heart rate; null where there is none. */
export function statistics(day: JsonObject): JsonObject {
  const samples = objectsAt(day, 'samples');
  const rates = samples.map((sample) => sample['heartRate']).filter((rate) => typeof rate === 'number');
  const offsets = samples.map((sample) => sample['offsetMillis']).filter((offset) => typeof offset === 'number');
  const sum = rates.reduce((total, rate) => total + rate, 0);
  return {
    count: samples.length,
    minHeartRate: rates.length === 0 ? null : rates.reduce((least, rate) => Math.min(least, rate)),
    avgHeartRate: rates.length === 0 ? null : Math.round((sum / rates.length) * 10) / 10,
    maxHeartRate: rates.length === 0 ? null : rates.reduce((most, rate) => Math.max(most, rate)),
    firstOffsetMillis: offsets[0] ?? null,
    lastOffsetMillis: offsets.at(-1) ?? null,
  };
}
