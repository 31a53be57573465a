import {
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnApplicationShutdown,
  type OnApplicationBootstrap,
  Inject,
} from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { TenantFile, type PollerEnv, tracingOf } from '#config';
import { findTenant, type Changes, type Tenant, type Tenants, type Tick } from '#core';
import {
  AppLogger,
  Clock,
  Health,
  Ids,
  Metrics,
  patiently,
  PlatformModule,
  provideReloading,
  provideToken,
  Tracing,
} from '#platform';
import { Breakers, createDispatch, createHello, createPolarClient, createTokenSource, LargeBodies } from '#polar';
import {
  connectRedis,
  createBudget,
  createPollQueue,
  createTurn,
  startPollWorker,
  type PollQueue,
  type PollWorker,
} from '#queue';
import { resources, resourcesOf } from '#resources';
import {
  backfillScene,
  beginPoll,
  dueTargets,
  cancelBackfills,
  carrierOf,
  demandBackfill,
  enrolConnections,
  failPoll,
  giveBack,
  holdLease,
  leaseDue,
  noteDrift,
  noteRequests,
  openDatabase,
  pacingStore,
  pauseBackfills,
  pingDatabase,
  pollNow,
  quotaLedger,
  record,
  replanTenant,
  resumeBackfills,
  snapshotsOf,
  statusOf,
  suspendConnection,
  suspendTarget,
  syncOf,
  waitingTargets,
  type Database,
  type EnrolmentPlan,
  type Share,
} from '#store';
import { BackfillController, type ResourcesOf } from './backfill.controller.ts';
import { BackfillStore } from './backfill-store.ts';
import { breakerLog } from './breaker-log.ts';
import { poll } from './poll.ts';
import { createDriftMonitor } from './drift-monitor.ts';
import { failureLog } from './failure-log.ts';
import { PaceKeeper } from './pace-keeper.ts';
import { PollHandler } from './poll-handler.ts';
import { pollMetrics } from './poll-metrics.ts';
import { PollStories } from './poll-story.ts';
import { PlannerService } from './planner.service.ts';
import { targetsOf } from './pricing.ts';
import { ProviderWatch } from './provider-watch.ts';
import { QuotaController } from './quota.controller.ts';
import { RememberedUsage } from './remembered-usage.ts';
import { ChangeDelays } from './status/change-delays.ts';
import { FindingsController, StatusController } from './status/status.controller.ts';
import { StatusDesk } from './status/status-desk.ts';
import { SyncController } from './sync.controller.ts';
import { TenantsController } from './tenants.controller.ts';
import { SyncStore } from './sync-store.ts';

/** Everything that is opened here, so that it is closed in the right order. */
interface Connections {
  readonly db: Database;
  readonly redis: ReturnType<typeof connectRedis>;
  readonly queue: PollQueue;
  readonly dispatch: ReturnType<typeof createDispatch>;
  readonly largeBodies: LargeBodies;
}

const CONNECTIONS = Symbol('connections');
const TENANTS = Symbol('tenants');
const BUDGET = Symbol('budget');

const polledBy: ResourcesOf = (tenant) => resourcesOf(tenant.resources);
const resourcesByName = new Map(resources.map((resource) => [resource.name, resource]));

/** Of the workers: an athlete whose requests hang leaves the rest to others. */
const shareOfConnection = 0.75;

/** Polls that are cut off here lose their lease and are made again. */
const longestDrainMs = 20_000;
/** How long the other replicas wait for one that died while it planned. */
const longestTurnMs = 5000;

/** How long the status page waits for a tenant's budget. */
const longestLookMs = 2000;

