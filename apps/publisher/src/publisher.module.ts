import { hostname } from 'node:os';
import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { TenantFile, type PublisherEnv, tracingOf } from '#config';
import {
  AppLogger,
  type Fields,
  Clock,
  Health,
  Ids,
  Metrics,
  PlatformModule,
  provideToken,
  Reloading,
  Tracing,
} from '#platform';
import { resources, stateTopics, topics } from '#resources';
import {
  countLanes,
  createLaneParking,
  createParkedStore,
  createReplayRunner,
  createReplayStore,
  faultOfPublication,
  holdLanes,
  isConfirmed,
  lanePositions,
  lanesChannel,
  databaseTime,
  laneStates,
  lanesOf,
  listen,
  markLog,
  noteRelayed,
  openDatabase,
  outboxChannel,
  pingDatabase,
  readOutbox,
  releaseLanes,
  retirePublisher,
  tendOutbox,
  termOf,
  type Database,
  type HeldReplay,
} from '#store';
import { bookkeepingOf } from './bookkeeping.ts';
import { brokerSettingsOf } from './broker-settings.ts';
import type { Broker } from './broker.ts';
import { createKafkajsBroker } from './kafka/kafkajs-broker.ts';
import { LaneKeeper } from './lane-keeper.ts';
import { LaneRelay } from './lane-relay.ts';
import { LANES_VIEW, LanesController } from './lanes.controller.ts';
import type { LanesView } from './lanes.dto.ts';
import { PARKED, ParkedController } from './parked.controller.ts';
import { logObserver, observers } from './publisher-log.ts';
import { publisherMetrics } from './publisher-metrics.ts';
import { traceObserver } from './publisher-traces.ts';
import { type Keeper, PublisherService } from './publisher.service.ts';
import { Replayer } from './replayer.ts';
import { REPLAYS, ReplaysController, type ReplayDesk } from './replays.controller.ts';
import { SlotWatch, parkedBesideSlot } from './slot-watch.ts';
import { TopicKeeper } from './topic-keeper.ts';
import { lanesTopic, tenantTopics } from './wanted-topics.ts';

interface Connections {
  readonly db: Database;
  readonly broker: Broker;
}

interface Platform {
  readonly log: AppLogger;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
}

const CONNECTIONS = Symbol('connections');
const TENANTS = 'tenants';
const RELOADING = Symbol('reloading');
const TOPICS = Symbol('topics');
const KEEPER = Symbol('keeper');
const LISTENER = Symbol('listener');
const REPLAYER = Symbol('replayer');

/** How long a silent publisher keeps its lanes. */
const leaseSeconds = 10;

/** Composition root of the publisher: the only place that names its adapters. */
@Module({})
export class PublisherModule implements OnApplicationShutdown {
  readonly #connections: Connections;
  readonly #listener: { close(): Promise<void> };

  constructor(@Inject(CONNECTIONS) connections: Connections, @Inject(LISTENER) listener: { close(): Promise<void> }) {
    this.#connections = connections;
    this.#listener = listener;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#listener.close();
    await this.#connections.db.destroy();
  }

