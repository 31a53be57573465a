import { describe, expect, it } from '@jest/globals';
import { misfinalised } from './final-days.ts';
import { record } from './planted.ts';
import type { ReceivedRecord } from './received-record.ts';
import { misindexed } from './sample-index.ts';

const resource = 'continuous-samples';
const identity = ['2026-11-22', 'D'];

const chunk = (sequence: number, hour: number, count: number, columns: object = {}): ReceivedRecord =>
  record(sequence, 'HeartRateDayChunk', '', {
    resource,
    identity: [...identity, String(hour)],
    data: { hour, count, ...columns },
  });

const day = (sequence: number, ...hours: readonly (readonly [hash: string, count: number])[]): ReceivedRecord =>
  record(sequence, 'HeartRateDayUpdated', '', {
    resource,
    identity,
    data: {
      count: hours.reduce((sum, [, count]) => sum + count, 0),
      chunks: hours.map(([hash, count], hour) => ({ hour, count, hash })),
    },
  });

describe('the index of a day', () => {
  const told = [chunk(1, 0, 3), chunk(2, 1, 2), day(3, ['a', 3], ['b', 2]), chunk(4, 1, 4), day(5, ['a', 3], ['c', 4])];

  it('lists what was told', () => {
    expect(misindexed(told)).toEqual([]);
  });

  it.each<[string, readonly ReceivedRecord[], RegExp]>([
    ['a chunk that is lost', told.toSpliced(3, 1), /has a new hash and no chunk/],
    [
      'a chunk that is told without a change',
      [...told.slice(0, 3), chunk(4, 0, 3), day(5, ['a', 3], ['b', 2])],
      /told without a change/,
    ],
    ['a chunk that comes twice', [chunk(0, 0, 3), ...told], /told twice/],
    ['a chunk that no event lists', [...told, chunk(6, 2, 1)], /listed by no event/],
    ['a chunk of another length', told.with(0, chunk(1, 0, 2)), /listed with 3, told with 2/],
    ['a column that is too short', told.with(0, chunk(1, 0, 3, { heartRate: [60, 61] })), /heartRate has not 3 values/],
    [
      'chunks that are not the whole day',
      told.with(2, { ...day(3, ['a', 3], ['b', 2]), data: { ...day(3, ['a', 3], ['b', 2]).data, count: 9 } }),
      /9 samples, 5 in its chunks/,
    ],
  ])('shows %s', (_, records, fault) => {
    expect(misindexed(records)).toEqual([expect.stringMatching(fault)]);
  });
});

describe('a final day', () => {
  const updated = (sequence: number, revision: number) => ({ ...day(sequence), revision });
  const final = (sequence: number, revision: number) => ({
    ...updated(sequence, revision),
    type: 'HeartRateDayFinalized',
  });

  it('is final once per revision', () => {
    expect(misfinalised([updated(1, 1), final(2, 1), updated(3, 2), final(4, 2)])).toEqual([]);
    expect(misfinalised([updated(1, 1), final(2, 1), final(3, 1)])).toEqual([expect.stringMatching(/came again/)]);
  });

  it('is what was told last', () => {
    expect(misfinalised([updated(1, 1), updated(2, 2), final(3, 1)])).toEqual([
      expect.stringMatching(/after revision 2/),
    ]);
  });
});
