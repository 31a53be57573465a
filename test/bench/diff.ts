/**
 * `npm run bench:diff`: how long it takes from the text of a real-size body to its changes, in `JSON.parse`s of the same
 * text; and what happens to the poller's event loop and memory when sixteen athletes' days of beat-to-beat intervals, of
 * ten megabytes each, come at once. Prints a table and, as its last line, JSON.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startServices } from '../../deploy/local/services/index.ts';
import { Child } from '../../deploy/local/stack/child.ts';
import { commandOf, consent, returnUrl, Stack } from '../../deploy/local/stack/stack.ts';
import { until } from '../../deploy/local/stack/until.ts';
import { memoryOf } from './memory.ts';
import { benchOptions } from './options.ts';
import { startStub } from './stub.ts';
import type { Speed } from './speed-of-diff.ts';

benchOptions({});
const aims = { ratio: 4, loopMs: 150, peakMb: 250 };
const athletes = 16;
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const folder = await mkdtemp(join(tmpdir(), 'accesslink-bridge-bench-'));

try {
  const speeds = await speed();
  const large = await largeBodies();
  report(speeds, large);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function speed(): Promise<readonly Speed[]> {
  const speeds: Speed[] = [];
  const child = new Child({
    name: 'speed',
    args: [...commandOf('poller').filter((arg) => arg.startsWith('--')), join(import.meta.dirname, 'speed-of-diff.ts')],
    env: {},
    logFile: join(folder, 'speed.log'),
    onLine: (line) => {
      const one = JSON.parse(line) as Speed;
      speeds.push(one);
      say(`measured   ${one.name}`);
    },
  });
  child.start();
  await until('the bodies', 300, async () => !child.running);
  child.close();
  if (speeds.length === 0) throw new Error(child.failure ?? 'nothing was measured');
  return speeds;
}

interface Large {
  readonly bodies: number;
  readonly loopMs: number;
  readonly idleMb: number;
  readonly peakMb: number;
}

/** A whole poller: what it fetches at once, it has to hold. */
async function largeBodies(): Promise<Large> {
  const services = await startServices({ progress: say });
  const stub = await startStub();
  const stack = await Stack.prepare({
    services,
    progress: say,
    env: { LOG_LEVEL: 'warn', POLL_CONCURRENCY: String(athletes) },
    tenants: [
      {
        id: 'bench',
        clientId: 'bench',
        clientSecret: 'only-for-the-stub',
        apiUrl: `${stub.url}/v4/data`,
        authUrl: `${stub.url}/oauth`,
        quota: [{ requests: 1_000_000, seconds: 900 }],
        resources: ['ppi-samples'],
        polling: {
          minSeconds: 60,
          maxSeconds: 60,
          backfillDays: 4,
          confirmDeletionSeconds: 3600,
          finaliseSeconds: 86_400,
        },
      },
    ],
  });
  const db = new pg.Client({ connectionString: services.databaseUrl });
  try {
    await db.connect();
    await stack.start('auth');
    for (const name of Array.from({ length: athletes }, (_, index) => `athlete-${index}`))
      await consent(await stack.connectLink('bench', name, returnUrl(stack.authUrl)), name);
    const poller = await stack.start('poller');
    const idle = await memoryOf(poller.child);
    await longestLoopMs(poller.url); // forgets what the start has cost
    await until('all days', 600, async () => {
      const { rows } = await db.query<{ done: string }>(
        "select count(*) as done from outbox where type = 'accesslink.BackfillCompleted.v1'",
      );
      return Number(rows[0]?.done) === athletes;
    });
    const loopMs = await longestLoopMs(poller.url);
    const { peak } = await memoryOf(poller.child);
    const { rows } = await db.query<{ bodies: string }>(
      "select count(*) as bodies from outbox where type = 'accesslink.PpiDayUpdated.v1'",
    );
    const bodies = Number(rows[0]?.bodies);
    return { bodies, loopMs, idleMb: idle.resident, peakMb: peak };
  } finally {
    await db.end().catch(() => undefined);
    await stack.stop();
    await stub.stop();
    await services.stop();
  }
}

/** The longest delay of the event loop since it was last asked for, as the app's own metric has it. */
async function longestLoopMs(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^nodejs_eventloop_lag_max_seconds (\S+)$/m.exec(text)?.[1] ?? Number.NaN) * 1000;
}

function report(speeds: readonly Speed[], large: Large): void {
  const sum = (of: (speed: Speed) => number): number => speeds.reduce((total, one) => total + of(one), 0);
  const ratio = sum(({ fresh }) => fresh) / sum(({ parse }) => parse);
  const knownRatio = sum(({ known }) => known) / sum(({ parse }) => parse);
  const megabytesPerSecond = (sum(({ megabytes }) => megabytes) / sum(({ fresh }) => fresh)) * 1000;
  const header = ['body', 'MB', 'events', 'JSON.parse ms', 'to changes ms', 'MB/s', 'ratio', 'ratio when known'];
  const rows = speeds.map(({ name, megabytes, events, parse, fresh, known }) => [
    name,
    megabytes.toFixed(3),
    String(events),
    parse.toFixed(2),
    fresh.toFixed(2),
    ((megabytes / fresh) * 1000).toFixed(0),
    (fresh / parse).toFixed(2),
    (known / parse).toFixed(2),
  ]);
  const all = ['all', '', '', '', '', megabytesPerSecond.toFixed(0), ratio.toFixed(2), knownRatio.toFixed(2)];
  const lines = [header, ...rows, all].map(([name = '', ...cells]) =>
    [name.padEnd(22), ...cells.map((cell, index) => cell.padStart(header[index + 1]?.length ?? 0))].join('  '),
  );
  process.stdout.write(`\n${lines.join('\n')}\n\naim: all at most ${aims.ratio}\n\n`);
  const { bodies, loopMs, idleMb, peakMb } = large;
  const facts = [
    [
      `${bodies} days of 10 MB, ${athletes} polls at once: longest turn of the event loop`,
      `${loopMs.toFixed(0)} ms`,
      `< ${aims.loopMs} ms`,
    ],
    ['peak memory of the poller meanwhile', `${peakMb.toFixed(0)} MB`, `< ${aims.peakMb} MB`],
    ['its memory before', `${idleMb.toFixed(0)} MB`, ''],
  ];
  process.stdout.write(
    `${facts.map(([what = '', value = '', aim = '']) => `${what.padEnd(76)} ${value.padStart(8)}   ${aim}`).join('\n')}\n\n`,
  );
  process.stdout.write(
    `${JSON.stringify({ ratio: round(ratio), megabytesPerSecond: round(megabytesPerSecond), ratioWhenKnown: round(knownRatio), loopMs: round(loopMs), peakMb: round(peakMb), bodies })}\n`,
  );
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
