import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { loadEnv, PollerEnv } from '#config';
import { AppLogger, createApp } from '#platform';
import { pollNow } from '#store';
import { createTestDatabase, type TestDatabase } from '../../../test/integration/database.ts';
import { compareWithLedger, type Comparison } from '../../../test/integration/ledger-comparison.ts';
import { receivedRecord, type ReceivedRecord } from '../../../test/integration/received-record.ts';
import { until } from '../../../test/integration/until.ts';
import {
  createSimulator,
  SCOPES,
  type Simulator,
  type SimulatorOptions,
  type Switches,
} from '../../../test/simulator/index.ts';
import { PollerModule } from './poller.module.ts';

export const adminToken = 'admin-token-for-tests';
const internalToken = 'internal-token-for-tests';
const redirectUri = 'http://127.0.0.1/oauth/callback';
const client = { id: 'client-acme', secret: 'secret-of-acme', redirectUris: [redirectUri] };

export interface Target {
  readonly connection: string;
  readonly resource: string;
  readonly kind: string;
  readonly failures: number;
  readonly suspended: string | null;
}

export interface StateValue {
  readonly resource: string;
  readonly identity: readonly string[];
  readonly data: Readonly<Record<string, unknown>>;
}

export interface SceneOptions {
  readonly athletes?: number;
  /** Days of history of each athlete. */
  readonly days?: number;
  readonly switches?: Partial<Switches>;
  /** What the provider enforces. */
  readonly enforced?: SimulatorOptions['quota'];
  /** What the tenant is configured with; by default what the provider enforces. */
  readonly quota?: SimulatorOptions['quota'];
  readonly resources?: readonly string[] | 'all';
  readonly concurrency?: number;
  readonly timeoutSeconds?: number;
  readonly minSeconds?: number;
  /** Whether the tenant wants states. */
  readonly state?: boolean;
}

/** Every mechanism of the poller, once. */
const walkingPath = ['training-sessions', 'sleeps', 'nightly-recharge-results', 'continuous-samples'];
const walkingScopes = ['training_sessions', 'sleep', 'nightly_recharge', 'continuous_samples'].map(
  (name) => `${name}:read`,
);
const plenty = [{ requests: 100_000, seconds: 60 }];

/** The poller as it runs in production, on a database of its own, against athletes who live in a simulator. */
export class PollerScene {
  readonly simulator: Simulator;
  readonly database: TestDatabase;
  readonly auth: TokenService;
  /** Everything that was logged, a JSON object each. */
  readonly log: Record<string, unknown>[] = [];
  /** The connection of each athlete, by name. */
  readonly connections = new Map<string, string>();
  readonly #variables: Record<string, string>;
  readonly #resources: readonly string[] | 'all';
  readonly #running = new Set<NestFastifyApplication>();

  private constructor(simulator: Simulator, database: TestDatabase, auth: TokenService, options: SceneOptions) {
    this.simulator = simulator;
    this.database = database;
    this.auth = auth;
    this.#variables = variables(simulator, database, auth, options);
    this.#resources = options.resources ?? walkingPath;
  }

  /** All athletes are connected, and the poller runs. */
  static async open(options: SceneOptions = {}): Promise<PollerScene> {
    const { athletes = 1, days = 5, enforced = plenty, switches = {} } = options;
    const simulator = await createSimulator({
      clients: [client],
      athletes,
      days,
      lateNights: 3,
      quota: enforced,
      switches: { hold_until_observed: true, rate_window: 'sliding', ...switches },
    });
    const database = await createTestDatabase();
    const auth = await TokenService.open(simulator, async (connection, reason) => {
      await database.db
        .updateTable('connections')
        .set({ status: 'needs_reauth', status_reason: reason })
        .where('id', '=', connection)
        .execute();
    });
    const scene = new PollerScene(simulator, database, auth, options);
    for (const { name } of simulator.athletes()) await scene.connect(name);
    await scene.start();
    return scene;
  }

