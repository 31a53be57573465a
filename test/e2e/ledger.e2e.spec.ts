import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../deploy/local/services/port.ts';
import { startServices, type Services } from '../../deploy/local/services/index.ts';
import type { Child } from '../../deploy/local/stack/child.ts';
import { startSimulatedProvider, type SimulatedProvider } from '../../deploy/local/stack/simulated-provider.ts';
import { consent, returnUrl, Stack } from '../../deploy/local/stack/stack.ts';
import { until } from '../../deploy/local/stack/until.ts';
import { readTopics } from './read-topics.ts';
import { compareWithLedger, exact, type Comparison } from '../integration/ledger-comparison.ts';
import { expectations } from '../integration/expectations.ts';
import { itemKey, type LedgerEntry } from '../integration/ledger-entry.ts';
import { distinct, receivedRecord, type ReceivedRecord } from '../integration/received-record.ts';
import { versionOf } from '../integration/versions.ts';

/**
 * The promises P1, P2 and P6 on real services: processes are killed at random moments, Redis is flushed, broker and
 * database are restarted, and in the end the consumer's events are the simulator's ledger.
 */
const athletes = 20;
const chaosSeconds = 180;
const killsPerApp = 10;
/** Enough for a day at the pace of the test: less would be stretched over the day. */
const quota = [
  { requests: 15_000, seconds: 900 },
  { requests: 1_500_000, seconds: 86_400 },
];

interface Running {
  readonly child: Child;
  readonly url: string;
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);

describe('every change is one event', () => {
  const records: ReceivedRecord[] = [];
  const cleanups: (() => Promise<unknown>)[] = [];
  let services: Services;
  let simulator: SimulatedProvider;
  let stack: Stack;

  beforeAll(async () => {
    services = await startServices({ ways: ['local'], progress: say });
    cleanups.unshift(() => services.stop());
    const authPort = await freePort();
    stack = await Stack.prepare({
      services,
      authPort,
      progress: say,
      env: { LEASE_SECONDS: '10', LOG_LEVEL: 'info' },
      tenants: [
        {
          id: 'acme',
          clientId: 'acme',
          clientSecret: 'only-for-this-simulator',
          ...(await startSimulator(authPort)),
          quota,
          resources: ['training-sessions', 'sleeps', 'nightly-recharge-results', 'continuous-samples'],
          polling: { minSeconds: 2, maxSeconds: 6, backfillDays: 28, confirmDeletionSeconds: 4, finaliseSeconds: 60 },
        },
      ],
    });
    cleanups.unshift(() => stack.stop());
  }, 300_000);

  afterAll(async () => {
    for (const cleanup of cleanups) await cleanup();
  }, 120_000);

  it('though everything is killed, flushed and restarted', async () => {
    await stack.start('auth');
    const pollers: Running[] = [await stack.start('poller')];
    const publishers: Running[] = [await stack.start('publisher')];
    const stopConsumer = await readTopics({
      brokers: services.kafkaBrokers,
      prefix: 'polar.acme.',
      chunks: 'names',
      onMessage: (message) => records.push(receivedRecord(message)),
    });
    cleanups.unshift(stopConsumer);

    const { athletes: people } = (await simulator.control('GET', '/athletes')) as { athletes: { name: string }[] };
    for (const { name } of people) await consent(await stack.connectLink('acme', name, returnUrl(stack.authUrl)), name);
    await until(
      'all backfills',
      240,
      async () => records.filter(({ type }) => type === 'BackfillCompleted').length >= athletes,
    );
    say(`backfilled ${records.length} events of ${athletes} athletes`);

    const stopObserving = observe(simulator, records);
    await simulator.control('POST', '/pace', { pace: 400 });
    const kills = await chaos({ stack, services, pollers, publishers });
    await simulator.control('POST', '/pace', { pace: 0 });

    let comparison: Comparison | undefined;
    await until('the consumer to have everything', 180, async () => {
      comparison = compareWithLedger(await ledgerOf(simulator), records);
      return comparison.missing.length === 0;
    }).catch(() => undefined);
    // What is wrong shows only when nothing comes any more: one more round of every target, and one more look.
    await sleep(8_000);
    await stopObserving();
    comparison = compareWithLedger(await ledgerOf(simulator), records);
    const { clients } = (await simulator.control('GET', '/requests')) as { clients: RequestCount[] };

    say(JSON.stringify({ ...kills, records: distinct(records).length, ...summary(comparison), clients }));
    expect(comparison).toMatchObject(exact);
    expect(comparison.matched).toBe(comparison.expected);
    expect(kills.poller).toBeGreaterThanOrEqual(killsPerApp);
    expect(kills.publisher).toBeGreaterThanOrEqual(killsPerApp);
    for (const { windows, refused } of clients) {
      expect(refused).toBe(0);
      for (const { limit, maxInAnyWindow } of windows) expect(maxInAnyWindow).toBeLessThanOrEqual(limit);
    }
    expect(records.some(({ type }) => type === 'HeartRateDayFinalized')).toBe(true);
  }, 900_000);

  async function startSimulator(authPort: number): Promise<{ readonly apiUrl: string; readonly authUrl: string }> {
    const folder = await mkdtemp(join(tmpdir(), 'accesslink-bridge-simulator-'));
    cleanups.unshift(() => rm(folder, { recursive: true, force: true }));
    simulator = await startSimulatedProvider({
      folder,
      args: Object.entries({
        athletes: String(athletes),
        seed: 'e2e',
        client: `acme:only-for-this-simulator:http://127.0.0.1:${authPort}/oauth/callback`,
        quota: quota.map(({ requests, seconds }) => `${requests}/${seconds}`).join(','),
        switches: JSON.stringify({ hold_until_observed: true, rate_window: 'sliding' }),
      }).flatMap(([name, value]) => [`--${name}`, value]),
    });
    cleanups.unshift(() => simulator.stop());
    return { apiUrl: simulator.apiUrl, authUrl: simulator.authUrl };
  }
});

