import { describe, expect, it } from '@jest/globals';
import { createClaim } from './claim.ts';
import type { Row } from './publish.ts';

const limits = { rows: 3, bytes: 1000 };

function row(position: number, bytes = 10): Row {
  return { position, topic: 't', key: 'k', payload: '{}', headers: '{}', bytes };
}

describe('claim', () => {
  it('hands out the rows in order and reads ahead only under a backlog', async () => {
    const asked: number[] = [];
    const claim = createClaim({
      lane: 1,
      position: 4,
      limits: () => limits,
      read: (after) => {
        asked.push(after);
        return Promise.resolve(
          [5, 6, 7, 8]
            .filter((position) => position > after)
            .slice(0, 3)
            .map((position) => row(position)),
        );
      },
    });
    expect((await claim()).map(({ position }) => position)).toEqual([5, 6, 7]);
    expect(asked).toEqual([4, 7]);
    expect((await claim()).map(({ position }) => position)).toEqual([8]);
    expect(asked).toEqual([4, 7]);
    expect(await claim()).toEqual([]);
    expect(asked).toEqual([4, 7, 8]);
  });

  it.each([
    ['at the start', [6, 7]],
    ['in the middle', [5, 7]],
    ['backwards', [5, 5]],
  ])('refuses a gap %s', async (_, positions) => {
    const claim = createClaim({
      lane: 1,
      position: 4,
      limits: () => limits,
      read: () => Promise.resolve(positions.map((at) => row(at))),
    });
    await expect(claim()).rejects.toMatchObject({ code: 'LANE_GAP', disposition: 'bug' });
  });

  it('gives a failed read ahead to whoever wants it', async () => {
    let reads = 0;
    const claim = createClaim({
      lane: 1,
      position: 0,
      limits: () => limits,
      read: () => {
        reads += 1;
        return reads === 1 ? Promise.resolve([row(1, 900)]) : Promise.reject(new Error('gone'));
      },
    });
    await claim();
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    await expect(claim()).rejects.toThrow('gone');
  });
});