  get apps(): readonly NestFastifyApplication[] {
    return [...this.#running];
  }

  /** Starts one more poller on the same database. */
  async start(): Promise<NestFastifyApplication> {
    const sink = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        for (const line of chunk.toString().split('\n').filter(Boolean)) this.log.push(JSON.parse(line));
        done();
      },
    });
    const module = await Test.createTestingModule({
      imports: [PollerModule.forRoot(loadEnv(PollerEnv, this.#variables))],
    })
      .overrideProvider(AppLogger)
      .useValue(AppLogger.create({ name: 'poller', logLevel: 'debug' }, sink))
      .setLogger({ log: () => undefined, error: () => undefined, warn: () => undefined })
      .compile();
    const app = await createApp((adapter, more) => module.createNestApplication(adapter, more), {
      name: 'poller',
      tokens: ['admin'],
      passwords: ['admin'],
    });
    this.#running.add(app);
    await app.init();
    return app;
  }

  async stop(app: NestFastifyApplication): Promise<void> {
    this.#running.delete(app);
    await app.close();
  }

  async close(): Promise<void> {
    for (const app of this.#running) await app.close();
    await this.auth.close();
    await this.simulator.close();
    await this.database.drop();
  }

  /** What the consent leaves behind: the connection's row, and tokens that the poller asks for. */
  async connect(athlete: string): Promise<string> {
    const connection = this.connections.get(athlete) ?? randomUUID();
    this.connections.set(athlete, connection);
    const scopes = await this.auth.consent(connection, athlete, this.#resources === 'all' ? SCOPES : walkingScopes);
    const row = {
      status: 'active' as const,
      status_reason: null,
      scopes: [...scopes],
      enrolled_plan: null,
      updated_at: new Date(),
    };
    await this.database.db
      .insertInto('connections')
      .values({
        ...row,
        id: connection,
        tenant: 'acme',
        user_reference: athlete,
        polar_user_id: null,
        lane: 1,
        established_at: new Date(),
      })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
      .execute();
    return connection;
  }

  /** What consumers get, in the order in which they get it. */
  async received(): Promise<readonly ReceivedRecord[]> {
    const rows = await this.#rows('not like');
    return rows.map((row) =>
      receivedRecord({
        topic: row.aggregatetype,
        partition: row.lane,
        offset: String(row.position),
        key: row.aggregateid,
        headers: JSON.parse(row.headers) as Record<string, string>,
        value: row.payload,
      }),
    );
  }

  /** The last value of each key of states, null where it has none. */
  async states(): Promise<ReadonlyMap<string, StateValue | null>> {
    const rows = await this.#rows('like');
    return new Map(
      rows.map(({ aggregateid, payload }) => [
        aggregateid,
        payload === '' ? null : (JSON.parse(payload) as StateValue),
      ]),
    );
  }

  #rows(isState: 'like' | 'not like') {
    return this.database.db
      .selectFrom('outbox')
      .selectAll()
      .where('aggregatetype', isState, '%.state.v1')
      .orderBy('lane')
      .orderBy('position')
      .execute();
  }

  async types(): Promise<readonly string[]> {
    return (await this.received()).map(({ type }) => type);
  }

  /** Makes everything due, again and again, until the condition holds. */
  async pollUntil(what: string, condition: () => Promise<boolean>, seconds = 30): Promise<void> {
    await until(what, seconds, async () => {
      if (await condition()) return true;
      await this.database.db
        .updateTable('poll_targets')
        .set({ next_due: new Date() })
        .where('lease_token', 'is', null)
        .where('suspended', 'is', null)
        .execute();
      return false;
    });
  }

  /** Makes everything due, whole listings and all, and waits until each target was polled. */
  async pollAll(seconds = 30): Promise<void> {
    const since = new Date();
    let asked = 0;
    await until('a poll of each target', seconds, async () => {
      const targets = await this.database.db
        .selectFrom('poll_targets')
        .select(['connection', 'last_polled_at'])
        .where('suspended', 'is', null)
        .execute();
      const left = targets.filter(({ last_polled_at }) => last_polled_at === null || last_polled_at < since);
      // Asked again, since a poll that fails is due much later.
      if (left.length > 0 && Date.now() > asked + 2000) {
        asked = Date.now();
        for (const owner of new Set(left.map(({ connection }) => connection)))
          await pollNow(this.database.db, 'acme', owner, 'test');
      }
      return left.length === 0;
    });
  }

  /** Waits until every change of the world has come as one event, and lets the world change these items again. */
  async inStep(seconds = 30): Promise<Comparison> {
    let comparison = await this.comparison();
    await until('the events to be the ledger', seconds, async () => {
      // Most of them are polled far too seldom to wait for.
      if (this.#resources === 'all') await this.pollAll(seconds);
      comparison = await this.comparison();
      return comparison.missing.length === 0 && (await this.backfilled());
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}: ${JSON.stringify(comparison, undefined, 2)}`);
    });
    const newest = this.simulator.ledger.entries();
    this.simulator.world.observe(
      newest.map(({ athlete, resource, identity, revision }) => ({ athlete, resource, identity, revision })),
    );
    return comparison;
  }

  async comparison(): Promise<Comparison> {
    const polled = this.simulator.ledger
      .entries()
      .filter(({ resource }) => this.#resources === 'all' || this.#resources.includes(resource));
    return compareWithLedger(polled, await this.received());
  }

  async backfilled(): Promise<boolean> {
    const ended = (await this.types()).filter((type) => type === 'BackfillCompleted').length;
    return ended === this.connections.size;
  }

  /** Lets things happen to the athletes in turn. */
  change(count: number, fact?: string): void {
    this.simulator.world.step({ count, ...(fact === undefined ? {} : { fact }) });
  }

  async targets(): Promise<readonly Target[]> {
    return this.database.db
      .selectFrom('poll_targets')
      .select(['connection', 'resource', 'kind', 'failures', 'suspended'])
      .orderBy('resource')
      .orderBy('kind')
      .execute();
  }

  logged(message: string): readonly Record<string, unknown>[] {
    return this.log.filter((line) => line['message'] === message);
  }
}

type OnRejection = (connection: string, reason: string) => Promise<void>;

/** The auth service's internal routes, with tokens of the simulator: faults of the consent come from the provider, as in life. */
class TokenService {
  readonly url: string;
  /** Reasons that the poller gave, by connection. */
  readonly rejections: { readonly connection: string; readonly reason: string }[] = [];
  /** How often a token was exchanged for a new one. */
  refreshes = 0;
  /** Answers 503 to everything. */
  down = false;
  readonly #simulator: Simulator;
  readonly #server: Server;
  readonly #onRejection: OnRejection;
  readonly #tokens = new Map<string, Tokens>();

  private constructor(simulator: Simulator, server: Server, onRejection: OnRejection) {
    this.#simulator = simulator;
    this.#server = server;
    this.#onRejection = onRejection;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async open(simulator: Simulator, onRejection: OnRejection): Promise<TokenService> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const service = new TokenService(simulator, server, onRejection);
    server.on('request', (request: IncomingMessage, response) => {
      void service.#answer(request).then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(body === undefined ? '' : JSON.stringify(body));
      });
    });
    return service;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** @returns the granted scopes */
  async consent(
    connection: string,
    athlete: string,
    scopes: readonly string[] = walkingScopes,
  ): Promise<readonly string[]> {
    const authorize = new URL(`${this.#simulator.authUrl}/authorize`);
    authorize.search = new URLSearchParams({
      response_type: 'code',
      client_id: client.id,
      redirect_uri: redirectUri,
      scope: scopes.join(' '),
      login_hint: athlete,
    }).toString();
    const { headers } = await fetch(authorize, { redirect: 'manual' });
    const code = new URL(headers.get('location') ?? '').searchParams.get('code') ?? '';
    const tokens = await this.#token({ grant_type: 'authorization_code', code, redirect_uri: redirectUri });
    this.#tokens.set(connection, tokens);
    return tokens.scope.split(' ');
  }

  async #answer(request: IncomingMessage): Promise<{ status: number; body?: unknown }> {
    const body = JSON.parse((await text(request)) || '{}') as { rejected?: string; reason?: string };
    const [, connection = '', action] =
      /^\/internal\/v1\/connections\/([^/]+)\/(access-token|rejections)$/.exec(request.url ?? '') ?? [];
    if (this.down) return { status: 503 };
    if (request.headers.authorization !== `Bearer ${internalToken}`) return { status: 401 };
    const tokens = this.#tokens.get(connection);
    if (tokens === undefined) return { status: 404 };
    const used = createHash('sha256').update(tokens.access_token).digest('hex');
    if (action === 'rejections') {
      const { reason = '' } = body;
      this.rejections.push({ connection, reason });
      if (body.rejected === used) await this.#onRejection(connection, reason);
      return { status: 204 };
    }
    const current = body.rejected === used ? await this.#refresh(connection, tokens) : tokens;
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    return { status: 200, body: { accessToken: current.access_token, expiresAt } };
  }

  async #refresh(connection: string, { refresh_token }: Tokens): Promise<Tokens> {
    this.refreshes += 1;
    const tokens = await this.#token({ grant_type: 'refresh_token', refresh_token });
    this.#tokens.set(connection, tokens);
    return tokens;
  }

  async #token(form: Record<string, string>): Promise<Tokens> {
    const response = await fetch(`${this.#simulator.authUrl}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}` },
      body: new URLSearchParams(form),
    });
    if (!response.ok) throw new Error(`the token endpoint answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as Tokens;
  }
}

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly scope: string;
}

function variables(
  simulator: Simulator,
  database: TestDatabase,
  auth: TokenService,
  options: SceneOptions,
): Record<string, string> {
  const { enforced = plenty, quota = enforced, resources = walkingPath } = options;
  const { concurrency = 4, timeoutSeconds = 30, minSeconds = 1, state = false } = options;
  const file = join(mkdtempSync(join(tmpdir(), 'poller-')), 'tenants.yaml');
  const tenant = {
    id: 'acme',
    polar: {
      clientId: client.id,
      clientSecret: { env: 'UNUSED' },
      apiUrl: simulator.apiUrl,
      authUrl: simulator.authUrl,
    },
    quota,
    resources,
    polling: {
      minSeconds,
      maxSeconds: minSeconds * 2,
      backfillDays: 8,
      confirmDeletionSeconds: 1,
      finaliseSeconds: 3600,
    },
    topics: { state },
  };
  writeFileSync(file, JSON.stringify({ tenants: [tenant] }));
  // oxlint-disable-next-line node/no-process-env -- an integration test is configured by its environment
  const redis = process.env['REDIS_URL'];
  if (redis === undefined) throw new Error('REDIS_URL is not set: jest starts the services in its global setup');
  return {
    DATABASE_URL: database.url,
    REDIS_URL: redis,
    TENANTS_FILE: file,
    AUTH_URL: auth.url,
    INTERNAL_TOKEN: internalToken,
    ADMIN_TOKEN: adminToken,
    DEPLOYMENT: `test-${randomUUID()}`,
    POLL_CONCURRENCY: String(concurrency),
    REQUEST_TIMEOUT_SECONDS: String(timeoutSeconds),
    LEASE_SECONDS: '10',
  };
}
