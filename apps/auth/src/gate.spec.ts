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
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => gate.run('one', () => work(index))),
    );
    expect(most).toBe(3);
    expect(running).toBe(0);
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    await expect(gate.run('one', () => Promise.resolve('free'))).resolves.toBe('free');
  });

  it('keeps places for others while one kind hangs, and lets the kinds take turns', async () => {
    const gate = new Gate(3, 2);
    const order: string[] = [];
    const release: (() => void)[] = [];
    const hanging = Array.from({ length: 4 }, () =>
      gate.run('slow', () => new Promise<void>((resolve) => release.push(resolve))),
    );
    await gate.run('quick', () => Promise.resolve());
    const quick = ['a', 'b', 'c'].map((name) => gate.run('quick', async () => void order.push(name)));
    const others = ['x', 'y'].map((name) => gate.run('others', async () => void order.push(name)));
    await Promise.all([...quick, ...others]);
    expect(order).toEqual(['a', 'b', 'x', 'c', 'y']);
    while (release.length > 0) {
      release.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(hanging);
  });
});