interface RequestCount {
  readonly windows: readonly { readonly limit: number; readonly seconds: number; readonly maxInAnyWindow: number }[];
  readonly refused: number;
}

interface Kills {
  poller: number;
  publisher: number;
}

/** Kills pollers and publishers in turn at random moments, and between that flushes and restarts what they stand on. */
async function chaos(scene: {
  readonly stack: Stack;
  readonly services: Services;
  readonly pollers: Running[];
  readonly publishers: Running[];
}): Promise<Kills> {
  const { stack, services, pollers, publishers } = scene;
  const kills: Kills = { poller: 0, publisher: 0 };
  const start = Date.now();
  const events: [at: number, what: string, act: () => Promise<unknown>][] = [
    [0.15, 'a second publisher starts', async () => publishers.push(await stack.start('publisher', 'publisher-2'))],
    [0.25, 'Redis is flushed', () => flush(services.redisUrl)],
    [0.4, 'the broker is restarted', () => services.restart('kafka', 'SIGKILL')],
    [0.55, 'the second publisher stops', async () => publishers.pop()?.child.kill('SIGTERM')],
    [0.6, 'PostgreSQL is restarted', () => services.restart('postgres', 'SIGKILL')],
    [0.75, 'Redis is flushed again', () => flush(services.redisUrl)],
  ];
  while (Date.now() - start < chaosSeconds * 1000 || kills.poller < killsPerApp || kills.publisher < killsPerApp) {
    const [next] = events;
    if (next !== undefined && Date.now() - start > next[0] * chaosSeconds * 1000) {
      events.shift();
      say(`${((Date.now() - start) / 1000).toFixed(0)} s: ${next[1]}`);
      await next[2]();
    }
    const app = kills.poller <= kills.publisher ? 'poller' : 'publisher';
    const victims = app === 'poller' ? pollers : publishers;
    const victim = victims[Math.floor(Math.random() * victims.length)];
    await sleep(1000 + Math.random() * 4000);
    if (victim === undefined) continue;
    await victim.child.kill('SIGKILL');
    kills[app] += 1;
    victim.child.start();
    await stack.ready(victim.child, victim.url);
  }
  return kills;
}

async function flush(url: string): Promise<void> {
  const redis = new Redis(url);
  await redis.flushall();
  redis.disconnect();
}

/**
 * Tells the simulator what arrived, so that an item changes again only after its last change was seen: its last change, and
 * not just something that was told of the item, such as that a day is final.
 */
function observe(simulator: SimulatedProvider, records: readonly ReceivedRecord[]): () => Promise<void> {
  const stopping = new AbortController();
  let seen = 0;
  const running = (async () => {
    while (!stopping.signal.aborted) {
      const fresh = records.slice(seen);
      seen += fresh.length;
      if (fresh.length > 0) {
        const ledger = await ledgerOf(simulator);
        const expected = expectations(ledger);
        const newest = new Map(ledger.map((entry) => [itemKey(entry.athlete, entry.resource, entry.identity), entry]));
        const sightings = fresh.flatMap(({ athlete, resource, identity, type, data }) => {
          const key = itemKey(athlete, resource, identity);
          const [entry, last] = [newest.get(key), expected.get(key)?.at(-1)];
          if (entry === undefined || last?.type !== type || last.version !== versionOf(resource, type, data)) return [];
          return [{ client: 'acme', athlete, resource, identity, revision: entry.revision }];
        });
        if (sightings.length > 0) await simulator.control('POST', '/observed', sightings);
      }
      await sleep(200);
    }
  })();
  return async () => {
    stopping.abort();
    await running;
  };
}

async function ledgerOf(simulator: SimulatedProvider): Promise<readonly LedgerEntry[]> {
  const { entries } = (await simulator.control('GET', '/ledger')) as { entries: readonly LedgerEntry[] };
  return entries;
}

function summary({
  expected,
  matched,
  missing,
  twice,
  unexpected,
  outOfOrder,
  inconsistent,
}: Comparison): Readonly<Record<string, unknown>> {
  return {
    expected,
    matched,
    missing: missing.slice(0, 10),
    twice: twice.slice(0, 10),
    unexpected: unexpected.slice(0, 10),
    outOfOrder: outOfOrder.slice(0, 10),
    inconsistent: inconsistent.slice(0, 10),
  };
}
