import type { Budget, Tenant, Tenants, Verdict } from '#core';
import { type Clock, Ids, patiently } from '#platform';
import { type Hello, createDispatch, createHello, createTokenSource } from '#polar';
import { type RedisFacts, connectRedis, createBudget, leastRedis, redisFacts } from '#queue';
import {
  type Database,
  type DatabaseRole,
  missingPrivileges,
  openDatabase,
  quotaLedger,
  reachDatabase,
  schemaFacts,
  serverFacts,
} from '#store';
import { lookAtClients, lookAtKeys } from '../../../auth/src/doctor/doctor.operator.ts';
import { type PublisherDoctor, createPublisherDoctor } from '../../../publisher/src/doctor/doctor.operator.ts';
import type { DatabasePorts } from './database.ts';
import { hostOf } from './places.ts';
import type { RedisPorts } from './redis.ts';
import { type App, type Settings, roleOf } from './settings.ts';

/** How long something that hangs may take to close. */
const longestCloseMs = 1000;

/** The services of an installation, each opened when it is first asked for, as the apps open them. */
export class Installation {
  readonly #env: Settings['env'];
  readonly #tenants: Tenants | undefined;
  readonly #clock: Clock;
  readonly #ids = new Ids();
  readonly #databases = new Map<DatabaseRole | undefined, Database>();
  readonly #closers: (() => Promise<unknown>)[] = [];
  #redis: ReturnType<typeof connectRedis> | undefined;
  #redisFault: Error | undefined;
  #publisher: PublisherDoctor | undefined;

  /** @param env may lack variables; what needs them must not be asked for then */
  constructor(env: Settings['env'], tenants: Tenants | undefined, clock: Clock) {
    this.#env = env;
    this.#tenants = tenants;
    this.#clock = clock;
  }

  readonly now = (): number => this.#clock.now();

  database(apps: readonly App[]): DatabasePorts {
    return {
      host: hostOf(this.#env.DATABASE_URL),
      apps,
      facts: () => serverFacts(this.#db()),
      enter: (role) => reachDatabase(this.#db(role)),
      schema: (role) => schemaFacts(this.#db(role)),
      missingPrivileges: (role) => missingPrivileges(this.#db(role), role),
      now: this.now,
    };
  }

  redis(): RedisPorts {
    return {
      host: hostOf(this.#env.REDIS_URL),
      facts: () => this.#redisFacts(),
      leastVersion: leastRedis,
      now: this.now,
    };
  }

  /** @param app whose role pays */
  budget(app: App): Budget {
    return createBudget({
      redis: this.#connectedRedis(),
      ledger: quotaLedger(this.#db(roleOf(app))),
      quotaOf: (tenant) => this.#tenantFile().get(tenant).quota,
      keyPrefix: this.#env.DEPLOYMENT,
      now: this.now,
    });
  }

  hello(): (tenant: string) => Promise<Hello> {
    const { dispatch, close } = createDispatch();
    this.#closers.push(close);
    return createHello({ dispatch, budget: this.budget('poller'), tenants: this.#tenantFile(), now: this.now });
  }

  /** Asks auth for a token of a connection that nobody has. */
  async askForToken(): Promise<void> {
    const { AUTH_URL: authUrl, INTERNAL_TOKEN: internalToken } = this.#env;
    await createTokenSource({ authUrl, internalToken, now: this.now }).accessToken(this.#ids.uuid());
  }

  keys(): Promise<readonly Verdict[]> {
    return lookAtKeys(this.#db(roleOf('auth')), this.#env.ENCRYPTION_KEYS, this.#ids);
  }

  clients(tenants: readonly Tenant[]): Promise<readonly Verdict[]> {
    return lookAtClients(tenants, { budget: this.budget('auth'), ids: this.#ids, now: this.now });
  }

  publisher(): PublisherDoctor {
    return (this.#publisher ??= createPublisherDoctor(this.#env, () => this.#db(roleOf('publisher')), this.#ids));
  }

  async close(): Promise<void> {
    this.#redis?.disconnect();
    const databases = [...this.#databases.values()].map((db) => () => db.destroy());
    await Promise.all([...databases, ...this.#closers].map((close) => patiently(longestCloseMs, close())));
  }

  /** @param role that of an app; the login itself if not given */
  #db(role?: DatabaseRole): Database {
    const known = this.#databases.get(role);
    if (known !== undefined) return known;
    const { DATABASE_URL: url, DEPLOYMENT: deployment } = this.#env;
    const db = openDatabase(url, { ...(role && { role }), pool: 2, applicationName: `${deployment}-doctor` });
    this.#databases.set(role, db);
    return db;
  }

  #connectedRedis(): ReturnType<typeof connectRedis> {
    const { REDIS_URL: url, DEPLOYMENT: deployment } = this.#env;
    this.#redis ??= connectRedis(url, {
      name: `${deployment}-doctor`,
      onError: (error) => {
        this.#redisFault = error;
      },
    });
    return this.#redis;
  }

  async #redisFacts(): Promise<RedisFacts> {
    try {
      return await redisFacts(this.#connectedRedis());
    } catch (error) {
      // The command only says that it was given up; why, the connection says.
      throw this.#redisFault ?? error;
    }
  }

  #tenantFile(): Tenants {
    if (this.#tenants === undefined) throw new Error('the tenant file is needed, and was not usable');
    return this.#tenants;
  }
}
