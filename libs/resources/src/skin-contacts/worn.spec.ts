import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { wornSeconds } from './worn.ts';

const period = (...changes: readonly (readonly [number, boolean])[]) => ({
  startTime: '2026-06-14T07:00:00',
  stopTime: '2026-06-14T12:00:00',
  skinContactChanges: changes.map(([at, skinContact]) => ({ recordingTimeDeltaMilliseconds: String(at), skinContact })),
});

it('is the time from each contact to the next change, or to the end', () => {
  expect(wornSeconds(period([0, true], [7_200_000, false], [8_100_000, true]))).toBe(17_100);
  expect(wornSeconds(period([0, false]))).toBe(0);
});

it('is not known without any change', () => {
  expect(wornSeconds(period())).toBeNull();
});

it('is never below zero nor above the period, whatever order the changes come in', () => {
  const changes = fc.array(fc.tuple(fc.nat({ max: 18_000_000 }), fc.boolean()), { minLength: 1 });
  fc.assert(
    fc.property(changes, (list) => {
      const worn = wornSeconds(period(...list)) ?? -1;
      expect(worn).toBeGreaterThanOrEqual(0);
      expect(worn).toBeLessThanOrEqual(18_000);
      const unique = [...new Map(list)];
      expect(wornSeconds(period(...unique.toReversed()))).toBe(wornSeconds(period(...unique)));
    }),
  );
});
