import { setTimeout as sleep } from 'node:timers/promises';
import type { Budget } from '#core';
import { quantile, type Client } from './load.ts';
import { perSecond, Poller, type Served } from './poller.ts';
import { tenant, type Quota, type World } from './world.ts';

export interface ColdOptions {
  readonly world: World;
  readonly client: Client;
  readonly budgetOf: (quota: readonly Quota[]) => Budget;
  readonly quota: readonly Quota[];
  /** How many ask for each athlete's token at once. */
  readonly askers: number;
  /** How many requests the poller beside it wants to send per second. */
  readonly polls: number;
  readonly say: (line: string) => void;
}

export interface ColdResult {
  readonly seconds: number;
  /** Athletes with new tokens per second. */
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly refreshes: number;
  /** Athletes with more than one refresh at a time. */
  readonly concurrent: number;
  readonly revoked: number;
  /** Answers that asked to wait. */
  readonly waits: number;
  /** Of each window of the quota: the most that the provider saw in it, as a part of what is allowed. */
  readonly worstWindows: readonly string[];
  readonly isOver: boolean;
  readonly pollerBefore: number;
  readonly pollerMeanwhile: number;
}

/** All tokens run out at the same second, and everybody asks for new ones, beside a poller that is at work. */
export async function cold(options: ColdOptions): Promise<ColdResult> {
  const { world, client, quota, askers, polls, say } = options;
  await world.restartWith(quota);
  const [first = ''] = world.connections;
  // Only this athlete's token is good: the poller uses it for all.
  const { accessToken = '' } = await client.accessToken(first);
  const budget = options.budgetOf(quota);
  const url = `${world.apiUrl}/user/account-data`;
  const poller = new Poller({ budget, tenant, url, accessToken, perSecond: polls });
  await sleep(5_000);
  const before = poller.lap();
  await world.expireAll();
  const { seconds, latencies, waits } = await askAll(client, world.connections, askers, say);
  const meanwhile = poller.lap();
  await poller.stop();
  return {
    ...(await verdict(world, quota)),
    ...summary(seconds, latencies, world.connections.length, before, meanwhile),
    waits,
  };
}

async function askAll(client: Client, connections: readonly string[], askers: number, say: (line: string) => void) {
  const start = performance.now();
  const latencies: number[] = [];
  let waits = 0;
  let told = start;
  const one = async (connection: string): Promise<void> => {
    for (;;) {
      const { status, retryAfter } = await client.accessToken(connection);
      if (status === 200) break;
      if (status !== 503 || retryAfter === undefined) throw new Error(`an answer was ${status}`);
      waits += 1;
      await sleep(retryAfter * 1000);
    }
    latencies.push(performance.now() - start);
    if (performance.now() - told < 2000) return;
    told = performance.now();
    say(`served     ${latencies.length} of ${connections.length * askers} requests, ${waits} were told to wait`);
  };
  await Promise.all(connections.flatMap((connection) => Array.from({ length: askers }, () => one(connection))));
  return { seconds: (performance.now() - start) / 1000, latencies, waits };
}

const summary = (
  seconds: number,
  latencies: readonly number[],
  athletes: number,
  before: Served,
  meanwhile: Served,
) => ({
  seconds,
  perSecond: athletes / seconds,
  p50Ms: quantile(latencies, 0.5),
  p99Ms: quantile(latencies, 0.99),
  pollerBefore: perSecond(before),
  pollerMeanwhile: perSecond(meanwhile),
});

async function verdict({ db, counts }: World, quota: readonly Quota[]) {
  const { windows, tokenRequestsByGrant, concurrentRefreshes } = await counts();
  const { rows } = await db.query(`select 1 from connections where kind = 'athlete' and status != 'active'`);
  const worst = quota.map(({ requests, seconds }) => {
    const seen = windows.find((window) => window.seconds === seconds)?.withTokenRequests;
    if (seen === undefined) throw new Error(`the provider counts no window of ${seconds} s`);
    return { seen, requests, seconds };
  });
  return {
    refreshes: tokenRequestsByGrant['refresh_token'] ?? 0,
    concurrent: Object.keys(concurrentRefreshes).length,
    revoked: rows.length,
    worstWindows: worst.map(({ seen, requests, seconds }) => `${seen} of ${requests} in ${seconds} s`),
    isOver: worst.some(({ seen, requests }) => seen > requests),
  };
}
