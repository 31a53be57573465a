import { AsyncLocalStorage } from 'node:async_hooks';
import type { PollPorts } from '../../../apps/poller/src/poll.ts';
import type { Transactor, TransactorOptions } from '../../../apps/publisher/src/kafka/transactor.ts';
import type { LaneKeeper, LaneKeeperPorts } from '../../../apps/publisher/src/lane-keeper.ts';
import type { Parking, ParkingStore } from '../../../apps/publisher/src/parking.ts';
import type { PublishPorts } from '../../../apps/publisher/src/publish.ts';
import type { SettleOptions } from '../../../apps/publisher/src/settle.ts';
import { around, step, type Pass } from './around.ts';
import type { Manner, Sentence } from './names.ts';

/** What a module of the built apps gives out instead of its own: the exports named here, made out of the plain ones. */
export interface Wrap {
  /** How the URL of the module ends. */
  readonly module: string;
  readonly make: Readonly<Record<string, (plain: never) => unknown>>;
}

type Work<Args extends readonly unknown[] = readonly never[]> = (...args: Args) => unknown;

/** Whose work is under way; empty outside of all sentences. */
const working = new AsyncLocalStorage<Sentence>();

/** The sentences' own modules and those with what is inside of a step, with points around each effect. */
export function createWraps(pass: Pass): readonly Wrap[] {
  const claimsOfLanes = new WeakSet<object>();

  const mannerOf = (ports: PublishPorts): Manner => {
    if (claimsOfLanes.has(ports.claim)) return 'lane';
    return working.getStore() === 'replay' ? 'replay' : 'parked';
  };

  const publishPorts = (ports: PublishPorts, manner: Manner): PublishPorts => ({
    claim: async () => {
      pass(`${manner}.claim.before`);
      const rows = await ports.claim();
      // To find nothing is no step.
      if (rows.length > 0) pass(`${manner}.claim.after`);
      return rows;
    },
    admit: (rows) =>
      manner === 'lane' && rows.length > 0 ? step(pass, 'lane.admit', () => ports.admit(rows)) : ports.admit(rows),
    transact: (batch) => step(pass, `${manner}.transact`, () => ports.transact(batch)),
    // A lane's hint is written later: see `createSettlement`.
    settle: (batch) =>
      manner === 'lane' ? ports.settle(batch) : step(pass, `${manner}.settle`, () => ports.settle(batch)),
  });

  const pollPorts = (ports: PollPorts<unknown>): PollPorts<unknown> => ({
    polar: around(ports.polar, {
      fetch:
        (plain) =>
        (...args: readonly unknown[]) =>
          step(pass, 'poll.fetch', () => plain(...args)),
    }),
    snapshots: { of: (tick, fetched) => step(pass, 'poll.known', () => ports.snapshots.of(tick, fetched)) },
    record: (tick, changes) => step(pass, 'poll.record', () => ports.record(tick, changes)),
  });

  const parkingStore = (store: ParkingStore): ParkingStore => {
    const parking =
      (name: string) =>
      (plain: Work<readonly unknown[]>) =>
      (...args: readonly unknown[]) =>
        working.run('park', () => step(pass, `park.${name}`, () => plain(...args)));
    return around(store, { refuse: parking('refuse'), hold: parking('hold') });
  };

  /** Inside a transaction. The empty one that opens a producer has none of these. */
  const transaction = (plain: object): object => {
    const inside =
      (name: string) =>
      (effect: Work<readonly unknown[]>) =>
      (...args: readonly unknown[]) => {
        const sentence = working.getStore();
        return sentence === undefined ? effect(...args) : step(pass, `${sentence}.${name}`, () => effect(...args));
      };
    return around(plain, { sendBatch: inside('send'), sendOffsets: inside('offsets'), commit: inside('commit') });
  };
  const kafka = (plain: TransactorOptions['kafka']): TransactorOptions['kafka'] =>
    around(plain, {
      producer:
        (make) =>
        (...args: readonly unknown[]) =>
          around(make(...args) as object, {
            transaction: (begin) => async () => transaction((await begin()) as object),
          }),
    });

  return [
    {
      module: '/apps/poller/src/poll.js',
      make: {
        poll: (plain: Work<readonly [tick: unknown, ports: PollPorts<unknown>]>) => (tick: unknown, ports: never) =>
          working.run('poll', () => plain(tick, pollPorts(ports))),
      },
    },
    {
      module: '/apps/publisher/src/publish.js',
      make: {
        publish: (plain: Work<readonly [PublishPorts]>) => (ports: PublishPorts) => {
          const manner = mannerOf(ports);
          return working.run(manner, () => plain(publishPorts(ports, manner)));
        },
      },
    },
    {
      module: '/apps/publisher/src/claim.js',
      make: {
        createClaim: (plain: (options: unknown) => object) => (options: unknown) => {
          const claim = plain(options);
          claimsOfLanes.add(claim);
          return claim;
        },
      },
    },
    {
      module: '/apps/publisher/src/settle.js',
      make: {
        createSettlement: (plain: Work<readonly [SettleOptions]>) => (options: SettleOptions) =>
          plain({ ...options, note: (position) => step(pass, 'lane.settle', () => options.note(position)) }),
      },
    },
    {
      module: '/apps/publisher/src/parking.js',
      make: {
        Parking: (plain: typeof Parking) =>
          class extends plain {
            override load(store: ParkingStore, position: number, released: number): Promise<void> {
              return super.load(parkingStore(store), position, released);
            }
          },
      },
    },
    {
      module: '/apps/publisher/src/lane-keeper.js',
      make: {
        LaneKeeper: (plain: typeof LaneKeeper) =>
          class extends plain {
            constructor(ports: LaneKeeperPorts) {
              super({ ...ports, hold: () => working.run('keep', () => step(pass, 'keep.hold', () => ports.hold())) });
            }
          },
      },
    },
    {
      module: '/apps/publisher/src/replay.js',
      make: {
        replay:
          (plain: Work<readonly unknown[]>) =>
          (...args: readonly unknown[]) =>
            working.run('replay', () => plain(...args)),
      },
    },
    {
      module: '/apps/publisher/src/kafka/transactor.js',
      make: {
        Transactor: (plain: typeof Transactor) => ({
          open: (options: TransactorOptions) => plain.open({ ...options, kafka: kafka(options.kafka) }),
        }),
      },
    },
  ];
}

/** The commit of a transaction in PostgreSQL, by whichever sentence writes in one. */
export function wrapDatabase(pass: Pass, client: { query: (...args: readonly unknown[]) => unknown }): void {
  const plain = client.query;
  client.query = function (this: unknown, ...args: readonly unknown[]): unknown {
    const sentence = working.getStore();
    const query = () => Reflect.apply(plain, this, args);
    const isOurs = args[0] === 'commit' && (sentence === 'poll' || sentence === 'park' || sentence === 'keep');
    return isOurs ? step(pass, `${sentence}.commit`, query) : query();
  };
}
