import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import kafkajs, { type Admin } from 'kafkajs';
import { sql } from 'kysely';
import { AuthEnv, loadEnv, PublisherEnv } from '#config';
import { AppLogger, createApp } from '#platform';
import { laneStates } from '#store';
import { AuthModule } from '../../apps/auth/src/auth.module.ts';
import { PublisherModule } from '../../apps/publisher/src/publisher.module.ts';
import { startServices, type Services } from '../../deploy/local/services/index.ts';
import { freePort } from '../../deploy/local/services/port.ts';
import { consent } from '../../deploy/local/stack/stack.ts';
import { createSimulator, type Simulator } from '../simulator/index.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { startSecuredKafka, type SecuredKafka } from './secured-kafka.ts';
import { until } from './until.ts';

export type Variables = Readonly<Record<string, string>>;

const tenant = 'acme';
const clientId = `client-${tenant}`;
const returnUrl = 'http://127.0.0.1/connected';
const random = (): string => randomBytes(16).toString('hex');
const roles = ['accesslink_bridge_auth', 'accesslink_bridge_poller', 'accesslink_bridge_publisher'] as const;

/**
 * A small installation as an operator would have it: a login with no more than the apps' roles, a Redis of its own, a broker
 * that allows nothing unless it is given, auth and a publisher that run, one tenant with one athlete. It belongs to one test
 * file, which may break whatever it likes.
 */
export class TestInstallation {
  readonly deployment = `test-${randomUUID()}`;
  readonly simulator: Simulator;
  readonly database: TestDatabase;
  readonly kafka: SecuredKafka;
  readonly redisUrl: string;
  readonly login = `test_${random()}`;
  readonly secrets = {
    login: random(),
    client: random(),
    admin: random(),
    internal: random(),
    key: randomBytes(32).toString('base64'),
  };
  readonly #folder = mkdtempSync(join(tmpdir(), 'installation-'));
  readonly #services: Services;
  readonly #authUrl: string;
  readonly #apps = new Map<'auth' | 'publisher', NestFastifyApplication>();

  private constructor(parts: {
    simulator: Simulator;
    database: TestDatabase;
    kafka: SecuredKafka;
    services: Services;
    authUrl: string;
    secret: string;
  }) {
    this.simulator = parts.simulator;
    this.database = parts.database;
    this.kafka = parts.kafka;
    this.redisUrl = parts.services.redisUrl;
    this.#services = parts.services;
    this.#authUrl = parts.authUrl;
    this.secrets.client = parts.secret;
  }

  static async open(): Promise<TestInstallation> {
    const authUrl = `http://127.0.0.1:${await freePort()}`;
    const secret = random();
    const clients = [{ id: clientId, secret, redirectUris: [`${authUrl}/oauth/callback`] }];
    const [simulator, database, kafka, services] = await Promise.all([
      createSimulator({ clients, athletes: 1, days: 1 }),
      createTestDatabase(),
      startSecuredKafka({ deniesByDefault: true }),
      startServices({ only: ['redis'], ways: ['docker', 'local'], durable: false }),
    ]);
    const installation = new TestInstallation({ simulator, database, kafka, services, authUrl, secret });
    try {
      await installation.#start();
    } catch (error) {
      await installation.close();
      throw error;
    }
    return installation;
  }

  /** The environment of all apps. */
  variables(changes: Variables = {}): Variables {
    const url = new URL(this.database.url);
    [url.username, url.password] = [this.login, this.secrets.login];
    return {
      DATABASE_URL: url.href,
      REDIS_URL: this.redisUrl,
      KAFKA_BROKERS: this.kafka.saslPlaintext,
      KAFKA_SASL_MECHANISM: 'scram-sha-512',
      KAFKA_USERNAME: this.kafka.user.username,
      KAFKA_PASSWORD: this.kafka.user.password,
      TENANTS_FILE: this.tenantFile(),
      PUBLIC_URL: 'https://connect.example',
      AUTH_URL: this.#authUrl,
      ADMIN_TOKEN: this.secrets.admin,
      INTERNAL_TOKEN: this.secrets.internal,
      ENCRYPTION_KEYS: `k1:${this.secrets.key}`,
      DEPLOYMENT: this.deployment,
      DATABASE_POOL: '4',
      ...changes,
    };
  }

  /** A tenant file in which the only tenant has these keys besides, or instead. @returns its path */
  tenantFile(changes: TenantChanges = {}): string {
    const { polar = {}, topics = {}, more = [], ...rest } = changes;
    const entry = {
      id: tenant,
      polar: {
        clientId,
        clientSecret: { file: this.file(this.secrets.client) },
        apiUrl: this.simulator.apiUrl,
        authUrl: this.simulator.authUrl,
        ...polar,
      },
      returnUrls: [returnUrl],
      topics: { prefix: this.prefix, partitions: 1, replication: 1, ...topics },
      ...rest,
    };
    return this.file(JSON.stringify({ tenants: [entry, ...more.map((extra) => ({ ...entry, ...extra }))] }));
  }

