import { HOUR, MINUTE, naive } from '../calendar.ts';
import { fill, type Body } from '../document/fill.ts';
import { hash, noise, random } from '../random.ts';
import type { Profile } from './profile.ts';

/** A day of activity of one device, kept as how many of its minutes have been synced. */
export interface ActivityDay {
  readonly athlete: Profile;
  readonly date: string;
  readonly minutes: number;
}

export function activityDayBody(day: ActivityDay, has: (feature: string) => boolean = () => true): Body {
  const { athlete, date } = day;
  const draw = random(`${athlete.key}/activity/${date}`);
  const brush = { draw, at: 0, local: 0 };
  const { birthday, sex, heightCm, weightKg, restingHeartRate } = athlete;
  const physical = { birthday, sex, height: heightCm, weight: weightKg, restingHeartRate, sleepGoal: 28_800_000 };
  return {
    date,
    ...(has('activity-target') && { target: { minDailyMetGoal: draw.int(300, 900) } }),
    ...(has('physical-information') && {
      physicalInformation: fill('domainsactivityPhysicalInformation', brush, physical),
    }),
    // Observed live: an empty list where the samples were not asked for.
    activitiesPerDevice: has('samples')
      ? [{ deviceReference: { deviceId: athlete.deviceId }, activitySamples: [samples(day)] }]
      : [],
  };
}

/** What the ledger keeps of a day: every minute more changes the number of samples. */
export function activityDaySummary(day: ActivityDay): Body {
  const steps = stepsOf(day);
  return {
    date: day.date,
    deviceId: day.athlete.deviceId,
    count: steps.length,
    steps: steps.reduce((sum, count) => sum + count, 0),
  };
}

function samples(day: ActivityDay): Body {
  const hours = Array.from({ length: Math.ceil(day.minutes / 60) }, (_, hour) => hour);
  const key = keyOf(day);
  return {
    sportInfos: [],
    activityInfos: hours.map((hour) => ({ activityClass: classOf(key, hour), time: clock(hour * HOUR), factor: 1 })),
    inactivityInfos: hours
      .filter((hour) => hour > 7 && noise(key, 5000 + hour) % 9 === 0)
      .map((hour) => ({ time: clock(hour * HOUR) })),
    stepSamples: { startTime: clock(0), interval: MINUTE, steps: stepsOf(day) },
    metSamples: {
      startTime: clock(0),
      interval: MINUTE,
      mets: stepsOf(day).map((steps) => Number((0.9 + steps / 25).toFixed(2))),
    },
  };
}

function stepsOf(day: ActivityDay): readonly number[] {
  const key = keyOf(day);
  return Array.from({ length: day.minutes }, (_, minute) => {
    const isAwake = minute > 6.5 * 60 && minute < 22.5 * 60;
    return isAwake && noise(key, minute >> 3) % 4 === 0 ? noise(key, minute) % 118 : 0;
  });
}

function classOf(key: number, hour: number): string {
  if (hour < 7 || hour > 22) return 'ACTIVITY_CLASS_SLEEP';
  const classes = ['SEDENTARY', 'LIGHT', 'CONTINUOUS_MODERATE', 'INTERMITTENT_MODERATE', 'NON_WEAR'];
  return `ACTIVITY_CLASS_${classes[noise(key, 3000 + hour) % classes.length] ?? 'LIGHT'}`;
}

function keyOf(day: ActivityDay): number {
  return hash(`${day.athlete.key}/activity/${day.date}`);
}

function clock(millis: number): string {
  return naive(millis).slice(11);
}
