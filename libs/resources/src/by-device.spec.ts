import { expect, it } from '@jest/globals';
import { byDevice, restOf } from './by-device.ts';

it('puts the entries of a device together, in their order', () => {
  const entries = [
    { ref: { id: 'A' }, nr: 1 },
    { ref: { id: 'B' }, nr: 2 },
    { ref: { id: 'A' }, nr: 3 },
    { nr: 4 },
    { ref: { id: '' }, nr: 5 },
  ];
  expect(byDevice(entries, 'ref', 'id').map(({ device, entries: ones }) => [device, ones.map(({ nr }) => nr)])).toEqual(
    [
      ['A', [1, 3]],
      ['B', [2]],
      ['unknown', [4, 5]],
    ],
  );
});

it('takes a day without any device for one of an unknown device', () => {
  expect(byDevice([], 'ref', 'id')).toEqual([{ device: 'unknown', entries: [] }]);
});

it('keeps all but the series, of several entries the last word', () => {
  expect(
    restOf(
      [
        { ref: 1, samples: [1], firmware: '1' },
        { ref: 1, samples: [2], firmware: '2' },
      ],
      'samples',
    ),
  ).toEqual({ ref: 1, firmware: '2' });
  expect(restOf([], 'samples')).toEqual({});
});
