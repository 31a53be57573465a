import { expect, it } from '@jest/globals';
import { factsIn } from '#core';
import { descriptor } from './descriptor.ts';
import fixture from './fixture.json' with { type: 'json' };
import { hourlyChunks } from './heart-rate.ts';

it('has the contents and hashes that it has had from the first version on', () => {
  const deviceRef = { deviceId: 'AB12CD34' };
  expect(hourlyChunks(fixture.body.heartRateSamplesPerDay[0] ?? {})).toEqual([
    {
      hour: 0,
      part: 0,
      count: 3,
      hash: 'c1:AdaSym7EffssT8CsMFmMsK',
      content: {
        date: '2026-06-14',
        deviceRef,
        hour: 0,
        part: 0,
        count: 3,
        offsetMillis: [4000, 14_000, 24_000],
        heartRate: [51, 52, null],
        triggerType: ['TRIGGER_TIMED_247', 'TRIGGER_TIMED_247', 'TRIGGER_UNKNOWN'],
      },
    },
    {
      hour: 7,
      part: 0,
      count: 2,
      hash: 'c1:NwwgIt3jvlhQenY6pac4up',
      content: {
        date: '2026-06-14',
        deviceRef,
        hour: 7,
        part: 0,
        count: 2,
        offsetMillis: [25_204_000, null],
        heartRate: [104, 98],
        triggerType: 'TRIGGER_HIGH_247',
      },
    },
  ]);
});

it('gives the second part of an hour a place of its own', () => {
  const samples = Array.from({ length: 20_000 }, (_, index) => ({ offsetMillis: index, heartRate: 60.5 + index / 7 }));
  const facts = factsIn(descriptor, { date: '2026-06-14', deviceRef: { deviceId: 'A' }, samples }, 'list');
  expect(facts.map(({ identity }) => identity)).toEqual([
    ['2026-06-14', 'A', '0', '0'],
    ['2026-06-14', 'A', '0', '1'],
    ['2026-06-14', 'A'],
  ]);
});