/** Composition root of the poller: the only place that names its adapters. */
@Module({})
export class PollerModule implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  readonly #connections: Connections;
  readonly #start: () => PollWorker;
  #worker: PollWorker | undefined;

  constructor(@Inject(CONNECTIONS) connections: Connections, @Inject('startWorker') start: () => PollWorker) {
    this.#connections = connections;
    this.#start = start;
  }

  /** Not sooner: polls would delay the rest of the start, and with it the readiness. */
  onApplicationBootstrap(): void {
    this.#worker = this.#start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await patiently(longestDrainMs, this.#worker?.drain());
  }

  async onApplicationShutdown(): Promise<void> {
    await patiently(1000, this.#connections.queue.close());
    this.#connections.redis.disconnect();
    await this.#connections.dispatch.close();
    await this.#connections.db.destroy();
  }

  static forRoot(env: PollerEnv): DynamicModule {
    return {
      module: PollerModule,
      imports: [
        PlatformModule.forRoot({
          name: 'poller',
          logLevel: env.LOG_LEVEL,
          refusalsPerMinute: env.PUBLIC_RATE_LIMIT,
          tracing: tracingOf(env),
        }),
        ScheduleModule.forRoot(),
      ],
      controllers: [
        BackfillController,
        FindingsController,
        QuotaController,
        StatusController,
        SyncController,
        TenantsController,
      ],
      providers: [
        provideToken('admin', env.ADMIN_TOKEN),
        {
          provide: TENANTS,
          useFactory: () => new TenantFile(env.TENANTS_FILE, { knownResources: resources.map(({ name }) => name) }),
        },
        {
          provide: CONNECTIONS,
          useFactory: (log: AppLogger, health: Health) => open(env, log, health),
          inject: [AppLogger, Health],
        },
        {
          provide: BUDGET,
          useFactory: ({ redis, db }: Connections, tenants: Tenants, clock: Clock) =>
            createBudget({
              redis,
              ledger: quotaLedger(db),
              quotaOf: (tenant) => tenants.get(tenant).quota,
              keyPrefix: env.DEPLOYMENT,
              now: () => clock.now(),
            }),
          inject: [CONNECTIONS, TENANTS, Clock],
        },
        {
          provide: PaceKeeper,
          useFactory: ({ db }: Connections, tenants: Tenants, log: AppLogger, clock: Clock) =>
            new PaceKeeper(
              {
                ...pacingStore(db),
                resources: resourcesByName,
                tenants: () => tenants.all(),
                wanted: polledBy,
                now: () => clock.now(),
              },
              log,
            ),
          inject: [CONNECTIONS, TENANTS, AppLogger, Clock],
        },
        {
          provide: PlannerService,
          useFactory: (
            connections: Connections,
            tenants: Tenants,
            budget: ReturnType<typeof createBudget>,
            log: AppLogger,
            ids: Ids,
            clock: Clock,
          ) => planner(env, connections, tenants, budget, { log, ids, clock }),
          inject: [CONNECTIONS, TENANTS, BUDGET, AppLogger, Ids, Clock],
        },
        {
          provide: Breakers,
          useFactory: (log: AppLogger, clock: Clock, ids: Ids) =>
            new Breakers({ now: () => clock.now(), random: () => randomOf(ids), onChange: breakerLog(log) }),
          inject: [AppLogger, Clock, Ids],
        },
        {
          provide: ProviderWatch,
          useFactory: (
            { dispatch: { dispatch } }: Connections,
            tenants: Tenants,
            budget: ReturnType<typeof createBudget>,
            clock: Clock,
            health: Health,
          ) => {
            const watch = new ProviderWatch({
              tenants: () => tenants.all().flatMap(({ id, paused }) => (paused ? [] : [id])),
              hello: createHello({ dispatch, budget, tenants, now: () => clock.now() }),
              now: () => clock.now(),
            });
            health.annotate('provider', () => watch.note());
            return watch;
          },
          inject: [CONNECTIONS, TENANTS, BUDGET, Clock, Health],
        },
        {
          provide: ChangeDelays,
          useFactory: (clock: Clock) => new ChangeDelays(() => clock.now()),
          inject: [Clock],
        },
        {
          provide: 'startWorker',
          useFactory:
            (
              connections: Connections,
              tenants: Tenants,
              budget: ReturnType<typeof createBudget>,
              log: AppLogger,
              clock: Clock,
              ids: Ids,
              metrics: Metrics,
              watch: ProviderWatch,
              keeper: PaceKeeper,
              breakers: Breakers,
              delays: ChangeDelays,
              tracing: Tracing,
            ) =>
            () =>
              worker(env, connections, tenants, budget, {
                log,
                clock,
                ids,
                metrics,
                watch,
                keeper,
                breakers,
                delays,
                tracing,
              }),
          inject: [
            CONNECTIONS,
            TENANTS,
            BUDGET,
            AppLogger,
            Clock,
            Ids,
            Metrics,
            ProviderWatch,
            PaceKeeper,
            Breakers,
            ChangeDelays,
            Tracing,
          ],
        },
        {
          provide: StatusDesk,
          useFactory: (
            { db }: Connections,
            tenants: Tenants,
            budget: ReturnType<typeof createBudget>,
            clock: Clock,
            health: Health,
            watch: ProviderWatch,
            keeper: PaceKeeper,
            breakers: Breakers,
            delays: ChangeDelays,
            log: AppLogger,
          ) =>
            statusDesk(db, tenants, budget, { relay: env.RELAY, clock, health, watch, keeper, breakers, delays, log }),
          inject: [
            CONNECTIONS,
            TENANTS,
            BUDGET,
            Clock,
            Health,
            ProviderWatch,
            PaceKeeper,
            Breakers,
            ChangeDelays,
            AppLogger,
          ],
        },
        {
          provide: SyncStore,
          useFactory: ({ db }: Connections): SyncStore => ({
            syncOf: (tenant, connection) => syncOf(db, tenant, connection),
            pollNow: (tenant, connection, actor, only) => pollNow(db, tenant, connection, actor, only),
          }),
          inject: [CONNECTIONS],
        },
        {
          provide: BackfillStore,
          useFactory: ({ db }: Connections): BackfillStore => ({
            scene: (tenant, connection) => backfillScene(db, tenant, connection),
            demand: (tenant, connection, wanted, actor) => demandBackfill(db, tenant, connection, wanted, actor),
            pause: ({ id }, connection, actor) => pauseBackfills(db, id, connection, actor),
            resume: ({ id }, connection, actor) => resumeBackfills(db, id, connection, actor),
            cancel: (tenant, connection, actor) => cancelBackfills(db, tenant, connection, actor),
          }),
          inject: [CONNECTIONS],
        },
        { provide: 'resourcesOf', useValue: polledBy },
        provideReloading('tenant file', TENANTS),
        { provide: 'tenants', useExisting: TENANTS },
        { provide: 'budget', useExisting: BUDGET },
        { provide: 'breakers', useExisting: Breakers },
      ],
    };
  }
}

