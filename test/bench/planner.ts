/**
 * How fast the planner is: `npm run bench:planner [-- --targets 1000000 --tenants 200 --seconds 700]`.
 *
 * A database with a million poll targets lives through a day that is scaled down to so many seconds: every target falls due
 * at its moment, one in fifty ten times, some of them backfills. `planTick` runs with the real leases and the real budgets,
 * as often as the poller runs it, once with one planner and once with four at the same time; beside it, what was leased is
 * settled in the place of the workers. An account beside the database holds who has which lease: none may be given twice, and
 * at the day's end none may be left over. Prints a table and, as its last line, JSON.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import pg from 'pg';
import { diff, firstSchedule, KnownSnapshots, times, type Budget, type Tenant, type Tick } from '#core';
import { connectRedis, createBudget, createTurn } from '#queue';
import {
  beginPoll,
  dueTargets,
  leaseDue,
  migrate,
  openDatabase,
  quotaLedger,
  record,
  type Database,
  type LeasedTarget,
  type Share,
} from '#store';
import { resources } from '#resources';
import { startServices } from '../../deploy/local/services/index.ts';
import { pauseAfter, planTick, tickMs, type PlannerPorts } from '../../apps/poller/src/planner.ts';
import { RememberedUsage } from '../../apps/poller/src/remembered-usage.ts';
import { benchOptions } from './options.ts';

const values = benchOptions({
  targets: { type: 'string', default: '1000000' },
  tenants: { type: 'string', default: '200' },
  seconds: { type: 'string', default: '700' },
});
const [wanted, tenantCount, seconds] = [Number(values.targets), Number(values.tenants), Number(values.seconds)];
const names = ['training-sessions', 'sleeps', 'nightly-recharge-results', 'continuous-samples'];
/** A poller's with `POLL_CONCURRENCY` 32. */
const capacity = 128;
/** How many polls are settled by one statement: their own cost is measured apart. */
const atOnce = 64;
/** Rows that are given another moment, and written anew, in a millisecond; less than was seen. */
const spreadPerMs = 12;
const leaseSeconds = 60;
const settled = 2000;
const aimMs = 50;

/** As large as those of targets that have been polled for a while. */
const cursor = JSON.stringify({
  listedAt: 1_781_524_800_000,
  listedOn: '2026-06-15',
  wanted: {},
  suspects: {},
  open: { '2026-06-14': 1_781_480_000_000, '2026-06-15': 1_781_524_700_000 },
  readAt: { '2026-06-14': 1_781_480_000_000, '2026-06-15': 1_781_524_700_000 },
  older: { at: 1_781_400_000_000, upTo: '2026-05-01' },
});

const say = (line: string): void => console.error(line);
process.removeAllListeners('warning');
const tenants = Array.from({ length: tenantCount }, (_, index) => tenantOf(`t${index}`));

const services = await startServices({ progress: say });
const name = `bench_planner_${process.pid}`;
const url = new URL(services.databaseUrl);
const redis = connectRedis(services.redisUrl, { name });
try {
  await onServer(`create database ${name}`);
  url.pathname = `/${name}`;
  await run();
} finally {
  redis.disconnect();
  await onServer(`drop database if exists ${name} with (force)`);
  await services.stop();
}

interface Day {
  readonly planners: number;
  readonly ticks: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly leased: number;
  readonly twice: number;
  readonly forgotten: number;
  readonly indexMb: number;
}

async function run(): Promise<void> {
  const db = openDatabase(url.href, { pool: 20 });
  await migrate(db);
  await fill(db);
  const [indexMb, tableMb] = [await indexSize(db), await sizeOf(db, 'pg_table_size')];
  const settle = await settleCost(db);
  const days = [await day(db, 1), await day(db, 4)];
  await db.destroy();
  report({ indexMb, tableMb }, settle, days);
}

async function fill(db: Database): Promise<void> {
  const perTenant = Math.ceil(wanted / tenantCount / names.length);
  for (const [index, { id }] of tenants.entries()) {
    await sql`
      with made as (
        insert into connections (id, tenant, user_reference, scopes, status, lane, enrolled_plan, established_at, updated_at)
        select gen_random_uuid(), ${id}, 'u' || n, '{}', 'active', n % 8, '', now(), now() from generate_series(1, ${perTenant}) n
        returning id
      )
      insert into poll_targets (connection, resource, kind, tenant, next_due, cursor, interval_seconds)
      select id, resource, kind, ${id}, 'infinity', ${cursor}::jsonb, 3600
      from made, unnest(${names}::text[]) resource, unnest(array['live', 'backfill']) kind
      where kind = 'live' or (resource = ${names[0]} and id::text < '05')`.execute(db);
    if (index % 20 === 19) say(`filled     ${index + 1} of ${tenantCount} tenants`);
  }
  await sql`vacuum analyze poll_targets, connections`.execute(db);
}

/**
 * Spreads all targets over the day.
 * @returns when it begins (epoch ms): so late that the spreading is over
 */
