import { describe, expect, it, jest } from '@jest/globals';
import { createSettlement } from './settle.ts';

describe('settle', () => {
  it('writes the newest position once per interval, and the rest at the end', async () => {
    jest.useFakeTimers();
    try {
      const written: number[] = [];
      const note = (position: number): Promise<boolean> => {
        written.push(position);
        return Promise.resolve(true);
      };
      const settlement = createSettlement({ note, everyMs: 1000, onError: () => undefined });
      settlement.settle(1);
      settlement.settle(2);
      await jest.advanceTimersByTimeAsync(1000);
      expect(written).toEqual([2]);
      settlement.settle(3);
      await settlement.close();
      await jest.advanceTimersByTimeAsync(5000);
      expect(written).toEqual([2, 3]);
    } finally {
      jest.useRealTimers();
    }
  });

  it('tries again after a failure and while the row is locked', async () => {
    jest.useFakeTimers();
    try {
      const errors: unknown[] = [];
      const answers = [Promise.resolve(false), Promise.resolve(true)];
      let calls = 0;
      const note = (): Promise<boolean> => {
        calls += 1;
        return calls === 1 ? Promise.reject(new Error('gone')) : (answers[calls - 2] ?? Promise.resolve(true));
      };
      const settlement = createSettlement({ note, everyMs: 1000, onError: (error) => errors.push(error) });
      settlement.settle(7);
      await jest.advanceTimersByTimeAsync(10_000);
      expect(calls).toBe(3);
      expect(errors).toHaveLength(1);
      await settlement.close();
      expect(calls).toBe(3);
    } finally {
      jest.useRealTimers();
    }
  });
});
