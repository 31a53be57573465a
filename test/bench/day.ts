/**
 * `npm run bench:day [-- --athletes 200 --seconds 900]`: a day of many athletes, scaled down to 15 minutes, on the real
 * services and against the simulator. Change rates, quota windows and pauses are scaled by the same factor; dates are the
 * real ones. A first such day warms up, the second one counts: how long a change waits for its event at a consumer, beside
 * what the pure scheduler makes of the same athletes on a clock of its own. Prints a table and, as its last line, JSON.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { learnHistory } from '#core';
import { freePort } from '../../deploy/local/services/port.ts';
import { startServices } from '../../deploy/local/services/index.ts';
import { startSimulatedProvider, type SimulatedProvider } from '../../deploy/local/stack/simulated-provider.ts';
import { consent, returnUrl, Stack } from '../../deploy/local/stack/stack.ts';
import { until } from '../../deploy/local/stack/until.ts';
import { readTopics } from '../e2e/read-topics.ts';
import { receivedRecord } from '../integration/received-record.ts';
import { Changes } from './freshness/changes.ts';
import { DelayLog } from './freshness/delays.ts';
import { learned } from './freshness/learned.ts';
import { historyDays, simulate } from './freshness/simulate.ts';
import { worldOf } from './freshness/world.ts';
import { benchOptions } from './options.ts';

const values = benchOptions({
  athletes: { type: 'string', default: '200' },
  seconds: { type: 'string', default: '900' },
});
const athletes = Number(values.athletes);
/** How long a day takes. */
const daySeconds = Number(values.seconds);
const aim = 0.1;
const seed = 20_261_127;
const resource = 'training-sessions';
const [warmUp, counted] = [1, 1];

/** As if the provider's quota were shared by 10 000 athletes. */
const requestsPerDay = athletes * 10;
const shortSeconds = Math.ceil((900 / 86_400) * daySeconds);
const limits = {
  day: requestsPerDay,
  shortDays: shortSeconds / daySeconds,
  minutes: Math.round(2.88 * requestsPerDay * (shortSeconds / daySeconds)),
};
const [minSeconds, maxSeconds] = [Math.ceil(daySeconds / 288), Math.ceil(daySeconds / 2)];
const world = worldOf({ athletes, sigma: 0.5, shape: 'flat' }, seed);
const say = (line: string): void => void process.stderr.write(`${line}\n`);

interface Measured {
  readonly delays: ReturnType<DelayLog['statistics']>;
  readonly changes: number;
  readonly missing: number;
  readonly refused: number;
  readonly requestsOfTheDay: number;
  readonly mostInShort: number;
}

const folder = await mkdtemp(join(tmpdir(), 'bench-day-'));
const services = await startServices({ progress: say });
const cleanups: (() => Promise<unknown>)[] = [
  () => rm(folder, { recursive: true, force: true }),
  () => services.stop(),
];
try {
  report(await live(), predicted());
} finally {
  for (const cleanup of cleanups.toReversed()) await cleanup();
}

/** The same athletes, quota and pauses, on a clock of their own; many days, so that chance has no say. */
function predicted(): ReturnType<typeof simulate> {
  const guards = { shortest: minSeconds / daySeconds, longest: maxSeconds / daySeconds };
  const policy = learned(world, { guards, isSeeded: true, limits });
  return simulate(world, policy, { warmUp, counted: 30, seed, fetch: 'look', limits });
}

