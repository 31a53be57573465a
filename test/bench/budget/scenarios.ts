import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Budget, BudgetLane, QuotaWindow } from '#core';
import { laneShares } from '#queue';
import { endless, send, type Times } from './callers.ts';
import { clock, Log } from './log.ts';

/** 15 minutes become 15 s, so a bucket is 42 ms; the longer window stays out of the way. */
const quarter = { requests: 300, seconds: 15 };
const loose = [quarter, { requests: 3000, seconds: 200 }] as const;
/** Both hold somebody back: three quarters of the quarter's pace, in two windows of it. */
const both = [quarter, { requests: 450, seconds: 30 }] as const;

export interface Scenario {
  readonly name: string;
  readonly instances: number;
  readonly lane: BudgetLane;
  readonly quota: readonly QuotaWindow[];
  /** The window whose use is measured: the one that binds. */
  readonly measured: QuotaWindow;
}

const alone = (instances: number, lane: BudgetLane = 'refresh'): Scenario => ({
  name: `${lane}, ${instances} ${instances === 1 ? 'instance' : 'instances'}`,
  instances,
  lane,
  quota: loose,
  measured: quarter,
});

export const scenarios: readonly Scenario[] = [
  alone(1),
  alone(4),
  alone(16),
  { ...alone(4), name: 'refresh, 4 instances, two windows', quota: both, measured: both[1] },
  alone(4, 'hot'),
  alone(4, 'cold'),
];

export interface Result {
  readonly name: string;
  readonly requests: number;
  /** The most in any window, and its limit. */
  readonly fullest: readonly { readonly seconds: number; readonly most: number; readonly limit: number }[];
  readonly over: number;
  readonly times: Times;
}

export interface Use extends Result {
  /** How full the binding window was on average after its first filling: of its limit, and of what the lane may fill. */
  readonly ofWindow: number;
  readonly ofLane: number;
}

export interface Bench {
  /** As many replicas as asked for, with a connection each. */
  readonly budgets: (instances: number) => readonly Budget[];
  readonly quotas: Map<string, readonly QuotaWindow[]>;
  readonly seconds: number;
}

const callers = 64;
const noTimes = (): Times => ({ charged: [], refused: [], unavailable: 0 });

/** 64 callers of one lane, endless demand. */
export async function use(bench: Bench, { name, instances, lane, quota, measured }: Scenario): Promise<Use> {
  const tenant = randomUUID();
  bench.quotas.set(tenant, quota);
  const log = new Log();
  const times = noTimes();
  const from = clock();
  const until = from + bench.seconds * 1000;
  await endless({ budgets: bench.budgets(instances), tenant, lane, callers, until, log, times });
  const length = measured.seconds * 1000;
  const ofWindow = log.mean(length, from + length, until) / measured.requests;
  return { ...resultOf(name, quota, log, times), ofWindow, ofLane: ofWindow / laneShares[lane] };
}

export interface Mixed extends Result {
  /** Urgent requests, which stayed within their floor: asked for, and refused. */
  readonly urgent: { readonly asked: number; readonly refused: number };
  /** Who filled how much of the window while cold polls wanted all, and after they had gone quiet. */
  readonly phases: readonly { readonly name: string; readonly shares: Readonly<Record<string, number>> }[];
}

/**
 * Cold polls, backfill and reconciliation want all that there is, while a few urgent requests come all the time. Half-way
 * the cold polls go quiet.
 */
export async function mixed(bench: Bench): Promise<Mixed> {
  const tenant = randomUUID();
  bench.quotas.set(tenant, loose);
  const budgets = bench.budgets(4);
  const log = new Log();
  const times = noTimes();
  const length = quarter.seconds * 1000;
  const from = clock();
  const until = from + bench.seconds * 1000;
  const quiet = from + (bench.seconds * 1000) / 2;
  const background = { budgets, tenant, log, times };
  const urgent = noTimes();
  await Promise.all([
    endless({ ...background, lane: 'cold', callers: 32, until: quiet }),
    endless({ ...background, lane: 'backfill', callers: 16, until }),
    endless({ ...background, lane: 'reconcile', callers: 16, until }),
    urgently({ budgets, tenant, log, times: urgent, until }),
  ]);
  const shares = (start: number, end: number) =>
    Object.fromEntries(
      (['refresh', 'hot', 'detail', 'warm', 'cold', 'backfill', 'reconcile'] as const).map((lane) => [
        lane,
        log.mean(length, start, end, lane) / quarter.requests,
      ]),
    );
  return {
    ...resultOf('all lanes, 4 instances', loose, log, times),
    urgent: { asked: urgent.charged.length + urgent.refused.length, refused: urgent.refused.length },
    phases: [
      { name: 'cold polls want all', shares: shares(from + length, quiet) },
      // Half a window after the last of the cold polls have left the window.
      { name: 'cold polls are quiet', shares: shares(quiet + 1.5 * length, until) },
    ],
  };
}

/** Four urgent lanes, six requests in any window together: what lies above the cold polls' share for the least of them. */
async function urgently(demand: {
  readonly budgets: readonly Budget[];
  readonly tenant: string;
  readonly log: Log;
  readonly times: Times;
  readonly until: number;
}): Promise<void> {
  const { budgets, tenant, log, times, until } = demand;
  const lanes = ['refresh', 'warm', 'refresh', 'hot', 'refresh', 'detail'] as const;
  for (let turn = 0; clock() < until; turn += 1) {
    const lane = lanes[turn % lanes.length] as BudgetLane;
    await send({ budget: budgets[turn % budgets.length] as Budget, tenant, lane, log, times });
    await sleep((quarter.seconds * 1000) / 5.5);
  }
}

export interface Speed {
  readonly instances: number;
  readonly callsPerSecond: number;
  readonly charged: readonly number[];
  readonly refusalsPerSecond: number;
  readonly refused: readonly number[];
}

/** 64 callers as fast as they can: of a quota that is never used up, and of one that is. */
export async function speed(bench: Bench, instances: number, seconds: number): Promise<Speed> {
  const budgets = bench.budgets(instances);
  const ample = await flatOut(bench, budgets, [{ requests: 100_000_000, seconds: 900 }], seconds);
  const spent = await flatOut(bench, budgets, [{ requests: 1, seconds: 900 }], seconds / 2);
  return {
    instances,
    callsPerSecond: ample.charged.length / seconds,
    charged: ample.charged,
    refusalsPerSecond: spent.refused.length / (seconds / 2),
    refused: spent.refused,
  };
}

async function flatOut(
  { quotas }: Bench,
  budgets: readonly Budget[],
  quota: readonly QuotaWindow[],
  seconds: number,
): Promise<Times> {
  const tenant = randomUUID();
  quotas.set(tenant, quota);
  const times = noTimes();
  const until = clock() + seconds * 1000;
  const one = async (budget: Budget): Promise<void> => {
    while (clock() < until) {
      const asked = performance.now();
      const permit = await budget.charge(tenant, 'refresh').catch(() => undefined);
      (permit === undefined ? times.refused : times.charged).push(performance.now() - asked);
      void permit?.settle();
    }
  };
  await Promise.all(Array.from({ length: callers }, (_, i) => one(budgets[i % budgets.length] as Budget)));
  return times;
}

function resultOf(name: string, quota: readonly QuotaWindow[], log: Log, times: Times): Result {
  const fullest = quota.map(({ requests: limit, seconds }) => ({ seconds, most: log.fullest(seconds * 1000), limit }));
  const over = fullest.reduce((sum, { most, limit }) => sum + Math.max(0, most - limit), 0);
  return { name, requests: log.sent.length, fullest, over, times };
}