/** @returns a number from 0 to 1 */
function randomOf(ids: Ids): number {
  return ids.bytes(4).readUInt32BE() / 2 ** 32;
}

function open(env: PollerEnv, log: AppLogger, health: Health): Connections {
  const warn = (what: string) => (error: Error) => log.warn('connection lost', { what, reason: error.message });
  const db = openDatabase(env.DATABASE_URL, {
    role: 'accesslink_bridge_poller',
    pool: env.DATABASE_POOL,
    applicationName: `${env.DEPLOYMENT}-poller`,
    onError: warn('postgresql'),
  });
  const redis = connectRedis(env.REDIS_URL, { name: `${env.DEPLOYMENT}-poller`, onError: warn('redis') });
  const queue = createPollQueue({ url: env.REDIS_URL, prefix: env.DEPLOYMENT, onError: warn('redis') });
  health.register('postgresql', () => pingDatabase(db));
  health.register('redis', () => redis.ping());
  const largeBodies = new LargeBodies();
  const dispatch = createDispatch({
    connections: env.POLL_CONCURRENCY,
    timeoutMs: env.REQUEST_TIMEOUT_SECONDS * 1000,
    largeBodies,
  });
  return { db, redis, queue, dispatch, largeBodies };
}

function planner(
  env: PollerEnv,
  { db, redis, queue }: Pick<Connections, 'db' | 'redis' | 'queue'>,
  tenants: Tenants,
  budget: ReturnType<typeof createBudget>,
  { log, ids, clock }: { log: AppLogger; ids: Ids; clock: Clock },
): PlannerService<Awaited<ReturnType<typeof leaseDue>>[number]> {
  let planned: readonly Tenant[] | undefined;
  let plans = new Map<string, EnrolmentPlan>();
  const enrol = async (): Promise<void> => {
    const wanted = tenants.all();
    if (wanted !== planned) {
      plans = new Map(wanted.map((tenant) => [tenant.id, { tenant, resources: polledBy(tenant) }]));
      for (const plan of plans.values()) await replanTenant(db, plan);
      planned = wanted;
    }
    await enrolConnections(db, plans);
  };
  const random = () => randomOf(ids);
  const remembered = new RememberedUsage(budget, () => clock.now(), random);
  const ports = {
    takeTurn: createTurn({
      redis,
      key: `${env.DEPLOYMENT}:planning`,
      longestMs: longestTurnMs,
      token: () => ids.uuid(),
    }),
    tenants: () => tenants.all(),
    budget: remembered,
    enrol,
    due: (among: readonly string[], most: number) => dueTargets(db, among, most),
    random,
    lease: async (shares: readonly Share[]) => {
      const targets = await leaseDue(db, shares, env.LEASE_SECONDS);
      remembered.leased(targets);
      return targets;
    },
    queue,
  };
  return new PlannerService(ports, log, env.POLL_CONCURRENCY * 4);
}

function statusDesk(
  db: Database,
  tenants: Tenants,
  budget: ReturnType<typeof createBudget>,
  {
    relay,
    clock,
    health,
    watch,
    keeper,
    breakers,
    delays,
    log,
  }: {
    relay: PollerEnv['RELAY'];
    clock: Clock;
    health: Health;
    watch: ProviderWatch;
    keeper: PaceKeeper;
    breakers: Breakers;
    delays: ChangeDelays;
    log: AppLogger;
  },
): StatusDesk {
  return new StatusDesk({
    now: () => clock.now(),
    services: async () => (await health.readiness()).checks,
    known: () => ({
      relay,
      tenants: tenants.all().map(({ id, name, paused, polling: { maxSeconds } }) => {
        const pace = keeper.pace(id);
        const targets = pace === undefined ? 0 : targetsOf(pace.demand);
        return { id, name, paused, targets, maxSeconds, stretch: pace?.stretch ?? 1 };
      }),
      silent: watch.silent(),
      breakers: breakers.open(),
    }),
    database: (polled) => statusOf(db, polled),
    lookUp: async (id) => {
      // The tenant file may have changed meanwhile.
      const tenant = findTenant(tenants, id);
      return {
        budget: await patiently(longestLookMs, budget.usage(id)).catch(() => undefined),
        expectedDelay: tenant && keeper.delay(tenant),
        seenDelay: delays.of(id),
      };
    },
    onError: (error) => void log.warn('status not read from the database', { error }),
  });
}

