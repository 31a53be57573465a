import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';

// One script: a counter whose end was not set would count for ever.
const script = `
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return { count, redis.call('PTTL', KEYS[1]) }`;

/** A count that comes later than this helps nobody who waits for an answer. */
const patienceMs = 250;

/** Counts that all processes share, in windows that begin with the first hit. */
export function createHits({ redis, keyPrefix }: { readonly redis: Redis; readonly keyPrefix: string }) {
  return {
    /** @throws at once when Redis is away, and when it takes longer than a quarter of a second */
    async hit(key: string, windowMs: number): Promise<{ readonly count: number; readonly resetMs: number }> {
      if (redis.status !== 'ready') throw new Error('Redis is not connected');
      const patience = new AbortController();
      try {
        const answer = await Promise.race([
          redis.eval(script, 1, `${keyPrefix}:hits:${key}`, windowMs),
          sleep(patienceMs, undefined, { signal: patience.signal }),
        ]);
        if (!Array.isArray(answer)) throw new Error('Redis does not answer in time');
        const [count, resetMs] = answer as [number, number];
        return { count, resetMs };
      } finally {
        patience.abort();
      }
    },
  };
}
