import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHits } from './hits.ts';
import { connectRedis } from './redis.ts';

describe('hits that all processes share', () => {
  let redis: ReturnType<typeof connectRedis>;
  const keyPrefix = `test-${randomUUID()}`;
  beforeAll(async () => {
    // oxlint-disable-next-line node/no-process-env -- an integration test is configured by its environment
    const url = process.env['REDIS_URL'];
    if (url === undefined) throw new Error('REDIS_URL is not set: jest starts the services in its global setup');
    redis = connectRedis(url);
    await redis.ping();
  });
  afterAll(() => redis.disconnect());

  it('are counted together, each key for itself, until the window ends', async () => {
    const [one, other] = [createHits({ redis, keyPrefix }), createHits({ redis, keyPrefix })];
    const hits = await Promise.all([one, other, one, other].map((counter) => counter.hit('a', 60_000)));
    expect(hits.map(({ count }) => count).toSorted()).toEqual([1, 2, 3, 4]);
    for (const { resetMs } of hits) expect(resetMs).toBeGreaterThan(0);
    expect((await one.hit('b', 60_000)).count).toBe(1);
    await redis.pexpire(`${keyPrefix}:hits:a`, 0);
    expect((await one.hit('a', 60_000)).count).toBe(1);
    expect(await redis.pttl(`${keyPrefix}:hits:a`)).toBeGreaterThan(0);
  });

  it('say at once that Redis is away', async () => {
    const away = connectRedis('redis://127.0.0.1:1');
    await expect(createHits({ redis: away, keyPrefix }).hit('a', 60_000)).rejects.toThrow('not connected');
    away.disconnect();
  });
});
