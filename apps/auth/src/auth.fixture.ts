import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { AuthEnv, type TenantFile, loadEnv } from '#config';
import { AppLogger, Clock, createApp } from '#platform';
import { type TestDatabase, createTestDatabase } from '../../../test/integration/database.ts';
import { type Simulator, createSimulator } from '../../../test/simulator/index.ts';
import { appOptions } from './app-options.ts';
import { AuthModule } from './auth.module.ts';
import { TenantDirectory } from './ports.ts';

export const adminToken = 'admin-token-for-tests';
export const internalToken = 'internal-token-for-tests';
export const returnUrl = 'https://app.example/connected?from=test';
export const hiddenUrl = 'https://connect.example/polar';
const key = (byte: number): string => Buffer.alloc(32, byte).toString('base64');

/** Can be moved on; the simulator follows the same one. */
export class TestClock extends Clock {
  ahead = 0;

  override now(): number {
    return Date.now() + this.ahead;
  }
}

export interface AuthScene {
  readonly app: NestFastifyApplication;
  readonly publicUrl: string;
  readonly simulator: Simulator;
  readonly database: TestDatabase;
  readonly clock: TestClock;
  /** Everything that was logged. */
  readonly log: string[];
  /** One more process on the same database. */
  another(changes?: Record<string, string>): Promise<NestFastifyApplication>;
  /** The operator gives a tenant another client secret. */
  setSecret(tenant: string, secret: string): void;
  stop(): Promise<void>;
}

export interface TenantClient {
  readonly tenant: string;
  readonly id: string;
  readonly secret: string;
}

export interface AuthOptions {
  /** The provider's authorization server and the tenants' clients there; the simulator with two tenants if not given. */
  readonly provider?: { readonly authUrl: string; readonly clients: readonly TenantClient[] };
  /** For browsers: the public URL is a port of 127.0.0.1, and leads to the app. */
  readonly listen?: boolean;
}

/** The auth service on a database of its own, with two tenants whose athletes live in a simulator. */
export async function startAuth(options: AuthOptions = {}): Promise<AuthScene> {
  const clock = new TestClock();
  const log: string[] = [];
  const database = await createTestDatabase();
  const front = options.listen === true ? await openFront() : undefined;
  const publicUrl = front?.url ?? hiddenUrl;
  const redirectUris = ['http://127.0.0.1/elsewhere', `${publicUrl}/oauth/callback`];
  const tenants = ['acme', 'beta'].map((tenant) => ({
    tenant,
    id: `client-${tenant}`,
    secret: `secret-of-${tenant}`,
  }));
  const clients = tenants.map(({ id, secret }) => ({ id, secret, redirectUris: redirectUris.toReversed() }));
  const simulator = await createSimulator({ clients, athletes: 12, now: () => clock.now() });
  const provider = options.provider ?? { authUrl: simulator.authUrl, clients: tenants };
  const tenantsFile = writeTenants(simulator.apiUrl, provider);
  const variables = environment(database.url, tenantsFile, publicUrl);
  const running: NestFastifyApplication[] = [];

  const start = async (changes: Record<string, string> = {}): Promise<NestFastifyApplication> => {
    const env = loadEnv(AuthEnv, { ...variables, ...changes });
    const sink = new Writable({
      write(chunk: Buffer, _encoding, done) {
        log.push(chunk.toString());
        done();
      },
    });
    const module = await Test.createTestingModule({ imports: [AuthModule.forRoot(env)] })
      .overrideProvider(Clock)
      .useValue(clock)
      .overrideProvider(AppLogger)
      .useValue(AppLogger.create({ name: 'auth', logLevel: 'debug' }, sink))
      .setLogger({ log: () => undefined, error: () => undefined, warn: () => undefined })
      .compile();
    const app = await createApp((adapter, more) => module.createNestApplication(adapter, more), appOptions(env));
    running.push(app);
    return app.init();
  };

  const app = await start();
  // Its routes work from then on, also for whoever does not come through inject().
  await app.getHttpAdapter().getInstance().ready();
  front?.lead(app);
  return {
    app,
    publicUrl,
    simulator,
    database,
    clock,
    log,
    another: start,
    setSecret: (tenant, secret) => {
      writeFileSync(`${tenantsFile}.${tenant}`, secret);
      for (const one of running) one.get<TenantFile>(TenantDirectory).reload();
    },
    stop: async () => {
      await front?.close();
      for (const one of running) await one.close();
      await simulator.close();
      await database.drop();
    },
  };
}

