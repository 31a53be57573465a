import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDatabase, type Database } from '#store';
import { startServices, type Services } from '../../deploy/local/services/index.ts';
import { freePort } from '../../deploy/local/services/port.ts';
import { startSimulatedProvider, type SimulatedProvider } from '../../deploy/local/stack/simulated-provider.ts';
import { Stack, type StackTenant, consent, returnUrl } from '../../deploy/local/stack/stack.ts';
import { until } from '../../deploy/local/stack/until.ts';
import type { SentMessage } from '../integration/received-record.ts';
import { ALL_RESOURCES_MIX } from '../simulator/index.ts';
import { readTopics } from './read-topics.ts';
import { dumpOf, findings, logsOf, redisDump, tellingParts, unsealed } from './traces.ts';

/**
 * Two athletes, of whom one is erased. Everything that the bridge keeps or writes is searched for him: a dump of the
 * database, Redis, and the logs of all apps at their most talkative. The other one proves that the search finds something.
 */
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const key = randomBytes(32);
const quota = { requests: 1_000_000, seconds: 900 };
const polling = { minSeconds: 1, maxSeconds: 2, backfillDays: 10, confirmDeletionSeconds: 2, finaliseSeconds: 8 };
const resources = ['account-data', 'sleeps', 'training-sessions', 'user-devices'];

interface Person {
  readonly reference: string;
  readonly connection: string;
  readonly account: string;
  readonly tokens: readonly string[];
}

