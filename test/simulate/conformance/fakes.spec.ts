import { toMessage } from '#core';
import type { ParkingStore } from '../../../apps/publisher/src/parking.ts';
import { MemoryBroker } from '../fakes/broker.ts';
import { MemoryBudget } from '../fakes/budget-state.ts';
import { openMemoryProducer } from '../fakes/lane-producer.ts';
import { MemoryLanes } from '../fakes/lane-store.ts';
import { MemoryParking } from '../fakes/parking.ts';
import { MemoryQueue, workForEver, type QueueWire } from '../fakes/poll-queue.ts';
import { MemoryPollStore } from '../fakes/poll-store.ts';
import { MemoryQuotaLedger } from '../fakes/quota-ledger.ts';
import { MemoryTurns } from '../fakes/turns.ts';
import { promised } from '../promised.ts';
import { budgetStateConforms } from './budget-state.ts';
import { laneProducerConforms } from './lane-producer.ts';
import { lanesConform } from './lanes.ts';
import { parkingConforms } from './parking.ts';
import { pollQueueConforms } from './poll-queue.ts';
import { pollStoreConforms, storeResources } from './poll-store.ts';
import { quotaLedgerConforms, turnsConform } from './small.ts';

const now = (): number => Date.now();
const closed = { close: () => Promise.resolve() };

/** A message of no meaning. */
const messages = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    toMessage(
      { tenant: 'acme', topicPrefix: 'polar.acme', connection: 'c1', userReference: 'c1' },
      {
        type: 'SleepScored',
        topic: 'sleep',
        resource: 'sleeps',
        identity: [String(index)],
        revision: 1,
        mode: 'live',
        observedAt: '2026-06-15T12:00:00.000Z',
        polarModifiedAt: null,
        utcOffsetMinutes: null,
        data: {},
      },
      index + 1,
      null,
    ),
  );

lanesConform('the simulation', () => {
  const count = 5;
  const lanes = new MemoryLanes(now, count);
  const port = promised(lanes, 'read', 'hold', 'release', 'retire', 'termOf', 'positions', 'note');
  return Promise.resolve({
    ...port,
    ...closed,
    count,
    append: (lane: number, rows: number) => Promise.resolve(lanes.append(lane, messages(rows))),
  });
});

laneProducerConforms('the broker of the simulation', () => {
  const broker = new MemoryBroker(now);
  const wire = promised(broker, 'init', 'positions', 'send', 'offsets', 'commit', 'abort');
  const row = { topic: 't', key: 'k', payload: '{}', headers: '{}', bytes: 4 };
  return Promise.resolve({
    ...closed,
    open: (lane: number) => openMemoryProducer(wire, lane),
    batch: (positions: readonly number[]) =>
      Promise.resolve({
        rows: positions.map((position) => ({ ...row, position })),
        last: positions.at(-1) ?? 0,
      }),
    consumeTo: () => Promise.resolve(broker.poll().map(({ position }) => position)),
  });
});

budgetStateConforms('the simulation', () => {
  const hold = 10_000;
  let [redis, caller] = [0, 0];
  const budget = new MemoryBudget(() => redis, hold);
  const view = budget.seenBy(() => caller);
  const state = promised(view, 'charge', 'settle', 'verify', 'pause', 'usage', 'begin', 'commit');
  return Promise.resolve({
    ...closed,
    state,
    hold,
    setClocks: (first: number, second: number) => {
      [redis, caller] = [first, second];
      return Promise.resolve();
    },
    lose: () => Promise.resolve(budget.flush()),
  });
});

pollQueueConforms('the simulation', () => {
  const queue = new MemoryQueue(now);
  const pump = setInterval(() => queue.look(), 20);
  const wire: QueueWire = {
    ...promised(queue, 'renew', 'done', 'putOff'),
    take: () => new Promise((resolve) => queue.take((job) => (resolve(job), true))),
  };
  return Promise.resolve({
    ...promised(queue, 'add', 'waiting'),
    work: (handler) => void workForEver(wire, handler, now),
    close: () => Promise.resolve(clearInterval(pump)),
  });
});

pollStoreConforms('the simulation', () => {
  const told: string[] = [];
  const store = new MemoryPollStore({
    now,
    append: (_lane, some) =>
      told.push(
        ...some.map(({ type, headers }) => `${type.replace(/^accesslink\.(.*)\.v1$/, '$1')} ${headers['ce_sequence']}`),
      ),
    resources: storeResources,
  });
  return Promise.resolve({
    ...closed,
    ...promised(store, 'fail', 'known', 'record', 'giveBack'),
    enrol: () => Promise.resolve((store.enrol('c1', 'acme'), 'c1')),
    due: (most: number) => Promise.resolve(store.due(['acme'], most)),
    lease: (shares) => Promise.resolve(store.lease(shares, 60)),
    begin: (target) => Promise.resolve(store.begin(target, 60)),
    hold: (target, until) => Promise.resolve(store.hold(target, 60, until)),
    expire: (connection, { name }) => Promise.resolve(store.expire(connection, name)),
    dueAt: (connection, { name }) => Promise.resolve(store.dueAt(connection, name)),
    outbox: () => Promise.resolve(told),
  });
});

quotaLedgerConforms('the simulation', () =>
  Promise.resolve({ ...promised(new MemoryQuotaLedger(), 'add', 'since'), ...closed }),
);

turnsConform('the simulation', () => {
  const longestMs = 300;
  const turns = new MemoryTurns(now, longestMs);
  return Promise.resolve({
    ...closed,
    longestMs,
    take: () => {
      const token = turns.take();
      return Promise.resolve(token === undefined ? undefined : () => Promise.resolve(turns.end(token)));
    },
  });
});

parkingConforms('the simulation', () => {
  const parking = new MemoryParking(now, (publisher) => (publisher === 'holder' ? 2 : undefined));
  const seenBy = (publisher: string, term: number): ParkingStore => ({
    list: async () => parking.list(1),
    due: async () => parking.due(1),
    refuse: async (row) => parking.refuse({ publisher, lane: 1, term }, row),
    hold: async (rows) => parking.hold({ publisher, lane: 1, term }, rows),
    read: async (stream, upTo, limits) => parking.read(stream, upTo, limits),
    settle: async (position, upTo) => parking.settle(1, position, upTo),
    forget: async (stream, upTo) => parking.forget(stream, upTo),
  });
  const rows = Array.from({ length: 6 }, (_, index) => ({
    position: index + 1,
    tenant: 'acme',
    stream: index % 2 === 0 ? 'a' : 'b',
    topic: 't',
    key: 'k',
    payload: '{}',
    headers: '{}',
    bytes: 4,
  }));
  return Promise.resolve({
    ...closed,
    parking: seenBy('holder', 2),
    lost: [seenBy('loser', 2), seenBy('holder', 1)],
    rows,
  });
});
