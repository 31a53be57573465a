import { expect, it, jest } from '@jest/globals';
import { patiently } from './patience.ts';

it('waits for work, not longer than it was told to, and for a failure', async () => {
  jest.useFakeTimers();
  await patiently(1000, Promise.resolve());
  await expect(patiently(1000, Promise.reject(new Error('no')))).rejects.toThrow('no');
  const waiting = patiently(1000, new Promise(() => undefined));
  jest.advanceTimersByTime(1000);
  await waiting;
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});