/** A port that is known before the app is made: its public URL stands in its environment. */
async function openFront() {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    lead: (app: NestFastifyApplication) => void server.on('request', app.getHttpAdapter().getInstance().routing),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function writeTenants(apiUrl: string, { authUrl, clients }: NonNullable<AuthOptions['provider']>): string {
  const file = join(mkdtempSync(join(tmpdir(), 'auth-')), 'tenants.yaml');
  const tenants = clients.map(({ tenant, id, secret }) => {
    writeFileSync(`${file}.${tenant}`, secret);
    const polar = { clientId: id, clientSecret: { file: `${file}.${tenant}` }, apiUrl, authUrl };
    const name = tenant === 'acme' ? { name: 'Acme Sleep Lab' } : {};
    return { id: tenant, ...name, polar, returnUrls: [returnUrl], resources: ['sleeps', 'nightly-recharge-results'] };
  });
  writeFileSync(file, JSON.stringify({ tenants }));
  return file;
}

function environment(databaseUrl: string, tenantsFile: string, publicUrl: string): Record<string, string> {
  // oxlint-disable-next-line node/no-process-env -- an integration test is configured by its environment
  const redis = process.env['REDIS_URL'];
  if (redis === undefined) throw new Error('REDIS_URL is not set: jest starts the services in its global setup');
  return {
    DATABASE_URL: databaseUrl,
    REDIS_URL: redis,
    TENANTS_FILE: tenantsFile,
    PUBLIC_URL: publicUrl,
    ADMIN_TOKEN: adminToken,
    INTERNAL_TOKEN: internalToken,
    ENCRYPTION_KEYS: `k1:${key(1)}`,
    DEPLOYMENT: `test-${randomUUID()}`,
    DATABASE_POOL: '6',
    PUBLIC_RATE_LIMIT: '1000000',
  };
}

export const rotatedKeys = `k2:${key(2)},k1:${key(1)}`;
export const foreignKeys = `k9:${key(9)}`;
export const fingerprint = (token: string): string => createHash('sha256').update(token).digest('hex');

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into whatever came
  readonly json: any;
}

/** Sends a request to the app; `path` may be a whole URL of it. */
export async function send(
  app: NestFastifyApplication,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  options: { token?: string; body?: object; cookie?: string; actor?: string } = {},
): Promise<Reply> {
  const answer = await app.inject({
    method,
    url: path.replace(hiddenUrl, ''),
    headers: {
      ...(options.token !== undefined && { authorization: `Bearer ${options.token}` }),
      ...(options.cookie !== undefined && { cookie: options.cookie }),
      ...(options.actor !== undefined && { 'x-actor': options.actor }),
    },
    ...(options.body && { payload: options.body }),
  });
  const type = String(answer.headers['content-type'] ?? '');
  return {
    status: answer.statusCode,
    headers: answer.headers,
    text: answer.body,
    json: type.includes('json') ? answer.json() : undefined,
  };
}

export async function createLink(app: NestFastifyApplication, tenant: string, body: object): Promise<string> {
  const { json } = await send(app, 'POST', `/v1/tenants/${tenant}/connect-links`, { token: adminToken, body });
  return String(json.url);
}

/** An athlete's browser: it keeps the cookies, and consents at the provider as the named athlete. */
export class Browser {
  cookie = '';
  private readonly scene: AuthScene;

  constructor(scene: AuthScene) {
    this.scene = scene;
  }

  /** Opens a connect link: where it leads to. */
  async open(link: string): Promise<URL> {
    const reply = await send(this.scene.app, 'GET', link, { cookie: this.cookie });
    if (reply.status !== 302) throw new Error(`the link answered ${String(reply.status)}: ${reply.text}`);
    this.cookie = [this.cookie, String(reply.headers['set-cookie']).split(';')[0]].filter(Boolean).join('; ');
    return new URL(String(reply.headers['location']));
  }

  /** Gives the consent: the callback that the provider sends the browser to. */
  async consent(authorize: URL, athlete: string): Promise<string> {
    authorize.searchParams.set('login_hint', athlete);
    const reply = await fetch(authorize, { redirect: 'manual' });
    const location = reply.headers.get('location');
    if (location === null) throw new Error(`the provider answered ${String(reply.status)}: ${await reply.text()}`);
    return location;
  }

  callback(url: string): Promise<Reply> {
    return send(this.scene.app, 'GET', url, { cookie: this.cookie });
  }

  async connect(link: string, athlete: string): Promise<Reply> {
    return this.callback(await this.consent(await this.open(link), athlete));
  }
}
