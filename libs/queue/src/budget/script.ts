import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

/** Runs with the one key of a tenant's state and one JSON argument. */
export type Script = (key: string, input: object) => Promise<unknown>;

/** A Lua script, sent whole only when the server doesn't know it yet. */
export function script(redis: Redis, lua: string): Script {
  const sha = createHash('sha1').update(lua).digest('hex');
  return async (key, input) => {
    const argument = JSON.stringify(input);
    try {
      return await redis.evalsha(sha, 1, key, argument);
    } catch (error) {
      if (error instanceof Error && error.message.startsWith('NOSCRIPT')) return redis.eval(lua, 1, key, argument);
      throw error;
    }
  };
}