  /** @returns the path of a file with this text */
  file(text: string): string {
    const path = join(this.#folder, randomUUID());
    writeFileSync(path, text);
    return path;
  }

  get prefix(): string {
    return `polar.${this.deployment}`;
  }

  /** Whom the brokers allow everything. */
  async withKafka<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
    const brokers = [this.kafka.plaintext];
    const admin = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).admin();
    await admin.connect();
    try {
      return await work(admin);
    } finally {
      await admin.disconnect();
    }
  }

  /** Pauses the athlete's connection, which is an event. */
  async pauseAthlete(): Promise<void> {
    const [connection] = await this.database.db
      .selectFrom('connections')
      .select('id')
      .where('kind', '=', 'athlete')
      .execute();
    await this.#admin(`connections/${connection?.id ?? ''}/pause`, {});
  }

  async stopPublisher(): Promise<void> {
    await this.#apps.get('publisher')?.close();
    this.#apps.delete('publisher');
  }

  async close(): Promise<void> {
    for (const app of this.#apps.values()) await app.close();
    await this.simulator.close();
    await this.kafka.stop();
    await this.#services.stop();
    await sql`drop owned by ${sql.id(this.login)}`.execute(this.database.db);
    await sql`drop role ${sql.id(this.login)}`.execute(this.database.db);
    await this.database.drop();
  }

  async #start(): Promise<void> {
    const all = sql.raw(roles.join(', '));
    await sql`create role ${sql.id(this.login)} login password ${sql.lit(this.secrets.login)} in role ${all}`.execute(
      this.database.db,
    );
    await this.withKafka((admin) => admin.createAcls({ acl: this.#rights() }));
    const auth = this.variables({ PUBLIC_URL: this.#authUrl });
    await this.#run('auth', AuthModule.forRoot(loadEnv(AuthEnv, auth)), Number(new URL(this.#authUrl).port));
    await this.#run('publisher', PublisherModule.forRoot(loadEnv(PublisherEnv, this.variables())), 0);
    const { url } = await this.#admin<{ url: string }>('connect-links', { userReference: 'user-1', returnUrl });
    await consent(url, this.simulator.athletes()[0]?.name ?? '');
    await until('the athlete to be told of', 60, async () => {
      const lanes = await laneStates(this.database.db);
      return lanes.every(({ owner, lagRows }) => owner !== null && lagRows === 0);
    });
  }

  async #run(name: 'auth' | 'publisher', module: DynamicModule, port: number): Promise<void> {
    const testing = await Test.createTestingModule({ imports: [module] })
      .overrideProvider(AppLogger)
      .useValue(AppLogger.create({ name, logLevel: 'silent' }))
      .setLogger({ log: () => undefined, error: () => undefined, warn: () => undefined })
      .compile();
    const app = await createApp((adapter, more) => testing.createNestApplication(adapter, more), {
      name,
      tokens: name === 'auth' ? ['admin', 'internal'] : ['admin'],
    });
    this.#apps.set(name, app);
    await app.listen(port, '127.0.0.1');
  }

  async #admin<Answer>(path: string, body: object): Promise<Answer> {
    const response = await fetch(`${this.#authUrl}/v1/tenants/${tenant}/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.secrets.admin}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`auth answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as Answer;
  }

  /** What docs/operate.md has an operator give the publisher. */
  #rights(): Parameters<Admin['createAcls']>[0]['acl'] {
    const given = (
      resource: keyof typeof kafkajs.AclResourceTypes,
      name: string,
      ...operations: readonly Operation[]
    ) =>
      operations.map((operation) => ({
        principal: `User:${this.kafka.user.username}`,
        host: '*',
        resourceType: kafkajs.AclResourceTypes[resource],
        resourceName: name,
        resourcePatternType: kafkajs.ResourcePatternTypes.PREFIXED,
        operation: kafkajs.AclOperationTypes[operation],
        permissionType: kafkajs.AclPermissionTypes.ALLOW,
      }));
    return [
      ...given('TOPIC', `${this.prefix}.`, 'WRITE', 'CREATE', 'DESCRIBE', 'DESCRIBE_CONFIGS'),
      ...given('TOPIC', `${this.deployment}.`, 'READ', 'CREATE', 'DESCRIBE', 'DESCRIBE_CONFIGS', 'ALTER'),
      ...given('GROUP', `${this.deployment}-`, 'READ', 'DESCRIBE', 'DELETE'),
      ...given('TRANSACTIONAL_ID', `${this.deployment}-`, 'WRITE', 'DESCRIBE'),
    ];
  }
}

type Operation = keyof typeof kafkajs.AclOperationTypes;

export interface TenantChanges extends Readonly<Record<string, unknown>> {
  readonly polar?: object;
  readonly topics?: object;
  /** More tenants, with what they have otherwise. */
  readonly more?: readonly object[];
}
