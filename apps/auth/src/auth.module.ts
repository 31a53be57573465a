import { type DynamicModule, Inject, Module, type OnApplicationShutdown, type Provider } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { type AuthEnv, TenantFile, summary, tracingOf } from '#config';
import { findTenant } from '#core';
import {
  AppLogger,
  Clock,
  Health,
  Ids,
  LocalHits,
  Metrics,
  PlatformModule,
  RateLimiter,
  SharedHits,
  provideReloading,
  provideToken,
} from '#platform';
import { connectRedis, createBudget, createHits } from '#queue';
import { resources, resourcesOf } from '#resources';
import {
  type Database,
  createAuditStore,
  createConnectionStore,
  createConsentStore,
  createCredentialStore,
  createRefreshAttempts,
  openDatabase,
  pingDatabase,
  quotaLedger,
} from '#store';
import { createAuthMetrics } from './auth-metrics.ts';
import { AuditController } from './audit.controller.ts';
import { Caretaker } from './caretaker.ts';
import { ConnectLinksController } from './connect-links.controller.ts';
import { ConnectLinks } from './connect-links.ts';
import { ConnectionsController } from './connections.controller.ts';
import { ConsentController } from './consent.controller.ts';
import { Consents } from './consents.ts';
import { Gate } from './gate.ts';
import { Housekeeping } from './housekeeping.ts';
import { InternalController } from './internal.controller.ts';
import { LinkSigner } from './link-token.ts';
import { LostModule } from './lost.module.ts';
import { OAuthClient } from './oauth-client.ts';
import { LocalSealer } from './local-sealer.ts';
import {
  AuditStore,
  ConnectionStore,
  ConsentStore,
  CredentialStore,
  RefreshAttempts,
  ScopeCatalogue,
  Sealer,
  TenantDirectory,
} from './ports.ts';
import { PublicUrl } from './public-url.ts';
import { Refresher } from './refresher.ts';
import { Registry } from './registry.ts';
import { distinct, documentedScopes } from './scopes.ts';
import { StoredTokensCheck } from './stored-tokens.check.ts';
import { TokenCustody } from './token-custody.ts';

/** What is opened here and closed when nobody needs it any more. */
interface Opened {
  readonly db: Database;
  readonly redis: ReturnType<typeof connectRedis>;
}

const topicsByResource = new Map(resources.map(({ name, topic }) => [name, topic]));

const OPENED = Symbol('opened');
const METRICS = Symbol('auth metrics');

/** Composition root of auth: the only place that names its adapters. */
@Module({})
export class AuthModule implements OnApplicationShutdown {
  private readonly opened: Opened;

  constructor(@Inject(OPENED) opened: Opened) {
    this.opened = opened;
  }

  async onApplicationShutdown(): Promise<void> {
    this.opened.redis.disconnect();
    await this.opened.db.destroy();
  }

  static forRoot(env: AuthEnv): DynamicModule {
    return {
      module: AuthModule,
      imports: [
        PlatformModule.forRoot({
          name: 'auth',
          logLevel: env.LOG_LEVEL,
          refusalsPerMinute: env.PUBLIC_RATE_LIMIT,
          tracing: tracingOf(env),
        }),
        ScheduleModule.forRoot(),
        LostModule,
      ],
      controllers: [
        AuditController,
        ConnectLinksController,
        ConnectionsController,
        ConsentController,
        InternalController,
      ],
      providers: [
        provideToken('admin', env.ADMIN_TOKEN),
        provideToken('internal', env.INTERNAL_TOKEN),
        ...adapters(env),
        ...services(env),
        Housekeeping,
        StoredTokensCheck,
        provideReloading('tenant file', TenantDirectory),
      ],
    };
  }
}

function adapters(env: AuthEnv): Provider[] {
  return [
    {
      provide: OPENED,
      useFactory: (log: AppLogger, health: Health) => open(env, log, health),
      inject: [AppLogger, Health],
    },
    {
      provide: ConnectionStore,
      useFactory: ({ db }: Opened, tenants: TenantDirectory) =>
        createConnectionStore(db, (tenant) =>
          findTenant(tenants, tenant)?.topics.state === true ? topicsByResource : new Map(),
        ),
      inject: [OPENED, TenantDirectory],
    },
    { provide: AuditStore, useFactory: ({ db }: Opened) => createAuditStore(db), inject: [OPENED] },
    { provide: RefreshAttempts, useFactory: ({ db }: Opened) => createRefreshAttempts(db), inject: [OPENED] },
    { provide: ConsentStore, useFactory: ({ db }: Opened) => createConsentStore(db), inject: [OPENED] },
    { provide: CredentialStore, useFactory: ({ db }: Opened) => createCredentialStore(db), inject: [OPENED] },
    {
      provide: RateLimiter,
      useFactory: ({ redis }: Opened, clock: Clock) => {
        const shared = createHits({ redis, keyPrefix: env.DEPLOYMENT });
        return new RateLimiter(new SharedHits(shared, new LocalHits(clock)), env.PUBLIC_RATE_LIMIT);
      },
      inject: [OPENED, Clock],
    },
    {
      provide: TenantDirectory,
      useFactory: () =>
        new TenantFile(env.TENANTS_FILE, { knownResources: resources.map(({ name }) => name), withSecrets: true }),
    },
    {
      provide: ScopeCatalogue,
      useFactory: (tenants: TenantDirectory): ScopeCatalogue => ({
        all: () => documentedScopes,
        of: (tenant) => distinct(resourcesOf(tenants.get(tenant).resources).map(({ scope }) => scope)),
      }),
      inject: [TenantDirectory],
    },
    {
      provide: OAuthClient,
      useFactory: ({ db, redis }: Opened, tenants: TenantDirectory, clock: Clock) => {
        const quotaOf = (tenant: string) => tenants.get(tenant).quota;
        const now = () => clock.now();
        const budget = createBudget({ redis, ledger: quotaLedger(db), quotaOf, keyPrefix: env.DEPLOYMENT, now });
        return new OAuthClient({ budget, now });
      },
      inject: [OPENED, TenantDirectory, Clock],
    },
  ];
}