async function live(): Promise<Measured> {
  const authPort = await freePort();
  const provider = await startProvider(authPort);
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
        quota: [
          { requests: limits.minutes, seconds: shortSeconds },
          { requests: limits.day, seconds: daySeconds },
        ],
        resources: [resource],
        // New sessions begin up to three days ago.
        polling: { minSeconds, maxSeconds, backfillDays: 5, confirmDeletionSeconds: 3600, finaliseSeconds: 86_400 },
      },
    ],
  });
  cleanups.push(() => stack.stop());
  const db = new pg.Pool({ connectionString: services.databaseUrl, max: 2 });
  cleanups.push(() => db.end());

  const names = await connectAll(stack, provider);
  await stack.start('publisher');
  const first = await stack.start('poller', 'poller-1');
  await until('every first listing and backfill', 600, async () => {
    const { rows } = await db.query<{ listed: string; all: string }>(
      "select count(*) filter (where cursor ? 'listedOn') as listed, count(*) as all from poll_targets",
    );
    return Number(rows[0]?.listed) === athletes && Number(rows[0]?.all) === athletes;
  });
  await first.child.kill();
  await teachHistory(db, names);

  const seen = new Map<string, number>();
  const stopReading = await readTopics({
    brokers: services.kafkaBrokers,
    prefix: 'polar.bench.',
    chunks: 'names',
    onMessage: (message) => {
      const { type, identity } = receivedRecord(message);
      const [session] = identity;
      if (type === 'SessionRecorded' && session !== undefined && !seen.has(session)) seen.set(session, Date.now());
    },
  });
  cleanups.push(stopReading);
  await stack.start('poller', 'poller-2');

  const start = Date.now();
  const made = await happen(provider, names, start);
  await until('the last events', daySeconds, async () => made.every(({ session }) => seen.has(session))).catch(say);
  const delays = new DelayLog({ warmUp, counted });
  const inDays = (at: number): number => (at - start) / (daySeconds * 1000);
  for (const { session, at } of made) {
    const arrived = seen.get(session);
    if (arrived !== undefined) delays.add(inDays(at), inDays(arrived) - inDays(at));
  }
  const { clients } = (await provider.control('GET', '/requests')) as { readonly clients: readonly Counts[] };
  const [counts] = clients;
  const spent = await db.query<{ sum: string }>('select sum(requests) from spendings');
  say(`the poller noted ${spent.rows[0]?.sum} requests, the provider ${counts?.total}`);
  return {
    delays: delays.statistics(),
    changes: made.filter(({ at }) => inDays(at) >= warmUp).length,
    missing: made.filter(({ session }) => !seen.has(session)).length,
    refused: counts?.refused ?? Number.NaN,
    requestsOfTheDay: counts?.windows[1]?.maxInAnyWindow ?? Number.NaN,
    mostInShort: counts?.windows[0]?.maxInAnyWindow ?? Number.NaN,
  };
}

interface Counts {
  readonly total: number;
  readonly refused: number;
  readonly windows: readonly { readonly maxInAnyWindow: number }[];
}

function startProvider(authPort: number): Promise<SimulatedProvider> {
  const redirect = `http://127.0.0.1:${authPort}/oauth/callback`;
  const quota = `${limits.minutes}/${shortSeconds},${limits.day}/${daySeconds}`;
  const switches = { auto_consent: true, rate_window: 'sliding', expires_in: 43_199, mix: { 'session-new': 1 } };
  const args = ['--seed', 'day', '--athletes', String(athletes), '--days', '1', '--quota', quota];
  return startSimulatedProvider({
    folder,
    args: [...args, '--client', `bench:only-for-this-bench:${redirect}`, '--switches', JSON.stringify(switches)],
  });
}

async function connectAll(stack: Stack, provider: SimulatedProvider): Promise<readonly string[]> {
  await stack.start('auth');
  const { athletes: people } = (await provider.control('GET', '/athletes')) as { athletes: { name: string }[] };
  const names = people.map(({ name }) => name);
  for (const [index, name] of names.entries()) {
    // Codes are exchanged within the quota too.
    await until(`the consent of ${name}`, 4 * shortSeconds, async () =>
      consent(await stack.connectLink('bench', name, returnUrl(stack.authUrl)), name),
    );
    if (index % 50 === 49) say(`connected  ${index + 1} of ${athletes}`);
  }
  return names;
}