function worker(
  env: PollerEnv,
  { db, dispatch, largeBodies }: Connections,
  tenants: Tenants,
  budget: ReturnType<typeof createBudget>,
  {
    log,
    clock,
    ids,
    metrics,
    watch,
    keeper,
    breakers,
    delays,
    tracing,
  }: {
    log: AppLogger;
    clock: Clock;
    ids: Ids;
    metrics: Metrics;
    watch: ProviderWatch;
    keeper: PaceKeeper;
    breakers: Breakers;
    delays: ChangeDelays;
    tracing: Tracing;
  },
): PollWorker {
  const now = (): number => clock.now();
  const measure = pollMetrics(metrics, {
    providers: () => watch.states(),
    breakers: () => breakers.open(),
    tenants: () => tenants.all().flatMap(({ id, paused }) => (paused ? [] : [id])),
    usage: (tenant) => budget.usage(tenant),
    pace: (tenant) => keeper.pace(tenant),
    waiting: (some) => waitingTargets(db, some),
  });
  const stories = new PollStories({
    begin: (name, options) => tracing.begin(name, options),
    traceparent: () => `00-${ids.bytes(16).toString('hex')}-${ids.bytes(8).toString('hex')}-01`,
    answered: measure.answered,
  });
  const tokens = createTokenSource({ authUrl: env.AUTH_URL, internalToken: env.INTERNAL_TOKEN, now });
  const polar = createPolarClient({
    dispatch: stories.dispatch(dispatch.dispatch),
    tokens,
    budget,
    breakers,
    tenants,
    now,
    onRequest: (request) => {
      measure.request(request);
      watch.heard(request.tenant, request.outcome);
    },
    onPaid: (tenant, purpose) => keeper.noteRequest(tenant, purpose),
    onFailure: failureLog(log),
    onDrift: createDriftMonitor({
      note: (tenant, resource, drift) => noteDrift(db, tenants.get(tenant), resource, drift),
      count: measure.drift,
      log,
    }),
  });
  const ports = stories.around({
    polar,
    snapshots: { of: snapshotsOf.bind(undefined, db) },
    record: async (tick: Tick, changes: Changes) => {
      const recorded = await record(db, tick, changes, resources);
      keeper.noteNews(tick, changes.news);
      measure.recorded(tick.connection.tenant, changes.events);
      delays.note(tick.connection.tenant, changes.events);
      return recorded;
    },
  });
  const handler = new PollHandler({
    leaseMs: env.LEASE_SECONDS * 1000,
    mostOfConnection: Math.max(1, Math.floor(env.POLL_CONCURRENCY * shareOfConnection)),
    tenants,
    resources: resourcesByName,
    cadences: keeper,
    targets: {
      begin: (target) => beginPoll(db, target, env.LEASE_SECONDS),
      carrier: (tenant, scope) => carrierOf(db, tenant, scope),
      hold: (target, until) => holdLease(db, target, { until, seconds: env.LEASE_SECONDS }),
      giveBack: (target, until) => giveBack(db, target, until),
      renew: (target) => holdLease(db, target, { seconds: env.LEASE_SECONDS }),
      fail: (tick, error) => failPoll(db, tick, error),
      noteRequests: (target, requests) => noteRequests(db, target, requests),
      suspend: (tick, reason) => suspendTarget(db, tick, reason),
      suspendConnection: (connection, reason) => suspendConnection(db, connection, reason),
    },
    poll: (tick) => poll(tick, ports).finally(() => largeBodies.leave(tick)),
    spent: (tick) => polar.spent(tick),
    reject: (connection, reason) => tokens.reject(connection, reason),
    random: () => randomOf(ids),
    now,
    begin: (target) => stories.begin(target),
    facts: (tick) => stories.of(tick),
    log,
    outcome: measure.poll,
  });
  return startPollWorker({
    url: env.REDIS_URL,
    prefix: env.DEPLOYMENT,
    concurrency: env.POLL_CONCURRENCY,
    handler,
    now,
    onError: (error) => log.warn('worker error', { reason: error.message }),
  });
}
