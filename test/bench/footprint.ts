/**
 * How much room it takes: `npm run bench:footprint [-- --athletes 40 --days 30 --tenants 1000 --each 10000]`.
 *
 * Athletes of the simulator are connected, and all of their resources are listed and backfilled for so many days by the real
 * services. Then what each table, its indexes and the tenant's key in Redis hold is counted, without dead rows, and told per
 * athlete and per athlete and day. From that, what so many tenants with so many athletes each would hold. Prints a table and,
 * as its last line, JSON.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { connectRedis } from '#queue';
import { freePort } from '../../deploy/local/services/port.ts';
import { startServices } from '../../deploy/local/services/index.ts';
import { startSimulatedProvider } from '../../deploy/local/stack/simulated-provider.ts';
import { consent, returnUrl, Stack } from '../../deploy/local/stack/stack.ts';
import { until } from '../../deploy/local/stack/until.ts';
import { benchOptions } from './options.ts';

const values = benchOptions({
  athletes: { type: 'string', default: '40' },
  days: { type: 'string', default: '30' },
  tenants: { type: 'string', default: '1000' },
  each: { type: 'string', default: '10000' },
});
const [athletes, days] = [Number(values.athletes), Number(values.days)];
const [tenants, each] = [Number(values.tenants), Number(values.each)];
/** As long as the provider's own, and open: the tenant's key has a count for each bucket of both. */
const windows = [
  { requests: 10_000_000, seconds: 900 },
  { requests: 10_000_000, seconds: 86_400 },
];
/** What grows with the days; the others grow with athletes, or with tenants and time alone. */
const byDay = new Set(['snapshots', 'outbox']);
const byAthlete = new Set(['connections', 'credentials', 'poll_targets']);

interface Size {
  readonly table: string;
  readonly rows: number;
  readonly bytes: number;
  readonly indexes: number;
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const cleanups: (() => Promise<unknown>)[] = [];
try {
  report(await measure());
} finally {
  for (const cleanup of cleanups.toReversed()) await cleanup().catch(say);
}

interface Held {
  readonly sizes: readonly Size[];
  readonly budget: { readonly fields: number; readonly bytes: number };
}

async function measure(): Promise<Held> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-footprint-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  const services = await startServices({ progress: say });
  cleanups.push(() => services.stop());
  const authPort = await freePort();
  const redirect = `http://127.0.0.1:${authPort}/oauth/callback`;
  const provider = await startSimulatedProvider({
    folder,
    args: Object.entries({
      seed: 'footprint',
      athletes: String(athletes),
      days: String(days),
      quota: windows.map(({ requests, seconds }) => `${requests}/${seconds}`).join(','),
      client: `bench:only-for-this-bench:${redirect}`,
      switches: JSON.stringify({ auto_consent: true }),
    }).flatMap(([name, value]) => [`--${name}`, value]),
  });
  cleanups.push(() => provider.stop());
  const stack = await Stack.prepare({
    services,
    authPort,
    progress: say,
    env: { LOG_LEVEL: 'warn' },
    tenants: [
      {
        id: 'bench',
        clientId: 'bench',
        clientSecret: 'only-for-this-bench',
        apiUrl: provider.apiUrl,
        authUrl: provider.authUrl,
        quota: windows,
        polling: { minSeconds: 60, maxSeconds: 3600, backfillDays: days },
      },
    ],
  });
  cleanups.push(() => stack.stop());
  const db = new pg.Pool({ connectionString: services.databaseUrl, max: 2 });
  cleanups.push(() => db.end());
  const redis = connectRedis(services.redisUrl);
  cleanups.push(async () => redis.disconnect());

