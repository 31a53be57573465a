import { randomUUID } from 'node:crypto';
import { afterAll, expect, it } from '@jest/globals';
import { testRedis } from './budget/budget.fixture.ts';
import { createTurn } from './turn.ts';

const redis = testRedis();
afterAll(() => redis.disconnect());

function twoOf(): {
  readonly key: string;
  readonly first: ReturnType<typeof createTurn>;
  readonly second: ReturnType<typeof createTurn>;
} {
  const key = `test-turn:${randomUUID()}`;
  const of = () => createTurn({ redis, key, longestMs: 10_000, token: randomUUID });
  return { key, first: of(), second: of() };
}

it('is one process’s at a time, until it ends', async () => {
  const { first, second } = twoOf();
  const end = await first();
  expect(end).toBeDefined();
  expect(await second()).toBeUndefined();
  expect(await first()).toBeUndefined();
  await end?.();
  const next = await second();
  expect(next).toBeDefined();
  await next?.();
});

it('ends by itself when its process has gone, and is not ended by one that comes back', async () => {
  const { key, first, second } = twoOf();
  const late = await first();
  expect(await redis.pttl(key)).toBeGreaterThan(0);
  expect(await redis.pttl(key)).toBeLessThanOrEqual(10_000);
  await redis.del(key);
  const end = await second();
  await late?.();
  expect(await first()).toBeUndefined();
  await end?.();
  expect(await redis.exists(key)).toBe(0);
});
