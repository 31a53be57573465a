import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Gate } from './gate.ts';

describe('Gate', () => {
  it('lets no more through than it should, and everybody in the end', async () => {
    const gate = new Gate(3);
    let running = 0;
    let most = 0;
    const work = async (index: number): Promise<number> => {
      running += 1;
      most = Math.max(most, running);
      await sleep(index % 4);
      running -= 1;
      if (index === 5) throw new Error('five');
      return index;
    };
    const results = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => gate.run(() => work(index))));
    expect(most).toBe(3);
    expect(running).toBe(0);
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    await expect(gate.run(() => Promise.resolve('free'))).resolves.toBe('free');
  });
});