async function dawn(db: Database): Promise<number> {
  const started = performance.now();
  const begins = Date.now() + 5000 + wanted / spreadPerMs;
  await sql`
    update poll_targets set lease_token = null, next_due = ${new Date(begins)}::timestamptz + make_interval(secs => ${seconds} * random())`.execute(
    db,
  );
  // To change all rows at once leaves a table of twice the size, which no real day does.
  await sql`vacuum (full, analyze) poll_targets`.execute(db);
  say(`spread     ${wanted} targets over ${seconds} s, in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  if (Date.now() > begins) say('spread     slower than thought: the day begins with what fell due meanwhile');
  return begins;
}

/** What the planners share: the queue, and an account of who has which lease, beside the database. */
interface Account {
  readonly queued: LeasedTarget[];
  readonly held: Set<string>;
  readonly polled: Set<string>;
  readonly durations: number[];
  leased: number;
  twice: number;
}

function enter(account: Account, targets: readonly LeasedTarget[]): void {
  for (const key of targets.map(keyOf)) {
    if (account.held.has(key)) account.twice += 1;
    account.held.add(key);
    account.polled.add(key);
  }
  account.leased += targets.length;
  account.queued.push(...targets);
}

async function day(db: Database, planners: number): Promise<Day> {
  const begins = await dawn(db);
  const { rows: counted } = await sql<{ all: string }>`select count(*) as all from poll_targets`.execute(db);
  const all = Number(counted[0]?.all);
  const budget = createBudget({
    redis,
    ledger: quotaLedger(db),
    quotaOf: () => [{ requests: 1_000_000, seconds: 900 }],
    keyPrefix: `${name}-${planners}`,
    now: () => Date.now(),
  });
  const account: Account = { queued: [], held: new Set(), polled: new Set(), durations: [], leased: 0, twice: 0 };
  const end = begins + (seconds + 5) * 1000;
  await sleep(Math.max(0, begins - Date.now()));
  const progress = setInterval(() => {
    const left = Math.max(0, Math.round((end - Date.now()) / 1000));
    say(`planning   ${account.leased} polls by ${times(planners, 'planner')}, ${left} s left`);
  }, 10_000);
  const plans = Promise.all(Array.from({ length: planners }, () => plan(db, budget, account, end)));
  await Promise.all([plans, work(db, account, end, plans)]);
  clearInterval(progress);
  const { rows } = await sql<{ count: string }>`
    select count(*) from poll_targets where next_due <= now() or lease_token is not null`.execute(db);
  const sorted = account.durations.toSorted((a, b) => a - b);
  return {
    planners,
    ticks: sorted.length,
    p50Ms: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
    leased: account.leased,
    twice: account.twice,
    forgotten: Number(rows[0]?.count ?? 0) + (all - account.polled.size),
    indexMb: await indexSize(db),
  };
}

/** One replica's planner. */
async function plan(db: Database, budget: Budget, account: Account, end: number): Promise<void> {
  const remembered = new RememberedUsage(budget, () => Date.now(), Math.random);
  const ports: PlannerPorts<LeasedTarget> = {
    takeTurn: createTurn({ redis, key: `${name}:planning`, longestMs: 5000, token: randomUUID }),
    tenants: () => tenants,
    budget: remembered,
    enrol: async () => undefined,
    random: Math.random,
    due: (among, most) => dueTargets(db, among, most),
    lease: async (shares: readonly Share[]) => {
      const targets = await leaseDue(db, shares, leaseSeconds);
      remembered.leased(targets);
      return targets;
    },
    queue: {
      add: async (targets) => enter(account, targets),
      waiting: async () => account.queued.length,
    },
  };
  for (;;) {
    const started = performance.now();
    const planned = await planTick(ports, capacity);
    const took = performance.now() - started;
    // An idle one is fast, and would flatter the others.
    if (planned.queued > 0) account.durations.push(took);
    else if (Date.now() > end && (await isAllPolled(db))) return;
    await sleep(pauseAfter(planned, took) ?? tickMs);
  }
}

/** Not while another one plans, or the queue is full: then nothing is queued either. */
async function isAllPolled(db: Database): Promise<boolean> {
  const due = await dueTargets(
    db,
    tenants.map(({ id }) => id),
    1,
  );
  return due.length === 0;
}

/** In the place of all workers, the same for however many planners, until these have ended. */
async function work(db: Database, account: Account, end: number, plans: Promise<unknown>): Promise<void> {
  const day = { isOver: false };
  void plans.finally(() => {
    day.isOver = true;
  });
  while (!day.isOver || account.queued.length > 0) {
    const done = account.queued.splice(0, atOnce);
    if (done.length === 0) await sleep(10);
    else await settleAll(db, done, end, (key) => account.held.delete(key));
  }
}

function keyOf({ connection, resource, kind }: LeasedTarget): string {
  return `${connection} ${resource} ${kind}`;
}

/** One target in fifty is due again in a tenth of the day, the others are done for today. */
async function settleAll(
  db: Database,
  targets: readonly LeasedTarget[],
  end: number,
  done: (key: string) => void,
): Promise<void> {
  if (targets.length === 0) return;
  // Before the statement: once it is committed, another planner may lease it.
  for (const target of targets) done(keyOf(target));
  await sql`
    update poll_targets as target set lease_token = null,
      next_due = case when hashtext(target.connection::text || target.resource) % 50 = 0 and now() + make_interval(secs => ${seconds / 10}) < ${new Date(end - 1000)}
        then now() + make_interval(secs => ${seconds / 10}) else 'infinity' end
    from unnest(${targets.map(({ connection }) => connection)}::uuid[], ${targets.map(({ resource }) => resource)}::text[],
      ${targets.map(({ kind }) => kind)}::text[], ${targets.map(({ leaseToken }) => leaseToken)}::uuid[]) as mine (connection, resource, kind, lease)
    where target.connection = mine.connection and target.resource = mine.resource and target.kind = mine.kind and lease_token = lease`.execute(
    db,
  );
}

/** Of a poll that found nothing, as most do. */
async function settleCost(db: Database): Promise<{ readonly p50Ms: number; readonly p99Ms: number }> {
  await sql`update poll_targets set next_due = now() where tenant = 't0'`.execute(db);
  const leased = await leaseDue(db, [{ tenant: 't0', kind: 'live', most: settled }], 600);
  const durations: number[] = [];
  for (const target of leased) {
    const begun = await beginPoll(db, target, leaseSeconds);
    const resource = resources.find((one) => one.name === target.resource);
    const tenant = tenants[0];
    if (begun === undefined || resource === undefined || tenant === undefined) throw new Error('the lease was lost');
    const { rate, utcOffsetMinutes, establishedOn, ...rest } = begun;
    const tick: Tick = {
      ...rest,
      resource,
      kind: 'live',
      connection: { id: target.connection, tenant: target.tenant, utcOffsetMinutes, establishedOn },
      polling: tenant.polling,
      schedule: { ...firstSchedule(resource, tenant.polling), rate },
      topicPrefix: tenant.topics.prefix,
      keepsState: false,
      leaseToken: target.leaseToken,
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    };
    const changes = diff(tick, new KnownSnapshots([]), []);
    const started = performance.now();
    await record(db, tick, changes, resources);
    durations.push(performance.now() - started);
  }
  const sorted = durations.toSorted((a, b) => a - b);
  return { p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99) };
}

async function indexSize(db: Database): Promise<number> {
  return sizeOf(db, 'pg_indexes_size');
}

/** @returns MB */
async function sizeOf(db: Database, what: 'pg_indexes_size' | 'pg_table_size'): Promise<number> {
  const { rows } = await sql<{ size: string }>`select ${sql.ref(what)}('poll_targets') as size`.execute(db);
  return Number(rows[0]?.size ?? 0) / 1e6;
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

function report(
  { indexMb, tableMb }: { readonly indexMb: number; readonly tableMb: number },
  settle: { readonly p50Ms: number; readonly p99Ms: number },
  days: readonly Day[],
): void {
  console.log(
    `\n${wanted} poll targets of ${tenantCount} tenants; table ${tableMb.toFixed(0)} MB, indexes ${indexMb.toFixed(0)} MB before`,
  );
  console.log(
    `settling a poll that found nothing: p50 ${settle.p50Ms.toFixed(2)} ms, p99 ${settle.p99Ms.toFixed(2)} ms\n`,
  );
  console.log('planners  ticks   tick p50  tick p99   leased   twice  forgotten  indexes');
  for (const one of days) {
    console.log(
      [
        String(one.planners).padEnd(9),
        String(one.ticks).padEnd(7),
        `${one.p50Ms.toFixed(1)} ms`.padStart(8),
        `${one.p99Ms.toFixed(1)} ms`.padStart(9),
        String(one.leased).padStart(8),
        String(one.twice).padStart(7),
        String(one.forgotten).padStart(10),
        `${one.indexMb.toFixed(0)} MB`.padStart(8),
      ].join(' '),
    );
  }
  const p99Ms = Math.max(...days.map((one) => one.p99Ms));
  console.log(`\naim: p99 of a tick that leases under ${aimMs} ms: ${p99Ms < aimMs ? 'met' : 'missed'}`);
  const sum = (of: (one: Day) => number): number => days.reduce((total, one) => total + of(one), 0);
  console.log(
    JSON.stringify({
      p99Ms,
      twice: sum(({ twice }) => twice),
      forgotten: sum(({ forgotten }) => forgotten),
      settle,
      indexMb,
      tableMb,
      days,
    }),
  );
}

function tenantOf(id: string): Tenant {
  return {
    id,
    name: id,
    paused: false,
    polar: { clientId: id, clientSecret: 'none', apiUrl: 'http://127.0.0.1:1', authUrl: 'http://127.0.0.1:1' },
    quota: [{ requests: 1_000_000, seconds: 900 }],
    returnUrls: [],
    resources: 'all',
    polling: {
      minSeconds: 300,
      maxSeconds: 43_200,
      backfillDays: 0,
      confirmDeletionSeconds: 3600,
      finaliseSeconds: 86_400,
    },
    topics: { prefix: `polar.${id}`, partitions: 1, replication: 1, retentionHours: 1, state: false },
  };
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: services.databaseUrl });
  await client.connect();
  await client.query(statement);
  await client.end();
}
