import { HOUR, midnight, naive, utc } from '../calendar.ts';
import { random } from '../random.ts';
import type { Profile } from './profile.ts';

/** A night's recovery. It is written by the same computation as the sleep score: `modified` is that score's, to the ms. */
export interface Recharge {
  readonly athlete: Profile;
  /** `sleepResultDate`. */
  readonly date: string;
  readonly created: number;
  readonly modified: number;
  readonly turn: number;
}

const TIPS = [
  'Consider reserving more time for sleep in your schedule.',
  'Keep your diet healthy, and take a moment for yourself for relaxing.',
  'You can train today, even if you might feel that you are not 100% up for it.',
];

export function rechargeBody(
  recharge: Recharge,
  has: (feature: string) => boolean = () => true,
): Record<string, unknown> {
  const { athlete, date, turn } = recharge;
  const draw = random(`${athlete.key}/recharge/${date}/${turn}`);
  const body: Record<string, unknown> = {
    created: utc(recharge.created),
    modified: utc(recharge.modified),
    ansStatus: draw.float(-15.7, 15.7, 4),
    recoveryIndicator: draw.int(1, 6),
    recoveryIndicatorSubLevel: draw.int(0, 100),
    ansRate: draw.int(1, 5),
    meanNightlyRecoveryRri: draw.int(800, 1300),
    meanNightlyRecoveryRmssd: draw.int(20, 110),
    meanNightlyRecoveryRespirationInterval: draw.int(3400, 4800),
    // Observed live: a baseline that is not there yet is 0.
    meanBaselineRri: draw.chance(0.1) ? 0 : draw.int(800, 1300),
    sdBaselineRri: draw.int(20, 80),
    meanBaselineRmssd: draw.int(20, 110),
    sdBaselineRmssd: draw.int(4, 20),
    meanBaselineRespirationInterval: draw.int(3400, 4800),
    sdBaselineRespirationInterval: draw.int(60, 300),
    sleepResultDate: date,
  };
  if (draw.chance(0.7)) body['sleepTip'] = draw.pick(TIPS);
  if (draw.chance(0.7)) body['vitalityTip'] = draw.pick(TIPS);
  body['exerciseTip'] = draw.pick(TIPS);
  if (has('samples')) Object.assign(body, samples(athlete, date));
  return body;
}

/** Four hours from shortly after the sleep began; the two intervals really differ by a second. */
function samples(athlete: Profile, date: string) {
  const draw = random(`${athlete.key}/recharge/${date}/samples`);
  const startTime = naive(midnight(date) + HOUR + draw.int(0, 3_600_000));
  const series = (min: number, max: number) =>
    Array.from({ length: 48 }, () => (draw.chance(0.04) ? 0 : draw.float(min, max, 1)));
  return {
    hrvSamples: [{ startTime, sampleInterval: '301s', hrvValues: series(25, 110) }],
    breathingRateSamples: [{ startTime, sampleInterval: '300s', breathingRateValues: series(11, 18) }],
  };
}
