import { MINUTE, utc } from '../calendar.ts';
import type { Body } from '../document/fill.ts';
import { hash, noise } from '../random.ts';
import type { Profile } from './profile.ts';

/** A day of pulse-to-pulse intervals of one device, kept as how many of its minutes have been synced. */
export interface PpiDay {
  readonly athlete: Profile;
  readonly date: string;
  readonly minutes: number;
  /** 2 makes a few thousand samples a day, 56 the eighty thousand that were seen live. */
  readonly perMinute: number;
  readonly modified: number;
}

export const FEW_PER_MINUTE = 2;
export const REAL_PER_MINUTE = 56;

export function ppiDayBody(day: PpiDay, has: (feature: string) => boolean = () => true): Body {
  const { athlete, date, modified } = day;
  const listed = { date, modified: utc(modified) };
  if (!has('samples')) return listed;
  return {
    ...listed,
    ppiSamplesPerDevice: [
      {
        recordingDevice: { uuid: athlete.deviceUuid },
        ppiSamples: samples(day),
        recordingTriggerTypeChanges: [{ triggerType: 'TRIGGER_TYPE_AUTOMATIC', offsetMillis: 0 }],
      },
    ],
  };
}

/** What the ledger keeps of a day. */
export function ppiDaySummary(day: PpiDay): Body {
  const { athlete, date, modified } = day;
  const count = countOf(day);
  const lastOffsetMillis = offsetOf(keyOf(day), count - 1, day.perMinute);
  return { date, uuid: athlete.deviceUuid, modified: utc(modified), count, lastOffsetMillis };
}

function samples(day: PpiDay): readonly Body[] {
  const key = keyOf(day);
  return Array.from({ length: countOf(day) }, (_, index) => {
    const dice = noise(key, index);
    return {
      offsetMillis: offsetOf(key, index, day.perMinute),
      ppInterval: 780 + (dice % 320),
      errorEstimateMillis: dice % 30,
      skinContact: dice % 41 !== 0,
      movement: dice % 7 === 0,
      offline: dice % 3 === 0,
    };
  });
}

function countOf(day: PpiDay): number {
  return day.minutes * day.perMinute;
}

function offsetOf(key: number, index: number, perMinute: number): number {
  const step = Math.floor(MINUTE / perMinute);
  return index * step + (noise(key, 100_000 + index) % step);
}

function keyOf(day: PpiDay): number {
  return hash(`${day.athlete.key}/ppi/${day.date}`);
}
