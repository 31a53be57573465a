import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { Waiting } from './waiting.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

it('says what is awaited while nothing else is said, and nothing after it', async () => {
  const lines: string[] = [];
  const waiting = new Waiting((line) => lines.push(line));
  const build = Promise.withResolvers<string>();
  const done = waiting.during('build', build.promise);
  jest.advanceTimersByTime(3000);
  waiting.heard();
  jest.advanceTimersByTime(3000);
  expect(lines).toEqual([]);
  jest.advanceTimersByTime(1000);
  expect(lines).toEqual(['waiting    build 7 s']);
  build.resolve('built');
  await expect(done).resolves.toBe('built');
  expect(jest.getTimerCount()).toBe(0);
});
