import type { Changes, Message, Tick } from '#core';
import type { Recorded } from '#store';
import { uuidOf } from '../../simulator/random.ts';
import { MemoryPollStore, type PollStoreOptions } from '../fakes/poll-store.ts';
import type { Plant } from '../plant.ts';
import { laneCount } from '../services.ts';

/** The lease is not asked for, nor is the net below it there: a stalled worker that comes back writes, too. */
class Unfenced extends MemoryPollStore {
  protected override isTold(): boolean {
    return false;
  }

  protected override isOurs(): boolean {
    return true;
  }
}

/** By lease: what a poll has to tell and has not told yet. */
type Held = Map<string, { readonly lane: number; readonly messages: readonly Message[] }[]>;

/** The rows of the outbox come in a transaction of their own, after that of snapshots and cursor. */
class Split extends MemoryPollStore {
  readonly #held: Held;
  readonly #append: PollStoreOptions['append'];
  readonly #current: { key: string };

  constructor(options: PollStoreOptions) {
    const held: Held = new Map();
    const current = { key: '' };
    super({
      ...options,
      append: (lane, messages) => {
        if (current.key === '') options.append(lane, messages);
        else held.set(current.key, [...(held.get(current.key) ?? []), { lane, messages }]);
      },
    });
    this.#held = held;
    this.#append = options.append;
    this.#current = current;
  }

  override record(tick: Tick, changes: Changes): Recorded {
    this.#current.key = tick.leaseToken;
    try {
      return super.record(tick, changes);
    } finally {
      this.#current.key = '';
    }
  }

  publish(tick: Tick): void {
    for (const { lane, messages } of this.#held.get(tick.leaseToken) ?? []) this.#append(lane, messages);
    this.#held.delete(tick.leaseToken);
  }
}

/** @param change what becomes of the messages of a transaction */
const appending = (
  change: (lane: number, messages: readonly Message[], count: number) => readonly [number, readonly Message[]],
): NonNullable<Plant['createStore']> => {
  return (options) => {
    let count = 0;
    return new MemoryPollStore({
      ...options,
      append: (lane, messages) => {
        count += 1;
        options.append(...change(lane, messages, count));
      },
    });
  };
};

export const storePlants: readonly Plant[] = [
  {
    name: 'record is not fenced by the lease, nor are the ids of events unique',
    createStore: (options) => new Unfenced(options),
  },
  {
    name: 'the cursor is advanced before the rows of the outbox are there',
    createStore: (options) => new Split(options),
    poller: ({ record }, { network, process, services: { store } }) => ({
      record: async (tick, changes) => {
        const recorded = await record(tick, changes);
        await network.call(process, {
          operation: 'postgres.record',
          effect: () => (store instanceof Split ? store.publish(tick) : undefined),
        });
        return recorded;
      },
    }),
  },
  {
    name: "an event's id is another one each time",
    createStore: appending((lane, messages, count) => [
      lane,
      messages.map((one, index) => ({ ...one, headers: { ...one.headers, ce_id: uuidOf(`${count}/${index}`) } })),
    ]),
  },
  {
    name: 'a connection has no lane of its own',
    createStore: appending((_lane, messages, count) => [count % laneCount, messages]),
  },
];
