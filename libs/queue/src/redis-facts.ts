import { RedisConnection } from 'bullmq';
import type { Redis } from 'ioredis';

/** What a Redis server tells of itself. */
export interface RedisFacts {
  /** Such as `7.2.4`. */
  readonly version: string;
  readonly isRecent: boolean;
  /** Whether it follows another server, and nothing can be written. */
  readonly isReplica: boolean;
  /** Its maxmemory-policy: what it does when its memory is full. */
  readonly evictionPolicy: string;
  /** Epoch ms by its clock. */
  readonly at: number;
}

/** The oldest version that the queue works with as it should. */
export const leastRedis: string = RedisConnection.recommendedMinimumVersion;

/** @throws ioredis' ReplyError where the user may not run INFO, which the budget needs, too */
export async function redisFacts(redis: Redis): Promise<RedisFacts> {
  const [info, [seconds, micros]] = await Promise.all([redis.info(), redis.time()]);
  const told = new Map(info.split(/\r?\n/).map((line) => line.split(':', 2) as [string, string | undefined]));
  const version = told.get('redis_version') ?? '0';
  return {
    version,
    isRecent: version.localeCompare(leastRedis, 'en', { numeric: true }) >= 0,
    isReplica: told.get('role') === 'slave',
    evictionPolicy: told.get('maxmemory_policy') ?? 'unknown',
    at: Number(seconds) * 1000 + Number(micros) / 1000,
  };
}
