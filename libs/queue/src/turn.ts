import type { Redis } from 'ioredis';

export interface TurnOptions {
  readonly redis: Redis;
  readonly key: string;
  /** A turn that nobody ends, since its process has gone, is over after so long. */
  readonly longestMs: number;
  /** Another one each time, on every process. */
  readonly token: () => string;
}

/** Ends the turn, unless it was over and is another one's by now. */
export type EndTurn = () => Promise<void>;

// Only one's own: by now it may be somebody else's turn.
const end = `if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`;

/**
 * Lets one process at a time do what several need not do at once. It saves work and is no lock: after `longestMs` two may
 * be at it, and must not harm each other.
 * @returns takes the turn, or says undefined while another process has it
 */
export function createTurn({
  redis,
  key,
  longestMs,
  token: newToken,
}: TurnOptions): () => Promise<EndTurn | undefined> {
  return async () => {
    const token = newToken();
    if ((await redis.set(key, token, 'PX', longestMs, 'NX')) === null) return undefined;
    return async () => {
      // A turn that can't be ended is over by itself.
      await redis.eval(end, 1, key, token).catch(() => undefined);
    };
  };
}
