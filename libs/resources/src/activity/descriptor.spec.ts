import { expect, it } from '@jest/globals';
import { factsIn } from '#core';
import { descriptor } from './descriptor.ts';

const device = (deviceId: string, steps: readonly number[]) => ({
  deviceReference: { deviceId },
  activitySamples: [{ stepSamples: { startTime: '10:00:00', interval: 60_000, steps } }],
});

const identities = (item: Parameters<typeof descriptor.facts>[0]) =>
  factsIn(descriptor, item, 'detail').map(({ entity, identity }) => [entity, ...identity]);

it('is one day for each device, with the totals of that device', () => {
  const day = { date: '2026-06-14', activitiesPerDevice: [device('A', [1, 2]), device('B', [40])] };
  expect(identities(day)).toEqual([
    ['chunk', '2026-06-14', 'A', '10', '0'],
    ['day', '2026-06-14', 'A'],
    ['chunk', '2026-06-14', 'B', '10', '0'],
    ['day', '2026-06-14', 'B'],
  ]);
  const steps = factsIn(descriptor, day, 'detail').flatMap(({ content }) => content?.['steps'] ?? []);
  expect(steps).toEqual([3, 40]);
});

it('is a day of an unknown device while no device has brought anything but the target', () => {
  const day = { date: '2026-06-14', target: { minDailyMetGoal: 345 }, activitiesPerDevice: [] };
  expect(identities(day)).toEqual([['day', '2026-06-14', 'unknown']]);
  expect(factsIn(descriptor, day, 'detail')[0]?.content).toMatchObject({
    target: { minDailyMetGoal: 345 },
    steps: 0,
  });
});

it('is only a date in the listing', () => {
  expect(factsIn(descriptor, { date: '2026-06-14', activitiesPerDevice: [] }, 'list')).toMatchObject([
    { entity: 'day', identity: ['2026-06-14'], content: null, marker: null },
  ]);
});
