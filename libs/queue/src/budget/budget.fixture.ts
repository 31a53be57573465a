import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { QuotaLedger, QuotaWindow } from '#core';
import type { Redis } from 'ioredis';
import { connectRedis } from '../redis.ts';
import { createState } from './state.ts';
import { toWindows } from './windows.ts';

/** The time between the first and the last moment at which the provider may have counted a request. */
export interface Sent {
  readonly start: number;
  readonly end: number;
}

export function testRedis(): Redis {
  // oxlint-disable-next-line node/no-process-env -- an integration test is configured by its environment
  const url = process.env['REDIS_URL'];
  if (url === undefined) throw new Error('REDIS_URL is not set: run this through npm run test:integration');
  return connectRedis(url);
}

export interface MemoryLedger extends QuotaLedger {
  readonly minutes: Map<number, number>;
  /** Replaced by tests that want something to happen in between. */
  onAdd: () => Promise<void>;
  onSince: () => Promise<void>;
}

/** Keeps one tenant's minutes; what was added is there once `add` has resolved. `onSince` runs after the reading. */
export function memoryLedger(): MemoryLedger {
  const minutes = new Map<number, number>();
  const ledger: MemoryLedger = {
    minutes,
    onAdd: async () => {},
    onSince: async () => {},
    async add(_tenant, minute, requests) {
      await ledger.onAdd();
      minutes.set(minute, (minutes.get(minute) ?? 0) + requests);
    },
    async since(_tenant, from) {
      const read = [...minutes]
        .filter(([minute]) => minute >= from)
        .map(([minute, requests]) => ({ minute, requests }));
      await ledger.onSince();
      return read;
    },
  };
  return ledger;
}

/** Takes a while before and after each effect, as a database does. */
export function slowLedger(mostMs: number): MemoryLedger {
  const ledger = memoryLedger();
  const pause = () => delay(Math.random() * mostMs);
  return {
    ...ledger,
    add: async (...args) => {
      await pause();
      await ledger.add(...args);
      await pause();
    },
    since: async (...args) => {
      await pause();
      const read = await ledger.since(...args);
      await pause();
      return read;
    },
  };
}

/** The scripts run on a clock that the test moves, so that a day takes no time. */
export async function virtualBudget(redis: Redis, quota: readonly QuotaWindow[], holdSeconds: number) {
  const tenant = randomUUID();
  const keyPrefix = 'test-budget';
  const key = `{${keyPrefix}:${tenant}}`;
  const hold = holdSeconds * 1000;
  const clock = "local function clock() return tonumber(redis.call('GET', KEYS[1] .. ':now')) end\n";
  let now = 1_800_000_000_123;
  const state = createState({ redis, keyPrefix, hold, now: () => now, clock });
  const ledger = memoryLedger();
  const windows = toWindows(quota);
  await redis.set(`${key}:now`, now);

  return {
    tenant,
    key,
    windows,
    ledger,
    parts: {
      state,
      ledger,
      hold,
      windowsOf: () => windows,
      stopwatch: () => {
        const began = now;
        return () => now - began;
      },
    },
    now: () => now,
    async setNow(time: number) {
      now = time;
      await redis.set(`${key}:now`, time);
    },
    /** What a restart without a disk does. */
    lose: () => redis.del(key),
    clean: () => redis.del(key, `${key}:now`),
  };
}

/** The most requests that one window of `length` ms can hold, wherever in its interval the provider counted each. */
export function fullest(sent: readonly Sent[], length: number): number {
  return Math.max(0, ...sent.map(({ start }) => countAt(sent, start, length)));
}

/** The most that the window of `length` ms that ends at `time` can hold. */
export function countAt(sent: readonly Sent[], time: number, length: number): number {
  return sent.filter(({ start, end }) => start <= time && end >= time - length).length;
}