  static forRoot(env: PublisherEnv): DynamicModule {
    return {
      module: PublisherModule,
      imports: [
        PlatformModule.forRoot({
          name: 'publisher',
          logLevel: env.LOG_LEVEL,
          refusalsPerMinute: env.PUBLIC_RATE_LIMIT,
          tracing: tracingOf(env),
        }),
      ],
      controllers: [LanesController, ParkedController, ReplaysController],
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
          provide: RELOADING,
          useFactory: (tenants: TenantFile, log: AppLogger) => new Reloading('tenant file', tenants, log),
          inject: [TENANTS, AppLogger],
        },
        {
          provide: TOPICS,
          useFactory: (
            connections: Connections,
            tenants: TenantFile,
            reloading: Reloading,
            log: AppLogger,
            clock: Clock,
          ) => keepTopics(env, connections, tenants, reloading, { log, clock }),
          inject: [CONNECTIONS, TENANTS, RELOADING, AppLogger, Clock],
        },
        {
          provide: KEEPER,
          useFactory: (
            connections: Connections,
            topicKeeper: TopicKeeper,
            log: AppLogger,
            clock: Clock,
            ids: Ids,
            metrics: Metrics,
            tracing: Tracing,
          ): Keeper =>
            env.RELAY === 'debezium'
              ? followSlot(env, connections, { log, metrics })
              : keepLanes(connections, topicKeeper, { log, clock, ids, metrics, tracing }),
          inject: [CONNECTIONS, TOPICS, AppLogger, Clock, Ids, Metrics, Tracing],
        },
        {
          provide: LISTENER,
          useFactory: (keeper: Keeper, log: AppLogger) => wakeUp(env, keeper, log),
          inject: [KEEPER, AppLogger],
        },
        {
          provide: REPLAYER,
          useFactory: (connections: Connections, topicKeeper: TopicKeeper, log: AppLogger, ids: Ids) =>
            carryOutReplays(connections, topicKeeper, { log, ids }),
          inject: [CONNECTIONS, TOPICS, AppLogger, Ids],
        },
        {
          provide: PublisherService,
          useFactory: (
            { db }: Connections,
            tenants: TenantFile,
            reloading: Reloading,
            topicKeeper: TopicKeeper,
            keeper: Keeper,
            replayer: Replayer<HeldReplay>,
            log: AppLogger,
          ) => {
            let taken = tenants.all();
            return new PublisherService(
              {
                keeper,
                replayer,
                ensureTopics: () => topicKeeper.ensureAll(),
                reloadTenants: () => {
                  reloading.look();
                  const changed = tenants.all() !== taken;
                  taken = tenants.all();
                  return changed;
                },
                tendOutbox: async () => {
                  const days = await tendOutbox(db, env.OUTBOX_RETENTION_HOURS);
                  if (days.length > 0) log.info('outbox days dropped', { days });
                },
              },
              log,
            );
          },
          inject: [CONNECTIONS, TENANTS, RELOADING, TOPICS, KEEPER, REPLAYER, AppLogger],
        },
        {
          provide: LANES_VIEW,
          useFactory:
            ({ db }: Connections) =>
            async (): Promise<LanesView> => ({
              relay: env.RELAY,
              // First: whoever holds a lane then shows a lease that ends later.
              at: new Date(await databaseTime(db)).toISOString(),
              lanes: await laneStates(db),
            }),
          inject: [CONNECTIONS],
        },
        {
          provide: PARKED,
          useFactory: ({ db }: Connections) => createParkedStore(db),
          inject: [CONNECTIONS],
        },
        {
          provide: REPLAYS,
          useFactory: ({ db, broker }: Connections): ReplayDesk => ({
            store: createReplayStore(db),
            hasTopic: async (topic) =>
              topic !== bookkeepingOf(env.DEPLOYMENT).topic && (await broker.topics.find([topic])).has(topic),
          }),
          inject: [CONNECTIONS],
        },
      ],
    };
  }
}

function open(env: PublisherEnv, log: AppLogger, health: Health): Connections {
  const db = openDatabase(env.DATABASE_URL, {
    role: 'accesslink_bridge_publisher',
    pool: env.DATABASE_POOL,
    applicationName: `${env.DEPLOYMENT}-publisher`,
    onError: (error) => log.warn('connection lost', { what: 'postgresql', reason: error.message }),
  });
  const broker = createKafkajsBroker({
    ...brokerSettingsOf(env),
    log: (message, fields) => log.debug(message, fields),
  });
  if (env.KAFKA_SASL_MECHANISM === 'plain' && !env.KAFKA_SSL) log.warn('the password for Kafka goes in the clear');
  health.register('postgresql', () => pingDatabase(db));
  health.register('kafka', () => broker.ping());
  return { db, broker };
}

function keepTopics(
  env: PublisherEnv,
  { db, broker }: Connections,
  tenants: TenantFile,
  reloading: Reloading,
  { log, clock }: Pick<Platform, 'log' | 'clock'>,
): TopicKeeper {
  const { topic } = bookkeepingOf(env.DEPLOYMENT);
  return new TopicKeeper({
    cluster: broker.topics,
    wanted: async () => {
      // An event of a tenant that is new may be here before the next look at the file.
      reloading.look();
      const lanes = await countLanes(db);
      return [lanesTopic(topic, lanes, tenants.all()), ...tenantTopics(tenants.all(), topics(), stateTopics())];
    },
    now: () => clock.now(),
    onCreated: (topic) => log.info('topic created', { topic }),
    onDifference: (difference) => log.warn('topic differs from the tenant file', { ...difference }),
    onStray: (topic) => log.warn('topic of no tenant', { topic }),
  });
}

