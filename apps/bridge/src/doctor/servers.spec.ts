import { describe, expect, it } from '@jest/globals';
import type { Verdict } from '#core';
import type { RedisFacts } from '#queue';
import type { ServerFacts } from '#store';
import { lookAtServer } from './database.ts';
import { lookAtRedis } from './redis.ts';

// What the servers of the tests are not: the rest was tried on real ones.
const at = Date.parse('2026-11-27T10:00:00Z');
const now = (): number => at;
const told = (verdicts: readonly Verdict[]) => verdicts.map(({ state, line }) => `${state}: ${line}`);

describe('Redis', () => {
  const fine: RedisFacts = { version: '7.2.4', isRecent: true, isReplica: false, evictionPolicy: 'noeviction', at };
  const look = (facts: Partial<RedisFacts>) =>
    lookAtRedis({ host: 'redis:6379', leastVersion: '6.2.0', now, facts: async () => ({ ...fine, ...facts }) });

  it('that is too old is broken', async () => {
    expect(told(await look({ version: '5.0.14', isRecent: false }))).toEqual([
      'broken: Redis at redis:6379 (REDIS_URL) is version 5.0.14; allowed: 6.2.0 or later.',
    ]);
  });

  it('has all told that is wrong with it', async () => {
    const found = await look({ isReplica: true, evictionPolicy: 'volatile-ttl', at: at + 60_000 });
    expect(told(found)).toEqual([
      expect.stringContaining('is a replica'),
      expect.stringContaining('maxmemory-policy is volatile-ttl'),
      expect.stringContaining('60 s ahead of'),
    ]);
  });
});

describe('PostgreSQL', () => {
  const fine: ServerFacts = {
    version: '18.4',
    major: 18,
    login: 'poller',
    isSuperuser: false,
    isOwner: false,
    isStandby: false,
    at,
  };
  const look = (facts: Partial<ServerFacts>) =>
    lookAtServer({ host: 'db', apps: ['poller'], now, facts: async () => ({ ...fine, ...facts }) });

  it.each<[string, Partial<ServerFacts>, string]>([
    ['right', {}, 'ok: PostgreSQL 18.4 at db, as poller.'],
    [
      'too old',
      { version: '14.2', major: 14 },
      'broken: PostgreSQL at db (DATABASE_URL) is version 14.2; allowed: 15 or later.',
    ],
    [
      'a standby',
      { isStandby: true },
      'broken: PostgreSQL at db (DATABASE_URL) is a standby: nothing can be written there.',
    ],
    [
      'entered by the owner',
      { isOwner: true },
      `warn: The login "poller" of DATABASE_URL owns the tables: nothing keeps the apps from each other's data.`,
    ],
  ])('that is %s', async (_, facts, expected) => {
    expect(told(await look(facts))).toEqual([expected]);
  });
});
