import { type Verdict, verdict } from '#core';
import type { RedisFacts } from '#queue';
import { clockVerdicts } from './clock.ts';
import { faultOf } from './fault.ts';

export interface RedisPorts {
  /** Such as `redis:6379`. */
  readonly host: string;
  readonly facts: () => Promise<RedisFacts>;
  readonly leastVersion: string;
  /** Epoch ms. */
  readonly now: () => number;
}

export async function lookAtRedis({ host, facts, leastVersion, now }: RedisPorts): Promise<readonly Verdict[]> {
  const where = `Redis at ${host} (REDIS_URL)`;
  try {
    const before = now();
    const { at, version, isRecent, isReplica, evictionPolicy } = await facts();
    const wrong = [
      ...(isRecent
        ? []
        : [
            verdict.broken(
              `${where} is version ${version}; allowed: ${leastVersion} or later.`,
              'Upgrade it, or name another server.',
            ),
          ]),
      ...(isReplica
        ? [
            verdict.broken(
              `${where} is a replica: nothing can be written there.`,
              'Name the primary, or an address that follows it.',
            ),
          ]
        : []),
      ...(evictionPolicy === 'noeviction'
        ? []
        : [
            verdict.broken(
              `${where} drops keys when its memory is full: maxmemory-policy is ${evictionPolicy}; allowed: noeviction.`,
              'Set maxmemory-policy to noeviction, or use a Redis of its own: a dropped job is a poll that comes late.',
            ),
          ]),
      ...clockVerdicts(where, { before, at, after: now() }),
    ];
    return wrong.length > 0 ? wrong : [verdict.ok(`Redis ${version} at ${host}.`)];
  } catch (error) {
    return [faultOf(where, error)];
  }
}
