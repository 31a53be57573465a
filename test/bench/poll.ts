/**
 * `npm run bench:poll`: polls per second through plan, fetch, diff, record against a local stub that sets no limit, and
 * the resident memory of each app with 10 000 connections. Prints a table and, as its last line, JSON.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startServices } from '../../deploy/local/services/index.ts';
import { consent, returnUrl, Stack } from '../../deploy/local/stack/stack.ts';
import { until } from '../../deploy/local/stack/until.ts';
import { memoryOf } from './memory.ts';
import { startStub } from './stub.ts';
import { benchOptions } from './options.ts';

const values = benchOptions({ connections: { type: 'string' }, seconds: { type: 'string' } });
const connections = Number(values.connections ?? 10_000);
const measuredSeconds = Number(values.seconds ?? 30);
const tenant = 'bench';
const aims = { pollsPerSecond: 300, rssMb: 200 };

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const services = await startServices({ progress: say });
const stub = await startStub();
const stack = await Stack.prepare({
  services,
  progress: say,
  env: { LOG_LEVEL: 'warn' },
  tenants: [
    {
      id: tenant,
      clientId: 'bench',
      clientSecret: 'only-for-the-stub',
      apiUrl: `${stub.url}/v4/data`,
      authUrl: `${stub.url}/oauth`,
      quota: [{ requests: 10_000_000, seconds: 900 }],
      resources: ['training-sessions', 'sleeps', 'nightly-recharge-results', 'continuous-samples'],
      polling: { minSeconds: 1, maxSeconds: 1, backfillDays: 0, confirmDeletionSeconds: 3600, finaliseSeconds: 86_400 },
    },
  ],
});
const db = new pg.Client({ connectionString: services.databaseUrl });
try {
  await measure();
} finally {
  await db.end().catch(() => undefined);
  await stack.stop();
  await stub.stop();
  await services.stop();
}

async function measure(): Promise<void> {
  await db.connect();
  const [auth, publisher] = await Promise.all([stack.start('auth'), stack.start('publisher')]);
  await connectAll();
  const poller = await stack.start('poller');

  const first = await firstPass();
  await fetch(`${stub.url}/changing`);
  const steady = await pollsDuring(poller.url, measuredSeconds);
  const rss = {
    auth: (await memoryOf(auth.child)).resident,
    poller: (await memoryOf(poller.child)).resident,
    publisher: (await memoryOf(publisher.child)).resident,
  };

  const rows = [
    ['polls per second, steady', steady.polls.toFixed(0), `>= ${aims.pollsPerSecond}`],
    ['of them with events', steady.changed.toFixed(0), ''],
    ['polls per second, first pass, all is new', first.toFixed(0), ''],
    ...Object.entries(rss).map(([app, mb]) => [
      `resident memory of ${app}, ${connections} connections`,
      `${mb.toFixed(0)} MB`,
      `< ${aims.rssMb} MB`,
    ]),
  ];
  process.stdout.write(
    `\n${rows.map(([what = '', value = '', aim = '']) => `${what.padEnd(52)} ${value.padStart(10)}   ${aim}`).join('\n')}\n\n`,
  );
  process.stdout.write(
    `${JSON.stringify({ pollsPerSecond: Math.round(steady.polls), changedPerSecond: Math.round(steady.changed), firstPassPerSecond: Math.round(first), connections, rssMb: Object.fromEntries(Object.entries(rss).map(([app, mb]) => [app, Math.round(mb)])) })}\n`,
  );
}

/** Every connection comes about as in production: link, consent, callback, code exchange, sealed tokens. */
async function connectAll(): Promise<void> {
  let next = 0;
  let done = 0;
  const one = async (): Promise<void> => {
    while (next < connections) {
      const name = `athlete-${next++}`;
      await consent(await stack.connectLink(tenant, name, returnUrl(stack.authUrl)), name);
      done += 1;
      if (done % 1000 === 0) say(`connected  ${done} of ${connections}`);
    }
  };
  await Promise.all(Array.from({ length: 16 }, one));
}

/** @returns polls per second until every target was polled once */
async function firstPass(): Promise<number> {
  const start = performance.now();
  let told = 0;
  await until('the first pass', 1800, async () => {
    const { rows } = await db.query<{ polled: string; targets: string }>(
      'select count(last_polled_at) as polled, count(*) as targets from poll_targets',
    );
    const [polled, targets] = [Number(rows[0]?.polled), Number(rows[0]?.targets)];
    if (performance.now() - told > 10_000) {
      told = performance.now();
      say(`first pass ${polled} of ${connections * 4} targets`);
    }
    await sleep(500);
    return targets === connections * 4 && polled === targets;
  });
  return (connections * 4) / ((performance.now() - start) / 1000);
}

async function pollsDuring(
  url: string,
  seconds: number,
): Promise<{ readonly polls: number; readonly changed: number }> {
  const before = await counts(url);
  const start = performance.now();
  await sleep(seconds * 1000);
  const after = await counts(url);
  const elapsed = (performance.now() - start) / 1000;
  return { polls: (after.polls - before.polls) / elapsed, changed: (after.changed - before.changed) / elapsed };
}

async function counts(url: string): Promise<{ readonly polls: number; readonly changed: number }> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith('bridge_polls_total{'));
  const sum = (outcomes: RegExp): number =>
    lines.filter((line) => outcomes.test(line)).reduce((total, line) => total + Number(line.split(' ').at(-1)), 0);
  return { polls: sum(/outcome="(changed|unchanged)"/), changed: sum(/outcome="changed"/) };
}
