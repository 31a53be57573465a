import { describe, expect, it } from '@jest/globals';
import { Clock } from './clock.ts';
import { LocalHits, SharedHits } from './hit-counter.ts';
import type { Problem } from './problem.ts';
import { RateLimiter } from './rate-limiter.ts';

class TestClock extends Clock {
  time = 1_000_000;

  override now(): number {
    return this.time;
  }
}

/** How many of `times` requests were let through. */
async function passed(limiter: RateLimiter, ip: string, times: number, kind = 'public'): Promise<number> {
  const tries = await Promise.allSettled(Array.from({ length: times }, () => limiter.hit(kind, { ip })));
  return tries.filter(({ status }) => status === 'fulfilled').length;
}

describe('a rate limit', () => {
  it('lets so many through in a minute, per address and kind, and says when to come back', async () => {
    const clock = new TestClock();
    const limiter = new RateLimiter(new LocalHits(clock), 3);
    expect(await passed(limiter, '192.0.2.1', 5)).toBe(3);
    expect(await passed(limiter, '192.0.2.2', 1)).toBe(1);
    expect(await passed(limiter, '192.0.2.1', 1, 'refused')).toBe(1);
    clock.time += 20_500;
    const refusal = await limiter.hit('public', { ip: '192.0.2.1' }).catch((error: Problem) => error);
    expect(refusal).toMatchObject({ details: { status: 429 }, headers: { 'retry-after': '40' } });
    clock.time += 39_500;
    expect(await passed(limiter, '192.0.2.1', 5)).toBe(3);
  });

  it('takes all addresses of one IPv6 network for one, and a mapped IPv4 address for itself', async () => {
    const limiter = new RateLimiter(new LocalHits(new TestClock()), 2);
    expect(await passed(limiter, '2001:db8::1', 1)).toBe(1);
    expect(await passed(limiter, '2001:db8::ffff:2', 2)).toBe(1);
    expect(await passed(limiter, '2001:db8:0:1::1', 1)).toBe(1);
    expect(await passed(limiter, '192.0.2.1', 1)).toBe(1);
    expect(await passed(limiter, '::ffff:192.0.2.1', 2)).toBe(1);
  });

  it('holds in the process while the shared count cannot be reached', async () => {
    const away = { hit: () => Promise.reject(new Error('gone')) };
    const limiter = new RateLimiter(new SharedHits(away, new LocalHits(new TestClock())), 2);
    expect(await passed(limiter, '192.0.2.1', 5)).toBe(2);
  });

  it('keeps its memory small', async () => {
    const hits = new LocalHits(new TestClock());
    await hits.hit('first', 60_000);
    for (let key = 0; key < 10_000; key += 1) await hits.hit(String(key), 60_000);
    expect((await hits.hit('first', 60_000)).count).toBe(1);
    expect((await hits.hit('9999', 60_000)).count).toBe(2);
  });
});
