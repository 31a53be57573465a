/**
 * `npm run bench:auth [-- --athletes 1000 --replicas 1 --latency 0 --rounds 3 --seconds 3]`: access tokens per second while
 * the stored ones are good, and how 1 000 tokens that run out at the same second are refreshed, with a quota in which the
 * refreshes fit and with one in which they don't. Prints a table and, as its last line, JSON; fails when something was
 * refreshed twice, revoked, or over the quota.
 */
import { createBudget, connectRedis } from '#queue';
import { openDatabase, quotaLedger } from '#store';
import { cold } from './auth/cold.ts';
import { Client, quantile, sustain, type Rate } from './auth/load.ts';
import { faults, numbers, tableOf, type Warm } from './auth/report.ts';
import { internalToken, openWorld, type Quota, type World } from './auth/world.ts';
import { benchOptions } from './options.ts';

const values = benchOptions({
  athletes: { type: 'string', default: '1000' },
  replicas: { type: 'string', default: '1' },
  latency: { type: 'string', default: '0' },
  rounds: { type: 'string', default: '3' },
  seconds: { type: 'string', default: '3' },
});
const athletes = Number(values.athletes);
const day = { requests: 100_000, seconds: 86_400 };
/** What Polar allows, and a fifteenth of its pace: three tenths of what 1 000 athletes need, per window. */
const quotas = {
  ample: [{ requests: 3000, seconds: 900 }, day],
  scarce: [{ requests: Math.ceil(athletes * 0.3), seconds: 20 }, day],
} as const;

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const world = await openWorld({
  athletes,
  replicas: Number(values.replicas),
  latency: Number(values.latency),
  windows: [20, 900, 86_400],
  say,
});
const client = new Client(world.urls, internalToken);
const redis = connectRedis(world.redisUrl);
const db = openDatabase(world.databaseUrl, { pool: 2 });
try {
  await measure(world);
} finally {
  await client.close();
  redis.disconnect();
  await db.destroy();
  await world.stop();
}

async function measure({ connections }: World): Promise<void> {
  const warm = { 16: await warmAt(16, connections), 64: await warmAt(64, connections) };
  const shared = { world, client, budgetOf, polls: 10, say };
  const ample = await cold({ ...shared, quota: quotas.ample, askers: 3 });
  const scarce = await cold({ ...shared, quota: quotas.scarce, askers: 1 });

  const titles = {
    ample: `${athletes} expire at once, ${athletes * 3} ask, quota ${quotaText(quotas.ample)}`,
    scarce: `${athletes} expire at once, ${athletes} ask, quota ${quotaText(quotas.scarce)}`,
  };
  process.stdout.write(
    `\n${tableOf(warm, [
      [titles.ample, ample],
      [titles.scarce, scarce],
    ])}\n\n`,
  );
  const about = { athletes, replicas: Number(values.replicas), latencyMs: Number(values.latency) };
  process.stdout.write(`${JSON.stringify({ ...numbers(warm, ample, scarce), ...about })}\n`);
  const wrong = [...faults('ample', ample, athletes), ...faults('scarce', scarce, athletes)];
  if (wrong.length > 0) throw new Error(wrong.join('; '));
}

/** Rounds alternate between access tokens and the yardstick, since other work makes the machine slow at times. */
async function warmAt(concurrency: number, connections: readonly string[]): Promise<Warm> {
  const tokens: Rate[] = [];
  const yardstick: Rate[] = [];
  let turn = 0;
  for (let round = 1; round <= Number(values.rounds); round += 1) {
    yardstick.push(await sustain(concurrency, Number(values.seconds), () => client.alive()));
    tokens.push(
      await sustain(concurrency, Number(values.seconds), () =>
        client.accessToken(connections[(turn += 1) % connections.length] ?? ''),
      ),
    );
    say(`warm       concurrency ${concurrency}, round ${round}: ${tokens.at(-1)?.perSecond.toFixed(0)} per second`);
  }
  const latencies = tokens.flatMap((rate) => rate.latencies);
  const median = (rates: readonly Rate[]): number =>
    quantile(
      rates.map((rate) => rate.perSecond),
      0.5,
    );
  return {
    perSecond: median(tokens),
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    yardstick: median(yardstick),
    ratio: quantile(
      tokens.map((rate, round) => rate.perSecond / (yardstick[round]?.perSecond ?? Number.NaN)),
      0.5,
    ),
  };
}

function budgetOf(quota: readonly Quota[]) {
  const keyPrefix = 'accesslink-bridge';
  return createBudget({ redis, ledger: quotaLedger(db), quotaOf: () => quota, keyPrefix, now: Date.now });
}

function quotaText([{ requests, seconds }]: readonly [Quota, ...Quota[]]): string {
  return `${requests}/${seconds} s`;
}
