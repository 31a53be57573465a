import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServices, type Services } from '../../deploy/local/services/index.ts';
import { freePort } from '../../deploy/local/services/port.ts';
import { startSimulatedProvider, type SimulatedProvider } from '../../deploy/local/stack/simulated-provider.ts';
import { Stack, type StackTenant } from '../../deploy/local/stack/stack.ts';
import { until } from '../../deploy/local/stack/until.ts';
import {
  pollNow,
  switches,
  tellOfConnection,
  tellOfData,
  tellOfTrouble,
  type Run,
} from '../contracts/collect/story.ts';
import { compareWithLedger, exact, type Comparison } from '../integration/ledger-comparison.ts';
import type { LedgerEntry } from '../integration/ledger-entry.ts';
import { disordered, repeated } from '../integration/stream-order.ts';
import { ALL_RESOURCES_MIX, DEFAULT_SWITCHES, DOCUMENTED } from '../simulator/index.ts';
import { Audience, promisedOfData } from './audience.ts';
import { readTopics } from './read-topics.ts';

/**
 * All that the contracts promise, on real services: `acme` tells everything that can happen to data, of a provider that
 * changes from its documented form to its live one; `harm`, of a provider of its own, what becomes of a connection and of
 * trouble. Poller and publisher are killed in between.
 */
const quota = { requests: 1_000_000, seconds: 900 };
const polling = { minSeconds: 1, maxSeconds: 2, backfillDays: 14, confirmDeletionSeconds: 2, finaliseSeconds: 8 };
const documented = { ...DOCUMENTED, numbers: 'example' } as const;
/** But the names of sports, which would be news. */
const live = Object.fromEntries(
  Object.keys(documented)
    .filter((name) => name !== 'sports_names')
    .map((name) => [name, DEFAULT_SWITCHES[name as keyof typeof documented]]),
);

const say = (line: string): void => void process.stderr.write(`${line}\n`);

describe('the contracts', () => {
  const audience = new Audience();
  const cleanups: (() => Promise<unknown>)[] = [];
  let services: Services;
  let stack: Stack;
  let acme: SimulatedProvider;
  let harm: SimulatedProvider;

  beforeAll(async () => {
    services = await startServices({ ways: ['local'], progress: say });
    cleanups.unshift(() => services.stop());
    const authPort = await freePort();
    acme = await startSimulator('acme', authPort, { ...documented, hold_until_observed: true });
    harm = await startSimulator('harm', authPort, {});
    stack = await Stack.prepare({
      services,
      authPort,
      progress: say,
      env: { LEASE_SECONDS: '5' },
      tenants: [tenant('acme', acme), tenant('harm', harm)],
    });
    cleanups.unshift(() => stack.stop());
  }, 300_000);

  afterAll(async () => {
    for (const cleanup of cleanups) await cleanup();
  }, 120_000);

  it('are kept: every type comes, as its schema says, and the data are the ledger', async () => {
    const [, poller, publisher] = await Promise.all([
      stack.start('auth'),
      stack.start('poller'),
      stack.start('publisher'),
    ]);
    const stopReading = await readTopics({
      brokers: services.kafkaBrokers,
      prefix: 'polar.',
      chunks: 'values',
      onMessage: (message) => audience.hear(message),
    });
    cleanups.unshift(stopReading);
    const seen = (type: string): boolean => audience.records.some((record) => record.type === type);
    const run = { stack, pollerUrl: poller.url, say, seen };
    const victims = [poller, publisher];

    const data: Run = { ...run, tenant: 'acme', simulator: acme };
    const settle = async (round: number, connections: readonly string[]): Promise<void> => {
      if (round === 2) await switches(data, live);
      const victim = victims[(round + 1) % 2];
      if (round > 0 && round <= 4 && victim !== undefined) {
        await pollAll(data, connections);
        await victim.child.kill('SIGKILL');
        victim.child.start();
        await stack.ready(victim.child, victim.url);
      }
      await told(data, connections);
    };
    const trouble: Run = { ...run, tenant: 'harm', simulator: harm };
    const [athletes, others] = [await athletesOf(acme), await athletesOf(harm)];
    await Promise.all([
      tellOfData(data, athletes.map(person), { types: promisedOfData, rounds: { least: 4, most: 12 }, settle }),
      tellOfConnection(trouble, person(others[0] ?? '')).then(() => tellOfTrouble(trouble, person(others[1] ?? ''))),
    ]);

    say([...audience.heard()].map(([type, times]) => `${String(times).padStart(6)} ${type}`).join('\n'));
    const comparison = await compared();
    say(`${audience.records.length} records, ${comparison.matched} of ${comparison.expected} changes`);
    expect([...audience.heard()].filter(([, times]) => times === 0).map(([type]) => type)).toEqual([]);
    expect(comparison).toEqual({ ...exact, expected: comparison.matched, matched: comparison.matched });
    expect(audience.faults).toEqual([]);
    expect([...repeated(audience.of('harm')), ...disordered(audience.of('harm'))]).toEqual([]);
  }, 400_000);

  /** Waits until everything that happened has come, and lets it happen again. */
  async function told(run: Run, connections: readonly string[]): Promise<void> {
    let asked = 0;
    let comparison = await compared();
    await until('every change to be told', 120, async () => {
      if (Date.now() > asked + 3000) {
        asked = Date.now();
        await pollAll(run, connections);
      }
      comparison = await compared();
      return comparison.missing.length === 0;
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}: ${JSON.stringify(comparison, undefined, 2)}`);
    });
    await acme.control(
      'POST',
      '/observed',
      (await ledger()).filter(({ change }) => change !== 'deleted'),
    );
  }

  async function compared(): Promise<Comparison> {
    return compareWithLedger(await ledger(), audience.of('acme'));
  }

  async function ledger(): Promise<readonly LedgerEntry[]> {
    const { entries } = (await acme.control('GET', '/ledger')) as { entries: readonly LedgerEntry[] };
    return entries;
  }

  async function startSimulator(client: string, authPort: number, forms: object): Promise<SimulatedProvider> {
    const folder = await mkdtemp(join(tmpdir(), 'accesslink-bridge-simulator-'));
    cleanups.unshift(() => rm(folder, { recursive: true, force: true }));
    const simulator = await startSimulatedProvider({
      folder,
      args: Object.entries({
        athletes: '2',
        days: '10',
        seed: client,
        client: `${client}:only-for-this-simulator:http://127.0.0.1:${authPort}/oauth/callback`,
        quota: `${quota.requests}/${quota.seconds}`,
        switches: JSON.stringify({ mix: ALL_RESOURCES_MIX, ...forms }),
      }).flatMap(([name, value]) => [`--${name}`, value]),
    });
    cleanups.unshift(() => simulator.stop());
    return simulator;
  }
});

function tenant(id: string, { apiUrl, authUrl }: SimulatedProvider): StackTenant {
  return { id, clientId: id, clientSecret: 'only-for-this-simulator', apiUrl, authUrl, quota: [quota], polling };
}

/** Known to the tenant by the name that the ledger has. */
function person(athlete: string) {
  return { athlete, user: athlete };
}

async function athletesOf(simulator: SimulatedProvider): Promise<readonly string[]> {
  const { athletes } = (await simulator.control('GET', '/athletes')) as { athletes: readonly { name: string }[] };
  return athletes.map(({ name }) => name);
}

async function pollAll(run: Run, connections: readonly string[]): Promise<void> {
  for (const connection of connections) await pollNow(run, connection);
}
