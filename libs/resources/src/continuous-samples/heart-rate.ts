import { contentHash, objectsAt, textAt, type Json, type JsonObject } from '#core';
import { columns } from '../columns.ts';

export interface HourlyChunk {
  /** 0 to 23 (24 on the long day of a time change), counted from local midnight. */
  readonly hour: number;
  readonly count: number;
  readonly hash: string;
  /** Columns of equal length: `offsetMillis` from local midnight, `heartRate` in beats per minute, `triggerType` (one value where all are the same). */
  readonly content: JsonObject;
}

const hourMillis = 3_600_000;

/**
 * Cuts a day's samples into columnar hours.
 * Some samples lack the heart rate or the offset (gap marks, observed live): they keep their place, with null.
 */
export function hourlyChunks(day: JsonObject): readonly HourlyChunk[] {
  const hours = new Map<number, JsonObject[]>();
  let hour = 0;
  for (const sample of objectsAt(day, 'samples')) {
    const offset = sample['offsetMillis'];
    if (typeof offset === 'number') hour = Math.floor(offset / hourMillis);
    const samples = hours.get(hour);
    if (samples === undefined) hours.set(hour, [sample]);
    else samples.push(sample);
  }
  return [...hours]
    .toSorted(([a], [b]) => a - b)
    .map(([index, samples]) => {
      const { triggerType = [], ...others } = columns(samples, ['offsetMillis', 'heartRate', 'triggerType']);
      const series = { ...others, triggerType: column(triggerType) };
      const content = {
        date: textAt(day, 'date') ?? '',
        deviceRef: { deviceId: textAt(day, 'deviceRef', 'deviceId') ?? '' },
        hour: index,
        count: samples.length,
        ...series,
      };
      return { hour: index, count: samples.length, hash: contentHash(series), content };
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