function services(env: AuthEnv): Provider[] {
  const publicUrl = new PublicUrl(env.PUBLIC_URL);
  return [
    { provide: PublicUrl, useValue: publicUrl },
    { provide: LinkSigner, useValue: new LinkSigner(env.ENCRYPTION_KEYS) },
    { provide: METRICS, useFactory: createAuthMetrics, inject: [Metrics] },
    {
      provide: Sealer,
      useFactory: (ids: Ids) => new LocalSealer(env.ENCRYPTION_KEYS, (bytes) => ids.bytes(bytes)),
      inject: [Ids],
    },
    made(ConnectLinks, {
      tenants: TenantDirectory,
      catalogue: ScopeCatalogue,
      store: ConsentStore,
      signer: LinkSigner,
      publicUrl: PublicUrl,
      clock: Clock,
      ids: Ids,
    }),
    made(Consents, {
      tenants: TenantDirectory,
      links: ConnectLinks,
      store: ConsentStore,
      connections: ConnectionStore,
      oauth: OAuthClient,
      sealer: Sealer,
      publicUrl: PublicUrl,
      clock: Clock,
      ids: Ids,
      log: AppLogger,
      metrics: METRICS,
    }),
    made(
      Refresher,
      {
        connections: ConnectionStore,
        credentials: CredentialStore,
        attempts: RefreshAttempts,
        oauth: OAuthClient,
        sealer: Sealer,
        clock: Clock,
        log: AppLogger,
        metrics: METRICS,
      },
      { secondThoughtMs: 1000 },
    ),
    made(
      TokenCustody,
      {
        tenants: TenantDirectory,
        connections: ConnectionStore,
        credentials: CredentialStore,
        refresher: Refresher,
        sealer: Sealer,
        clock: Clock,
        log: AppLogger,
      },
      { gate: gateOf(env) },
    ),
    made(Caretaker, {
      tenants: TenantDirectory,
      credentials: CredentialStore,
      attempts: RefreshAttempts,
      custody: TokenCustody,
      clock: Clock,
      log: AppLogger,
    }),
    made(Registry, { tenants: TenantDirectory, connections: ConnectionStore, clock: Clock, log: AppLogger }),
    {
      provide: 'start',
      useFactory: (log: AppLogger) => log.info('configuration', summary(env)),
      inject: [AppLogger],
    },
  ];
}

/**
 * A refresh holds a database connection for as long as the provider takes: half of them stay for the rest, and one tenant whose
 * provider hangs leaves places for the others.
 */
function gateOf({ DATABASE_POOL }: AuthEnv): Gate {
  const most = Math.max(1, Math.floor(DATABASE_POOL / 2));
  return new Gate(most, Math.max(1, most - 1));
}

type Token = Provider extends infer P ? (P extends { provide: infer T } ? T : never) : never;

/** A class whose constructor takes its ports as one object: which token gives which port. */
function made<P extends object, F extends Partial<P>>(
  type: new (ports: P) => object,
  tokens: { readonly [K in Exclude<keyof P, keyof F>]: Token },
  fixed?: F,
): Provider {
  const entries = Object.entries(tokens) as [string, Token][];
  return {
    provide: type,
    useFactory: (...given: unknown[]) =>
      new type({ ...fixed, ...Object.fromEntries(entries.map(([name], index) => [name, given[index]])) } as P),
    inject: entries.map(([, token]) => token) as never,
  };
}

function open(env: AuthEnv, log: AppLogger, health: Health): Opened {
  const warn = (what: string) => (error: Error) => log.warn('connection lost', { what, reason: error.message });
  const db = openDatabase(env.DATABASE_URL, {
    role: 'accesslink_bridge_auth',
    pool: env.DATABASE_POOL,
    applicationName: `${env.DEPLOYMENT}-auth`,
    onError: warn('postgresql'),
  });
  const redis = connectRedis(env.REDIS_URL, { name: `${env.DEPLOYMENT}-auth`, onError: warn('redis') });
  health.register('postgresql', () => pingDatabase(db));
  // Redis isn't asked: without it tokens that are still good are given out all the same.
  return { db, redis };
}