/** What first listings would have taught if the past had been as fast as what is to come. */
async function teachHistory(db: pg.Pool, names: readonly string[]): Promise<void> {
  const past = new Changes(world, seed + 2);
  const scale = daySeconds / 86_400;
  for (const [athlete, name] of names.entries()) {
    const ages = past.between(athlete, -historyDays, 0).map((at) => -at);
    const { changes, days } = learnHistory(ages, historyDays);
    await db.query(
      `update poll_targets set seen_changes = $1, seen_days = $2, next_due = at,
         interval_seconds = ceil(extract(epoch from at) - (cursor ->> 'listedAt')::float8 / 1000)
       from connections, (select now() + make_interval(secs => random() * $3) as at) as soon
       where connections.id = connection and user_reference = $4`,
      [changes, days * scale, daySeconds / 10, name],
    );
  }
  // The pace was set by rates of another world.
  await db.query('delete from paces');
}

interface Made {
  readonly session: string;
  readonly at: number;
}

/** Lets the changes of the days happen when they are to. */
async function happen(provider: SimulatedProvider, names: readonly string[], start: number): Promise<readonly Made[]> {
  const drawn = new Changes(world, seed + 3);
  const plan = names
    .flatMap((name, athlete) => drawn.between(athlete, 0, warmUp + counted).map((at) => ({ name, at })))
    .toSorted((a, b) => a.at - b.at);
  const made: Made[] = [];
  let said = 0;
  for (const { name, at } of plan) {
    await sleep(Math.max(0, start + at * daySeconds * 1000 - Date.now()));
    const now = Date.now();
    const body = { athlete: name, fact: 'session-new' };
    const { entries } = (await provider.control('POST', '/step', body)) as { entries: { identity: string[] }[] };
    const [session] = entries[0]?.identity ?? [];
    if (session !== undefined) made.push({ session, at: now });
    if (now - said > 60_000) {
      said = now;
      say(`living     day ${at.toFixed(2)} of ${warmUp + counted}, ${made.length} of ${plan.length} changes`);
    }
  }
  if (made.length < plan.length) say(`${plan.length - made.length} changes had no room in their athlete's day`);
  return made;
}

function report(measured: Measured, simulated: ReturnType<typeof simulate>): void {
  const seconds = (hours: number): string => ((hours * daySeconds) / 24).toFixed(1);
  const rows = [
    ['', 'mean s', 'p50 s', 'p95 s', 'p99 s'],
    ...[['on the real services', measured.delays] as const, ['on a clock of its own', simulated] as const].map(
      ([name, { mean, p50, p95, p99 }]) => [name, ...[mean, p50, p95, p99].map(seconds)],
    ),
  ];
  const ratio = measured.delays.mean / simulated.mean;
  const { changes, missing, refused, requestsOfTheDay, mostInShort } = measured;
  process.stdout.write(
    `\n${rows.map(([name = '', ...cells]) => [name.padEnd(24), ...cells.map((cell) => cell.padStart(8))].join(' ')).join('\n')}\n\n`,
  );
  process.stdout.write(
    `${changes} changes counted, ${missing} without an event; ${refused} requests refused; most in any ${shortSeconds} s ${mostInShort} of ${limits.minutes}, ` +
      `in any ${daySeconds} s ${requestsOfTheDay} of ${limits.day}\n` +
      `aim: nothing refused, and the mean within ${aim * 100} % of the pure scheduler's: ${refused === 0 && Math.abs(ratio - 1) <= aim ? 'met' : 'missed'}\n\n`,
  );
  process.stdout.write(
    `${JSON.stringify({
      ratio: Number(ratio.toFixed(4)),
      refused,
      missing,
      changes,
      meanSeconds: Number(seconds(measured.delays.mean)),
      predictedSeconds: Number(seconds(simulated.mean)),
      mostInShort,
      requestsOfTheDay,
    })}\n`,
  );
}