  // As after a day of requests: the budget counts them by minute.
  await db.query(
    `insert into quota_ledger (tenant, minute, requests)
     select 'bench', minute, 70 from generate_series(0, 1439) as ago, lateral (
       select floor(extract(epoch from now()) / 60)::bigint - ago as minute) as its`,
  );
  await Promise.all([stack.start('auth'), stack.start('publisher')]);
  const { athletes: people } = (await provider.control('GET', '/athletes')) as { athletes: { name: string }[] };
  for (const { name } of people) await consent(await stack.connectLink('bench', name, returnUrl(stack.authUrl)), name);
  say(`connected  ${athletes} athletes`);
  await stack.start('poller');
  await allTold(db);
  await stack.stop();
  await db.query('vacuum full analyze');
  const { rows: sizes } = await db.query<Size>(
    `select coalesce(pg_partition_root(oid), oid)::regclass::text as "table", sum(reltuples)::float8 as rows,
       sum(pg_table_size(oid))::float8 as bytes, sum(pg_indexes_size(oid))::float8 as indexes
     from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and reltuples > 0
     group by 1 order by bytes desc`,
  );
  return { sizes, budget: await largestOf(redis) };
}

/** Waits until every backfill has ended, and nothing is left that was not polled. */
async function allTold(db: pg.Pool): Promise<void> {
  let said = 0;
  await until('every first listing and backfill', 1800, async () => {
    const { rows } = await db.query<{ ended: string; unpolled: string; events: string }>(
      `select count(*) filter (where type = 'accesslink.BackfillCompleted.v1') as ended, count(*) as events,
         (select count(*) from poll_targets where last_polled_at is null and suspended is null) as unpolled
       from outbox`,
    );
    const { ended, unpolled, events } = rows[0] ?? { ended: '', unpolled: '', events: '' };
    if (Date.now() - said > 10_000) {
      said = Date.now();
      say(`telling    ${events} events, ${ended} of ${athletes} backfills have ended`);
    }
    return Number(ended) === athletes && unpolled === '0';
  });
}

/** The tenant's budget is one key and by far the largest. */
async function largestOf(redis: ReturnType<typeof connectRedis>): Promise<Held['budget']> {
  let largest = { fields: 0, bytes: 0 };
  for (const key of await redis.keys('{*')) {
    const bytes = Number((await redis.memory('USAGE', key, 'SAMPLES', 0)) ?? 0);
    if (bytes > largest.bytes && (await redis.type(key)) === 'hash') largest = { fields: await redis.hlen(key), bytes };
  }
  return largest;
}

function report({ sizes, budget }: Held): void {
  const part = (name: string): number => athletes * (byDay.has(name) ? days : 1);
  const perAthlete = sizes.filter(({ table }) => byDay.has(table) || byAthlete.has(table));
  const people = tenants * each;
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(0)} GB`;
  const lines = [
    ['', 'rows', 'bytes', 'of indexes', `${people.toLocaleString('en')} athletes`],
    ...perAthlete.map(({ table, rows, bytes, indexes }) => [
      `${table}, per athlete${byDay.has(table) ? ' and day' : ''}`,
      (rows / part(table)).toFixed(1),
      ((bytes + indexes) / part(table)).toFixed(0),
      (indexes / part(table)).toFixed(0),
      `${gigabytes(((bytes + indexes) / part(table)) * people)}${byDay.has(table) ? ' a day' : ''}`,
    ]),
    [
      'fields of a budget in Redis, per tenant',
      String(budget.fields),
      String(budget.bytes),
      '',
      `${((budget.bytes * tenants) / 1e6).toFixed(0)} MB`,
    ],
  ];
  const width = [38, 8, 10, 12, 22];
  process.stdout.write(
    `\n${lines.map((cells) => cells.map((cell, i) => (i === 0 ? cell.padEnd(width[0] ?? 0) : cell.padStart(width[i] ?? 0))).join('')).join('\n')}\n\n`,
  );
  process.stdout.write(
    `${JSON.stringify({
      athletes,
      days,
      ...Object.fromEntries(
        perAthlete.map(({ table, rows, bytes, indexes }) => [
          table,
          {
            rows: Number((rows / part(table)).toFixed(2)),
            bytes: Math.round((bytes + indexes) / part(table)),
            indexes: Math.round(indexes / part(table)),
          },
        ]),
      ),
      budget,
    })}\n`,
  );
}
