import { randomUUID } from 'node:crypto';
import { mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { AuthEnv, loadEnv, PollerEnv, PublisherEnv } from '#config';
import { AppLogger, createApp, Reloading } from '#platform';
import { connectRedis } from '#queue';
import { AuthModule } from '../../apps/auth/src/auth.module.ts';
import { PollerModule } from '../../apps/poller/src/poller.module.ts';
import { PublisherModule } from '../../apps/publisher/src/publisher.module.ts';
import { freePort } from '../../deploy/local/services/port.ts';
import { consent } from '../../deploy/local/stack/stack.ts';
import { createTestDatabase, type TestDatabase } from '../integration/database.ts';
import { compareWithLedger, type Comparison } from '../integration/ledger-comparison.ts';
import { receivedRecord, type ReceivedRecord } from '../integration/received-record.ts';
import { until } from '../integration/until.ts';
import { createSimulator, type Simulator } from '../simulator/index.ts';
import { Gateway } from './gateway.ts';

const adminToken = 'admin-token-for-tests';
const internalToken = 'internal-token-for-tests';
export const returnUrl = 'http://127.0.0.1/connected';
const plenty = [{ requests: 100_000, seconds: 60 }];

/** An entry of the tenant file. */
export type Entry = Readonly<Record<string, unknown>>;

export interface Reply {
  readonly status: number;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into whatever came
  readonly json: any;
}

/** Auth and the poller on one database and one tenant file that is changed while they run; each tenant has a client of its own. */
export class TenantsScene {
  readonly simulator: Simulator;
  readonly gateway: Gateway;
  readonly database: TestDatabase;
  readonly deployment = `test-${randomUUID()}`;
  /** Everything that was logged, a JSON object each. */
  readonly log: Record<string, unknown>[] = [];
  readonly apps = new Map<'auth' | 'poller' | 'publisher', NestFastifyApplication>();
  readonly #file = join(mkdtempSync(join(tmpdir(), 'tenants-')), 'tenants.yaml');
  readonly #entries = new Map<string, Entry>();
  readonly #url: string;

  private constructor(simulator: Simulator, gateway: Gateway, database: TestDatabase, url: string) {
    this.simulator = simulator;
    this.gateway = gateway;
    this.database = database;
    this.#url = url;
  }

  /** @param tenants all that there will ever be; each has so many athletes. Only the first ones are in the file. */
  static async open(tenants: readonly string[], first = tenants.length, athletes = 2): Promise<TenantsScene> {
    const url = `http://127.0.0.1:${await freePort()}`;
    const clients = tenants.map((id) => ({ ...clientOf(id), redirectUris: [`${url}/oauth/callback`] }));
    const simulator = await createSimulator({
      clients: clients.map(({ clientId, clientSecret, redirectUris }) => ({
        id: clientId,
        secret: clientSecret,
        redirectUris,
      })),
      athletes,
      days: 4,
      quota: plenty,
      switches: { hold_until_observed: true, rate_window: 'sliding' },
    });
    const gateway = await Gateway.open(simulator, clientOf);
    const scene = new TenantsScene(simulator, gateway, await createTestDatabase(), url);
    for (const tenant of tenants) writeFileSync(`${scene.#file}.${tenant}`, clientOf(tenant).clientSecret);
    for (const tenant of tenants.slice(0, first)) scene.#entries.set(tenant, scene.#entry(tenant));
    scene.#write();
    return scene;
  }

  async start(app: 'auth' | 'poller' | 'publisher', changes: Readonly<Record<string, string>> = {}): Promise<void> {
    const variables = { ...this.#variables(), ...changes };
    const [module, tokens] = rootOf(app, variables);
    const sink = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        for (const line of chunk.toString().split('\n').filter(Boolean)) this.log.push(JSON.parse(line));
        done();
      },
    });
    const testing = await Test.createTestingModule({ imports: [module] })
      .overrideProvider(AppLogger)
      .useValue(AppLogger.create({ name: app, logLevel: 'debug' }, sink))
      .setLogger({ log: () => undefined, error: () => undefined, warn: () => undefined })
      .compile();
    const running = await createApp((adapter, more) => testing.createNestApplication(adapter, more), {
      name: app,
      tokens,
    });
    this.apps.set(app, running);
    await running.listen(app === 'auth' ? Number(new URL(this.#url).port) : 0, '127.0.0.1');
  }

  async close(): Promise<void> {
    for (const app of ['poller', 'publisher', 'auth'] as const) await this.apps.get(app)?.close();
    await this.gateway.close();
    await this.simulator.close();
    await this.database.drop();
  }

  /** Changes keys of a tenant, or brings it in or back, and has the file taken over. */
  set(tenant: string, changes: Entry = {}): void {
    this.#entries.set(tenant, { ...(this.#entries.get(tenant) ?? this.#entry(tenant)), ...changes });
    this.reload();
  }

  /** Takes a tenant out of the file, but for the last: a file without any is refused. */
  remove(tenant: string): void {
    if (this.#entries.size === 1) return;
    this.#entries.delete(tenant);
    this.reload();
  }

  has(tenant: string): boolean {
    return this.#entries.has(tenant);
  }

  isPaused(tenant: string): boolean {
    return this.#entries.get(tenant)?.['paused'] === true;
  }

  /** Has the apps look at the file now instead of in ten seconds. The publisher has a clock of its own. */
  reload(): void {
    this.#write();
    for (const app of ['auth', 'poller'] as const) this.apps.get(app)?.get(Reloading).look();
  }

  athletesOf(tenant: string): readonly string[] {
    return this.simulator
      .athletes()
      .flatMap(({ client, name }) => (client === clientOf(tenant).clientId ? [name] : []));
  }

  link(tenant: string, userReference: string, returnTo = returnUrl): Promise<Reply> {
    return this.admin('auth', 'POST', `${tenant}/connect-links`, { userReference, returnUrl: returnTo });
  }

  /** The whole consent, as a browser would go through it. @returns the connection's id */
  async connect(tenant: string, athlete: string, userReference = athlete): Promise<string> {
    const { status, json, text } = await this.link(tenant, userReference);
    if (status !== 201) throw new Error(`no link of ${tenant}: ${text}`);
    return consent(String(json.url), athlete);
  }

  /** A request to the routes of a tenant. */
  admin(app: 'auth' | 'poller', method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<Reply> {
    return this.#send(app, method, `/v1/tenants/${path}`, adminToken, body);
  }

  /** What the poller asks auth for. */
  accessToken(connection: string): Promise<Reply> {
    return this.#send('auth', 'POST', `/internal/v1/connections/${connection}/access-token`, internalToken, {});
  }

  /** What an athlete's browser gets. */
  visit(url: string): Promise<Reply> {
    return this.#send('auth', 'GET', new URL(url).pathname);
  }

  metrics(): Promise<Reply> {
    return this.#send('poller', 'GET', '/metrics');
  }

  /** Everything that is not leased is due. */
  async makeDue(tenant?: string): Promise<void> {
    let query = this.database.db.updateTable('poll_targets').set({ next_due: new Date() });
    if (tenant !== undefined) query = query.where('tenant', '=', tenant);
    await query.where('lease_token', 'is', null).where('suspended', 'is', null).execute();
  }

  async leased(tenant: string): Promise<number> {
    const rows = await this.targets(tenant);
    return rows.filter(({ lease_token: lease }) => lease !== null).length;
  }

  targets(tenant: string) {
    return this.database.db.selectFrom('poll_targets').selectAll().where('tenant', '=', tenant).execute();
  }

  /** What consumers get. */
  async received(): Promise<readonly (ReceivedRecord & { readonly tenant: string })[]> {
    const rows = await this.database.db.selectFrom('outbox').selectAll().orderBy('lane').orderBy('position').execute();
    return rows.map((row) => {
      const headers = JSON.parse(row.headers) as Record<string, string>;
      const sent = {
        topic: row.aggregatetype,
        partition: row.lane,
        offset: String(row.position),
        key: row.aggregateid,
      };
      return { ...receivedRecord({ ...sent, headers, value: row.payload ?? '' }), tenant: headers['ce_tenant'] ?? '' };
    });
  }

  /** What happened to these athletes, beside what consumers got of them. */
  async comparison(athletes: readonly string[], resources: readonly string[]): Promise<Comparison> {
    const happened = this.simulator.ledger
      .entries()
      .filter(({ athlete, resource }) => athletes.includes(athlete) && resources.includes(resource));
    const received = await this.received();
    return compareWithLedger(
      happened,
      received.filter(({ athlete }) => athletes.includes(athlete)),
    );
  }

  /** Polls until every change of these athletes has come as one event, and lets the world change the items again. */
  async inStep(athletes: readonly string[], resources: readonly string[], seconds = 60): Promise<Comparison> {
    let comparison = await this.comparison(athletes, resources);
    await until('the events to be the ledger', seconds, async () => {
      comparison = await this.comparison(athletes, resources);
      if (comparison.missing.length === 0) return true;
      await this.makeDue();
      return false;
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}: ${JSON.stringify(comparison, undefined, 2)}`);
    });
    const seen = this.simulator.ledger.entries().filter(({ athlete }) => athletes.includes(athlete));
    this.simulator.world.observe(
      seen.map(({ athlete, resource, identity, revision }) => ({ athlete, resource, identity, revision })),
    );
    return comparison;
  }

  /** Every key that is ours. */
  async redisKeys(): Promise<readonly string[]> {
    const redis = connectRedis(given('REDIS_URL'));
    try {
      return await redis.keys(`*${this.deployment}*`);
    } finally {
      redis.disconnect();
    }
  }

  /** Lines that tell an operator of something wrong; but that a broker which has just started has no coordinator yet. */
  complaints(): readonly unknown[] {
    return this.log
      .filter(({ level }) => level === 'warn' || level === 'error')
      .filter(({ error }) => (error as { type?: unknown } | undefined)?.type !== 'KafkaJSGroupCoordinatorNotFound');
  }

  #write(): void {
    writeFileSync(`${this.#file}.new`, JSON.stringify({ tenants: [...this.#entries.values()] }));
    renameSync(`${this.#file}.new`, this.#file);
  }

  #entry(id: string): Entry {
    return {
      id,
      polar: {
        clientId: clientOf(id).clientId,
        clientSecret: { file: `${this.#file}.${id}` },
        ...this.gateway.addressOf(id),
      },
      quota: plenty,
      returnUrls: [returnUrl],
      resources: ['training-sessions'],
      polling: { minSeconds: 1, maxSeconds: 2, backfillDays: 6, confirmDeletionSeconds: 1, finaliseSeconds: 3600 },
      topics: { prefix: `t.${this.deployment}.${id}`, partitions: 2, replication: 1, retentionHours: 1 },
    };
  }

  #variables(): Record<string, string> {
    return {
      DATABASE_URL: this.database.url,
      REDIS_URL: given('REDIS_URL'),
      KAFKA_BROKERS: given('KAFKA_BROKERS'),
      TENANTS_FILE: this.#file,
      PUBLIC_URL: this.#url,
      AUTH_URL: this.#url,
      ADMIN_TOKEN: adminToken,
      INTERNAL_TOKEN: internalToken,
      ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
      DEPLOYMENT: this.deployment,
      DATABASE_POOL: '6',
      PUBLIC_RATE_LIMIT: '1000000',
      POLL_CONCURRENCY: '4',
      LEASE_SECONDS: '20',
    };
  }

  async #send(app: 'auth' | 'poller', method: 'GET' | 'POST' | 'DELETE', url: string, token?: string, body?: object) {
    const answer = await this.apps.get(app)?.inject({
      method,
      url,
      headers: { host: 'bridge.example', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      ...(body !== undefined && { payload: body }),
    });
    if (answer === undefined) throw new Error(`${app} does not run`);
    const isJson = String(answer.headers['content-type']).includes('json');
    return { status: answer.statusCode, text: answer.body, json: isJson ? answer.json() : undefined };
  }
}

function given(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: jest starts the services in its global setup`);
  return value;
}

export const clientOf = (tenant: string) => ({ clientId: `client-${tenant}`, clientSecret: `secret-of-${tenant}` });

/** An app's door for tests of several apps is its composition root. */
function rootOf(
  app: 'auth' | 'poller' | 'publisher',
  variables: Record<string, string>,
): readonly [DynamicModule, readonly ('admin' | 'internal')[]] {
  if (app === 'auth') return [AuthModule.forRoot(loadEnv(AuthEnv, variables)), ['admin', 'internal']];
  if (app === 'poller') return [PollerModule.forRoot(loadEnv(PollerEnv, variables)), ['admin']];
  return [PublisherModule.forRoot(loadEnv(PublisherEnv, variables)), ['admin']];
}
