import type { LaneHolder } from '#store';
import { LaneKeeper } from '../../../apps/publisher/src/lane-keeper.ts';
import {
  laneRelayDefaults,
  LaneRelay,
  type LaneProducer,
  type LaneRelayPorts,
} from '../../../apps/publisher/src/lane-relay.ts';
import type { ParkingStore } from '../../../apps/publisher/src/parking.ts';
import { isFenced } from '../../../apps/publisher/src/kafka/failure.ts';
import { openMemoryProducer, type BrokerWire } from '../fakes/lane-producer.ts';
import type { Network } from '../network.ts';
import type { Services } from '../services.ts';
import type { Process } from '../time/process.ts';
import type { Scheduler } from '../time/scheduler.ts';

export interface PublisherScene {
  readonly scheduler: Scheduler;
  readonly network: Network;
  readonly services: Services;
  readonly note: (who: string, line: () => string) => void;
}

/** The ports of a lane's relay that a planted bug may replace. */
export interface LanePorts extends Pick<LaneRelayPorts, 'positions' | 'read' | 'note' | 'parking'> {
  readonly open: () => Promise<LaneProducer>;
  readonly wire: BrokerWire;
}

/** Where a lane is relayed. */
export interface LanePlace {
  readonly lane: number;
  readonly process: Process;
}

export type PlantInPublisher = (ports: LanePorts, place: LanePlace) => Partial<LanePorts>;

/** As often as it takes for a lease of so many seconds: both are longer than in production, or heartbeats were most of all steps. */
const heartbeatMs = 420_000;
const leaseSeconds = 1200;
const settings = { ...laneRelayDefaults, limits: { rows: 4, bytes: 2_500_000 }, idleMs: 1_800_000, settleMs: 60_000 };

/** A publisher that runs. */
export interface Publisher {
  readonly process: Process;
  wake(lane?: number): void;
}

/** Starts a publisher: its lane keeper and its relays, with every port at the other end of the network. */
export function startPublisher(
  process: Process,
  scene: PublisherScene,
  plant: PlantInPublisher = () => ({}),
): Publisher {
  const { scheduler, network, services, note } = scene;
  const { lanes } = services;
  const postgres = <Result>(operation: string, effect: () => Result, about?: (result: Result) => string) =>
    network.call(process, { operation: `postgres.${operation}`, effect, ...(about && { about }) });

  const start = (lane: number): LaneRelay => {
    const wire = brokerWire(process, scene);
    const ports: LanePorts = {
      wire,
      parking: (term) => parkingWire(process, scene, { publisher: process.name, lane, term }),
      open: () => openMemoryProducer(wire, lane),
      positions: () =>
        postgres(
          'positions',
          () => lanes.positions(lane),
          (found) => `lane ${lane}: ${JSON.stringify(found)}`,
        ),
      read: (after, limits) =>
        network.call(process, {
          operation: 'postgres.read',
          effect: () => lanes.read(lane, after, limits),
          matters: (rows) => rows.length > 0,
          about: (rows) => `lane ${lane}: ${rows.length} after ${after}`,
        }),
      note: (position) =>
        postgres(
          'note',
          () => lanes.note(lane, position),
          () => `lane ${lane}: ${position}`,
        ),
    };
    const { open, positions, read, parking, note: noteRelayed } = { ...ports, ...plant(ports, { lane, process }) };
    return new LaneRelay(
      lane,
      {
        open,
        positions,
        read,
        note: noteRelayed,
        parking,
        term: () => postgres('term', () => lanes.termOf(process.name, lane)),
        isFenced,
        now: () => scheduler.now + process.skewMs,
        observer: {
          opened: () => undefined,
          published: () => undefined,
          failed: ({ error, fenced }) =>
            note(process.name, () => `lane ${lane} ${fenced ? 'was fenced' : 'failed'}: ${String(error)}`),
          hintFailed: () => undefined,
          parked: ({ row: { stream }, refusal }) => note(process.name, () => `parks ${stream}: ${refusal.reason}`),
          unparked: ({ stream }) => note(process.name, () => `goes on with ${stream}`),
        },
      },
      settings,
    );
  };

  const keeper = new LaneKeeper({
    hold: () =>
      postgres(
        'hold',
        () => lanes.hold(process.name, leaseSeconds),
        (held) => `lanes ${held.lanes.join(' ')}`,
      ),
    release: async (some) => {
      if (some.length > 0) await postgres('release', () => lanes.release(process.name, some));
    },
    retire: () => postgres('retire', () => lanes.retire(process.name)),
    start,
    onError: (error) => note(process.name, () => `lanes not renewed: ${String(error)}`),
    onChange: () => undefined,
  });
  const beat = (): void => {
    void keeper.tick();
    setTimeout(beat, heartbeatMs);
  };
  setTimeout(beat, 1);
  return { process, wake: (lane) => keeper.wake(lane) };
}

function brokerWire(process: Process, { network, services: { broker } }: PublisherScene): BrokerWire {
  const kafka = <Result>(operation: string, effect: () => Result, about: string): Promise<Result> =>
    network.call(process, { operation: `kafka.${operation}`, effect, about: () => about });
  return {
    init: (id) => kafka('open', () => broker.init(id), id),
    positions: (lane) =>
      network.call(process, {
        operation: 'kafka.positions',
        effect: () => broker.positions(lane),
        about: ({ committed, released }) => `lane ${lane}: ${committed}${released > 0 ? `, released ${released}` : ''}`,
      }),
    send: (id, epoch, rows) =>
      kafka('send', () => broker.send(id, epoch, rows), `${id}: ${rows.map(({ position }) => position).join(' ')}`),
    offsets: (id, epoch, group, lane, position) =>
      kafka('offsets', () => broker.offsets(id, epoch, group, lane, position), `${id}: ${group} ${position}`),
    commit: (id, epoch) => kafka('commit', () => broker.commit(id, epoch), id),
    abort: (id, epoch) => kafka('abort', () => broker.abort(id, epoch), id),
  };
}

function parkingWire(
  process: Process,
  { network, services: { parking } }: PublisherScene,
  holder: LaneHolder,
): ParkingStore {
  const { lane } = holder;
  const postgres = <Result>(operation: string, effect: () => Result): Promise<Result> =>
    network.call(process, { operation: `postgres.${operation}`, effect, about: () => `lane ${lane}` });
  return {
    list: () => postgres('parked', () => parking.list(lane)),
    due: () => postgres('parked-due', () => parking.due(lane)),
    refuse: (row) => postgres('park', () => parking.refuse(holder, row)),
    hold: (rows) => postgres('park-behind', () => parking.hold(holder, rows)),
    read: (stream, upTo, limits) => postgres('read-parked', () => parking.read(stream, upTo, limits)),
    settle: (position, upTo) => postgres('unpark', () => parking.settle(lane, position, upTo)),
    forget: (stream, upTo) => postgres('forget', () => parking.forget(stream, upTo)),
  };
}
