import { describe, expect, it } from '@jest/globals';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { refusalsOf } from '#platform';
import { NewReplay } from './replays.dto.ts';

const refusals = (types: readonly string[]): ReturnType<typeof refusalsOf> => {
  const wanted = { types, from: '2026-11-20T00:00:00Z', to: '2026-11-21T00:00:00Z' };
  return refusalsOf(validateSync(plainToInstance(NewReplay, wanted)));
};

describe('a request for a replay', () => {
  it('takes types of resources, of connections and of the polling', () => {
    expect(refusals(['SleepScored', 'ConsentRevoked', 'SyncStalled', 'DeviceSynced'])).toEqual([]);
  });

  it.each(['SleepScore', 'accesslink.SleepScored.v1', 'sleepscored', ''])('refuses %j and lists all types', (type) => {
    expect(refusals(['SleepScored', type])).toEqual([
      {
        path: 'types',
        allowed: expect.stringMatching(/^one of AccessTokenRefreshFailed, .*, SleepScored, .*, WeightRecorded$/),
      },
    ]);
  });
});
