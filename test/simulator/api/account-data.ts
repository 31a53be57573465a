import { utc } from '../calendar.ts';
import type { Profile } from '../world/profile.ts';

const BORN = Date.parse('2023-10-01T12:00:00Z');

export function accountData(athlete: Profile): Record<string, unknown> {
  const at = utc(BORN + athlete.serial * 60_000);
  return {
    basicInfo: {
      firstName: athlete.name,
      lastName: 'Simulated',
      email: `${athlete.name}@athlete.example`,
      created: at,
      modified: at,
    },
    localizationSettings: {
      firstDayOfWeek: 'FIRST_DAY_OF_WEEK_MONDAY',
      measurementUnit: 'MEASUREMENT_UNIT_METRIC',
      timezoneOffsetMinutes: athlete.utcOffsetMinutes,
      language: 'en',
    },
    physicalInformation: {
      sex: athlete.sex,
      birthday: athlete.birthday,
      height: athlete.heightCm,
      weight: athlete.weightKg,
      restingHeartRate: athlete.restingHeartRate,
      sleepGoal: '28800000',
      created: at,
      modified: at,
    },
  };
}

/** The documentation's example has every number of this block in a string. */
export function accountAsInExample(account: Record<string, unknown>): Record<string, unknown> {
  const physical = Object.entries(account['physicalInformation'] as object);
  const printed = physical.map(([name, value]) => [name, typeof value === 'number' ? String(value) : value]);
  return { ...account, physicalInformation: Object.fromEntries(printed) };
}
