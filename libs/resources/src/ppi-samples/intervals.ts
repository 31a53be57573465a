import { objectsAt, type Json, type JsonObject, type Steps } from '#core';
import { HourlyTable, type HourlyColumns } from '../hourly.ts';

export interface Intervals {
  /** Counted from the start of the day: 0 to 23, 24 on the long day of a time change. */
  readonly hours: readonly HourlyColumns[];
  /** Of all samples of the day. */
  readonly statistics: JsonObject;
}

const flags = ['skinContact', 'movement', 'offline'] as const;
const fields = ['offsetMillis', 'ppInterval', 'errorEstimateMillis', ...flags];

/** Cuts a device's pulse-to-pulse intervals into columnar hours and counts them, in one pass: a day has some 80 000 (observed live). */
export function* intervalsOf(entries: readonly JsonObject[]): Steps<Intervals> {
  const table = new HourlyTable(fields);
  const tally = new Tally();
  for (const entry of entries) {
    for (const sample of objectsAt(entry, 'ppiSamples')) {
      table.add(sample['offsetMillis'], sample);
      tally.add(sample);
      if (tally.count % samplesPerStep === 0) yield;
    }
  }
  return { hours: table.all(), statistics: tally.statistics() };
}

/** Some milliseconds of work. */
const samplesPerStep = 10_000;

class Tally {
  count = 0;
  #first: number | null = null;
  #last: number | null = null;
  #errors = 0;
  #errorSum = 0;
  readonly #given = flags.map(() => 0);
  readonly #set = flags.map(() => 0);

  add(sample: JsonObject): void {
    this.count += 1;
    const { offsetMillis, errorEstimateMillis } = sample;
    if (typeof offsetMillis === 'number') {
      this.#first ??= offsetMillis;
      this.#last = offsetMillis;
    }
    if (typeof errorEstimateMillis === 'number') {
      this.#errors += 1;
      this.#errorSum += errorEstimateMillis;
    }
    for (let index = 0; index < flags.length; index += 1) {
      const value = sample[flags[index] ?? ''];
      if (typeof value !== 'boolean') continue;
      this.#given[index] = (this.#given[index] ?? 0) + 1;
      if (value) this.#set[index] = (this.#set[index] ?? 0) + 1;
    }
  }

  /** Shares are of the samples that have the flag; null where none has. */
  statistics(): JsonObject {
    return {
      count: this.count,
      firstOffsetMillis: this.#first,
      lastOffsetMillis: this.#last,
      avgErrorEstimateMillis: ratio(this.#errorSum, this.#errors, 10),
      ...Object.fromEntries(
        flags.map((flag, index) => [`${flag}Ratio`, ratio(this.#set[index] ?? 0, this.#given[index] ?? 0, 10_000)]),
      ),
    };
  }
}

function ratio(part: number, whole: number, precision: number): Json {
  return whole === 0 ? null : Math.round((part / whole) * precision) / precision;
}
