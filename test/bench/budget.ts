/**
 * `npm run bench:budget [-- --seconds 60 --speed 4]`: 64 callers on one Redis, as 1, 4 and 16 instances of the budget with a
 * connection each, and the ledger in PostgreSQL. 15 minutes are scaled down to 15 s. How much of the allowed rate is used
 * when demand is endless, by lane; whether any sliding window was ever over, by a log of the requests that the bench keeps;
 * whether shares and floors of the lanes hold; and how fast charges and refusals are. Prints a table and, as its last line,
 * JSON; fails when a window was over or an urgent request was refused.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import pg from 'pg';
import type { Budget, QuotaWindow } from '#core';
import { connectRedis, createBudget } from '#queue';
import { migrate, openDatabase, quotaLedger } from '#store';
import { startServices } from '../../deploy/local/services/index.ts';
import { faults, numbers, tableOf } from './budget/report.ts';
import { mixed, scenarios, speed, use, type Bench, type Speed } from './budget/scenarios.ts';
import { benchOptions } from './options.ts';

const values = benchOptions({ seconds: { type: 'string', default: '60' }, speed: { type: 'string', default: '4' } });
const seconds = Number(values.seconds);
/** Between the beginnings of two tenants (ms). */
const stagger = 2000;
const say = (line: string): void => void process.stderr.write(`${line}\n`);

const services = await startServices({ only: ['postgres', 'redis'], progress: say });
const database = new URL(services.databaseUrl);
database.pathname = `/bench_budget_${process.pid}`;
const connections: Redis[] = [];
try {
  await onServer(`create database ${database.pathname.slice(1)}`);
  const db = openDatabase(database.href);
  try {
    await migrate(db);
    await measure(openBench(quotaLedger(db)));
  } finally {
    await db.destroy();
  }
} finally {
  for (const connection of connections) connection.disconnect();
  await onServer(`drop database if exists ${database.pathname.slice(1)} with (force)`);
  await services.stop();
}

function openBench(ledger: ReturnType<typeof quotaLedger>): Bench {
  const quotas = new Map<string, readonly QuotaWindow[]>();
  const keyPrefix = `bench-${process.pid}`;
  const instances: Budget[] = Array.from({ length: 16 }, () => {
    const redis = connectRedis(services.redisUrl);
    connections.push(redis);
    const quotaOf = (tenant: string) => quotas.get(tenant) ?? [];
    return createBudget({ redis, ledger, quotaOf, keyPrefix, now: Date.now, maxRequestSeconds: 10 });
  });
  return { budgets: (count) => instances.slice(0, count), quotas, seconds };
}

async function measure(bench: Bench): Promise<void> {
  const started = performance.now();
  const ticker = setInterval(() => {
    say(
      `demand     ${((performance.now() - started) / 1000).toFixed(0)} of some ${seconds + (scenarios.length * stagger) / 1000} s`,
    );
  }, 5000);
  // Each is a tenant of its own. They begin one after the other, so that they don't all refill a window at the same moment.
  const running = scenarios.map(async (scenario, nr) => {
    await sleep(nr * stagger);
    return use(bench, scenario);
  });
  const [lanes, ...uses] = await Promise.all([
    sleep(scenarios.length * stagger).then(() => mixed(bench)),
    ...running,
  ]).finally(() => clearInterval(ticker));
  const speeds: Speed[] = [];
  for (const instances of [1, 4, 16]) {
    speeds.push(await speed(bench, instances, Number(values.speed)));
    say(`speed      ${instances} instances: ${speeds.at(-1)?.callsPerSecond.toFixed(0)} charges/s`);
  }
  process.stdout.write(`\n${tableOf(uses, lanes, speeds)}\n\n`);
  const figures = numbers(uses, lanes, speeds);
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  const wrong = faults(figures);
  if (wrong.length > 0) throw new Error(wrong.join('; '));
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: services.databaseUrl });
  await client.connect();
  await client.query(statement);
  await client.end();
}
