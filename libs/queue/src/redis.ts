import { Redis } from 'ioredis';

export interface RedisOptions {
  /** Shown in Redis's CLIENT LIST. */
  readonly name?: string;
  /** Told about a lost connection; it comes back by itself. */
  readonly onError?: (error: Error) => void;
  /** How long an answer may take, in ms, before the connection counts as lost; 5 s if not given. */
  readonly longestSilenceMs?: number;
}

/**
 * A connection for short commands. A command waits for the first connection, but fails at once when an established
 * one breaks, and is never sent twice: the budget's scripts count on it. (BullMQ's workers want the opposite, so they
 * open connections of their own.)
 * @param url `redis://` or `rediss://` (TLS)
 */
export function connectRedis(url: string, { name, onError, longestSilenceMs = 5_000 }: RedisOptions = {}): Redis {
  const redis = new Redis(url, {
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: longestSilenceMs,
    // A command that is given up leaves the connection as it is, and if the other end has gone, so would all that follow.
    socketTimeout: longestSilenceMs,
    connectTimeout: 5_000,
    keepAlive: 10_000,
    retryStrategy: (attempt) => Math.min(50 * 2 ** attempt, 2_000),
    ...(name === undefined ? {} : { connectionName: name }),
  });
  redis.on('error', (error: Error) => onError?.(error));
  return redis;
}