describe('an erased athlete', () => {
  const messages: SentMessage[] = [];
  const cleanups: (() => Promise<unknown>)[] = [];
  let services: Services;
  let stack: Stack;
  let simulator: SimulatedProvider;
  let db: Database;

  beforeAll(async () => {
    services = await startServices({ ways: ['local'], progress: say });
    cleanups.unshift(() => services.stop());
    const authPort = await freePort();
    const folder = await mkdtemp(join(tmpdir(), 'erasure-'));
    cleanups.unshift(() => rm(folder, { recursive: true, force: true }));
    const secret = 'only-for-this-simulator';
    simulator = await startSimulatedProvider({
      folder,
      args: Object.entries({
        athletes: '2',
        days: '10',
        seed: 'erasure',
        client: `acme:${secret}:http://127.0.0.1:${authPort}/oauth/callback`,
        quota: `${quota.requests}/${quota.seconds}`,
        switches: JSON.stringify({ mix: ALL_RESOURCES_MIX }),
      }).flatMap(([name, value]) => [`--${name}`, value]),
    });
    cleanups.unshift(() => simulator.stop());
    stack = await Stack.prepare({
      services,
      authPort,
      progress: say,
      env: { LOG_LEVEL: 'trace', ENCRYPTION_KEYS: `k1:${key.toString('base64')}` },
      tenants: [tenant(secret)],
    });
    cleanups.unshift(() => stack.stop());
    db = openDatabase(services.databaseUrl, { pool: 1 });
    cleanups.unshift(() => db.destroy());
    await Promise.all([stack.start('auth'), stack.start('poller'), stack.start('publisher')]);
    cleanups.unshift(
      await readTopics({
        brokers: services.kafkaBrokers,
        prefix: 'polar.',
        chunks: 'values',
        onMessage: (message) => void messages.push(message),
      }),
    );
  }, 300_000);

  afterAll(async () => {
    for (const cleanup of cleanups) await cleanup();
  }, 120_000);

  it('is nowhere any more: not in the database, not in Redis, not in a log', async () => {
    const [gone, stays] = await Promise.all([connected(0), connected(1)]);
    await until('both backfills', 120, async () => {
      const over = messages.filter(({ headers }) => headers['ce_type'] === 'accesslink.BackfillCompleted.v1');
      return new Set(over.map(({ key: connection }) => connection)).size === 2;
    });

    await until('the erasure to be complete', 60, async () => {
      const answer = await stack.admin(stack.authUrl, pathOf(gone, '/erasure'), { method: 'POST' });
      return (answer as { isComplete: boolean }).isComplete;
    });
    await until('ConnectionErased', 30, async () => told(gone).some(({ headers }) => isErasure(headers)));

    const words = { gone: wordsOf(gone, stays), stays: wordsOf(stays, gone) };
    say(`searched for ${words.gone.length} words of the erased athlete, such as ${words.gone.slice(-3).join(', ')}`);
    expect(words.gone.length).toBeGreaterThan(50);
    const texts = [...(await dumpOf(db)), ...(await redisDump(services.redisUrl)), ...(await logsOf(stack.folder))];
    expect(findings(texts, words.gone)).toEqual([]);
    // The search works, and the log is not empty.
    expect(findings(texts, words.stays)).toContain(`table connections: ${stays.reference}`);
    expect(
      texts.filter(([place, text]) => place.startsWith('log') && text.includes(stays.connection)).length,
    ).toBeGreaterThan(1);
    expect(
      findings(
        texts.filter(([place]) => !place.startsWith('table')),
        [...words.stays, ...stays.tokens],
      ),
    ).toEqual([]);
    expect(findings(texts, stays.tokens)).toEqual([]);

    // Of the other one nothing is lost, and consumers of states have nothing of the erased one.
    expect(told(gone).at(-1)?.headers).toMatchObject({ ce_type: 'accesslink.ConnectionErased.v1' });
    expect(latestStates(gone).filter(({ value }) => value !== '')).toEqual([]);
    expect(latestStates(gone).length).toBeGreaterThan(5);
    expect(latestStates(stays).filter(({ value }) => value !== '').length).toBeGreaterThan(5);
  }, 400_000);

  function tenant(clientSecret: string): StackTenant {
    const { apiUrl, authUrl } = simulator;
    return {
      id: 'acme',
      clientId: 'acme',
      clientSecret,
      apiUrl,
      authUrl,
      quota: [quota],
      polling,
      resources,
      state: true,
    };
  }

  async function connected(index: number): Promise<Person> {
    const { athletes } = (await simulator.control('GET', '/athletes')) as {
      athletes: readonly { readonly name: string; readonly polarUserId: number }[];
    };
    const athlete = athletes[index];
    if (athlete === undefined) throw new Error('the simulator has no such athlete');
    const reference = `reference-${randomUUID()}`;
    const link = await stack.connectLink('acme', reference, returnUrl(stack.authUrl));
    const connection = await consent(link, athlete.name);
    const row = await db
      .selectFrom('credentials')
      .select(['access_token', 'refresh_token'])
      .where('connection', '=', connection)
      .executeTakeFirstOrThrow();
    const tokens = [
      unsealed(key, row.access_token, `acme|${connection}|access`),
      unsealed(key, row.refresh_token, `acme|${connection}|refresh`),
    ];
    return {
      reference,
      connection,
      account: String(athlete.polarUserId),
      tokens: [...tokens, link.split('/').at(-1) ?? ''],
    };
  }

  const pathOf = ({ connection }: Person, action: string): string =>
    `/v1/tenants/acme/connections/${connection}${action}`;
  const isState = ({ topic }: SentMessage): boolean => topic.endsWith('.state.v1');
  const isErasure = (headers: SentMessage['headers']): boolean =>
    headers['ce_type'] === 'accesslink.ConnectionErased.v1';
  const told = ({ connection }: Person): readonly SentMessage[] =>
    messages.filter(
      (message) => !isState(message) && message.key === connection && message.topic.endsWith('.connection.v1'),
    );

  function latestStates({ connection }: Person): readonly SentMessage[] {
    const own = messages.filter((message) => isState(message) && message.key.startsWith(`${connection}|`));
    return [...new Map(own.map((message) => [message.key, message])).values()];
  }

  /** Who he is, what opens his account, and what was told of him and of nobody else. */
  function wordsOf(person: Person, other: Person): readonly string[] {
    const parts = ({ connection }: Person): readonly string[] =>
      messages
        .filter(({ key: owner, topic }) => owner === connection && !/\.(connection|polling)\.v1$/.test(topic))
        .flatMap(({ value }) => tellingParts((JSON.parse(value) as { data: unknown }).data));
    const others = new Set(parts(other));
    const data = new Set(parts(person).filter((part) => !others.has(part)));
    return [person.reference, person.account, ...person.tokens, ...data];
  }
});