function keepLanes(
  { db, broker }: Connections,
  topicKeeper: TopicKeeper,
  { log, clock, ids, metrics, tracing }: Platform,
): LaneKeeper {
  const publisher = `${hostname()}-${ids.uuid()}`;
  const measure = publisherMetrics(
    metrics,
    () => laneStates(db),
    createParkedStore(db).counts,
    () => clock.now(),
  );
  const start = (lane: number): LaneRelay =>
    new LaneRelay(lane, {
      term: () => termOf(db, publisher, lane),
      open: () => broker.openLane(lane, topicKeeper),
      positions: () => lanePositions(db, lane),
      read: (after, limits) => readOutbox(db, lane, after, limits),
      note: (position) => noteRelayed(db, lane, position),
      parking: (term) => createLaneParking(db, { publisher, lane, term }),
      isFenced: (error) => broker.isFenced(error),
      now: () => clock.now(),
      observer: observers([
        logObserver(log, lane),
        measure.observer(lane),
        ...(tracing.isOn ? [traceObserver(tracing, lane)] : []),
      ]),
    });
  return new LaneKeeper({
    hold: () => holdLanes(db, publisher, leaseSeconds),
    release: (lanes) => releaseLanes(db, publisher, lanes),
    retire: () => retirePublisher(db, publisher),
    start,
    onError: (error) => log.warn('lanes not renewed', { error }),
    onChange: (lanes) => log.info('lanes changed', { lanes }),
  });
}

function followSlot(
  env: PublisherEnv,
  { db }: Connections,
  { log, metrics }: Pick<Platform, 'log' | 'metrics'>,
): SlotWatch {
  const parked = createParkedStore(db);
  publisherMetrics(metrics, () => laneStates(db), parked.counts);
  const slot = env.DEBEZIUM_SLOT;
  return new SlotWatch({
    mark: () => markLog(db),
    isConfirmed: (lsn) => isConfirmed(db, slot, lsn),
    note: (lane, position) => noteRelayed(db, lane, position),
    fault: async () => {
      const waiting = (await parked.counts()).length > 0;
      if (waiting) return `${parkedBesideSlot.fault}: ${parkedBesideSlot.advice}`;
      return faultOfPublication(db);
    },
    onMissing: () =>
      log.warn('replication slot not found', {
        slot,
        advice: 'start the connector, or set DEBEZIUM_SLOT to its slot.name',
      }),
    onLost: () =>
      log.error('replication slot was dropped', {
        slot,
        advice:
          'what it had not read comes to nobody by a new one; docs/debezium.md says how to bring it: new slot, restart, then a replay',
      }),
    onFault: (fault) =>
      log.error('Debezium does not bring all events', { fault, advice: 'set it up as docs/debezium.md says' }),
    onError: (error) => log.warn('replication slot not looked at', { slot, error }),
  });
}

function carryOutReplays(
  { db, broker }: Connections,
  topicKeeper: TopicKeeper,
  { log, ids }: Pick<Platform, 'log' | 'ids'>,
): Replayer<HeldReplay> {
  const fieldsOf = ({ id, tenant, events, published }: HeldReplay): Fields => ({
    replay: id,
    tenant,
    events,
    published,
  });
  return new Replayer<HeldReplay>({
    replays: createReplayRunner(db, `${hostname()}-${ids.uuid()}`),
    open: (id) => broker.openReplay(id, topicKeeper),
    lanes: () => lanesOf(db),
    onBegun: (held) => log.info('replay begun', fieldsOf(held)),
    onEnded: (held) => log.info('replay done', { replay: held.id, tenant: held.tenant }),
    onFailed: (held, error) => log.warn('replay broke off', { ...fieldsOf(held), error }),
    onError: (error) => log.warn('replays not carried out', { error }),
  });
}

function wakeUp(env: PublisherEnv, keeper: Keeper, log: AppLogger): { close(): Promise<void> } {
  return listen(env.DATABASE_URL, {
    role: 'accesslink_bridge_publisher',
    applicationName: `${env.DEPLOYMENT}-publisher-listener`,
    channels: {
      [outboxChannel]: (lane) => keeper.wake(Number(lane)),
      [lanesChannel]: () => void keeper.tick(),
    },
    onConnect: () => keeper.wake(),
    onError: (error) => log.warn('connection lost', { what: 'postgresql notifications', reason: error.message }),
  });
}
