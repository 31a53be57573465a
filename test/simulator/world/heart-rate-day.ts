import { hash, noise } from '../random.ts';
import type { Profile } from './profile.ts';

/**
 * A day of continuous heart rate of one device. It is kept as one number: how many of the day's ten-second slots have
 * been synced. Everything else follows from the seed, so a day of 8 640 samples costs nothing until it is asked for.
 */
export interface HeartRateDay {
  readonly athlete: Profile;
  readonly date: string;
  readonly slots: number;
}

export const SLOTS_PER_DAY = 8640;
export const SLOT_MILLIS = 10_000;
const JITTER_MILLIS = 2500;
/** Slots that are worn, or not, together: ten minutes. */
const BLOCK = 60;

export function dayKey(day: Pick<HeartRateDay, 'athlete' | 'date'>): number {
  return hash(`${day.athlete.key}/heart-rate/${day.date}`);
}

/** Samples among the first `slots`: a block in which the watch was off leaves one mark behind. */
export function sampleCount(key: number, slots: number): number {
  let count = 0;
  for (let from = 0; from < slots; from += BLOCK) {
    count += isOff(key, from) ? 1 : Math.min(BLOCK, slots - from);
  }
  return count;
}

/** The day's hash as the provider prints it: a signed 32-bit integer, with equality and no order. */
export function state(day: HeartRateDay): number {
  return hash(`${dayKey(day)}/${sampleCount(dayKey(day), day.slots)}`) | 0;
}

/** Milliseconds from local midnight. */
export function offsetOf(key: number, slot: number): number {
  return Math.max(0, slot * SLOT_MILLIS - (noise(key, slot) % JITTER_MILLIS));
}

export function lastOffset(day: HeartRateDay): number {
  const key = dayKey(day);
  let slot = day.slots - 1;
  if (slot >= 0 && isOff(key, slot)) slot -= slot % BLOCK;
  return offsetOf(key, slot);
}

/** What the ledger keeps of a day: enough to tell which version somebody has seen. */
export function heartRateDaySummary(day: HeartRateDay): Record<string, unknown> {
  return {
    date: day.date,
    deviceId: day.athlete.deviceId,
    state: state(day),
    count: sampleCount(dayKey(day), day.slots),
    lastOffsetMillis: lastOffset(day),
  };
}

export function heartRateDayBody(day: HeartRateDay): Record<string, unknown> {
  return {
    date: day.date,
    deviceRef: { deviceId: day.athlete.deviceId },
    state: state(day),
    samples: samples(day),
  };
}

function samples(day: HeartRateDay): readonly object[] {
  const key = dayKey(day);
  const all: object[] = [];
  for (let slot = 0; slot < day.slots; slot += 1) {
    const off = isOff(key, slot);
    if (off && slot % BLOCK !== 0) continue;
    const offsetMillis = offsetOf(key, slot);
    // Observed live: a zero is left out, so a gap has no heartRate, and the sample at midnight has no offsetMillis.
    const sample: Record<string, unknown> = {};
    if (!off) sample['heartRate'] = beats(day.athlete, key, slot);
    if (offsetMillis > 0) sample['offsetMillis'] = offsetMillis;
    sample['triggerType'] = 'TRIGGER_TIMED_247';
    all.push(sample);
  }
  return all;
}

/** Low at night, higher by day, with a wave of some minutes and noise. */
function beats(athlete: Profile, key: number, slot: number): number {
  const hour = slot / 360;
  const awake = hour < 6.5 || hour > 22.5 ? 0 : 1;
  const wave = Math.sin((slot + (key % 500)) / 40) * (awake === 1 ? 14 : 4);
  return Math.round(athlete.restingHeartRate + 4 + awake * 24 + wave + (noise(key, slot) % 9));
}

function isOff(key: number, slot: number): boolean {
  return noise(key, 1_000_000 + Math.floor(slot / BLOCK)) % 23 === 0;
}
