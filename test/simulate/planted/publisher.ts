import { openMemoryProducer } from '../fakes/lane-producer.ts';
import type { Plant } from '../plant.ts';

export const publisherPlants: readonly Plant[] = [
  {
    name: 'the position is written outside of the transaction',
    publisher: ({ wire, open }, { lane }) => ({
      open: async () => {
        const producer = await open();
        const id = `lane-${lane}`;
        const epoch = await wire.init(id);
        return {
          ...producer,
          transact: async ({ rows, last }) => {
            await wire.send(id, epoch, rows);
            await wire.commit(id, epoch);
            await wire.offsets(id, epoch, 'relay', lane, last);
            await wire.commit(id, epoch);
          },
        };
      },
    }),
  },
  {
    name: 'each publisher has a transactional id of its own, so that none is fenced',
    publisher: ({ wire }, { lane, process }) => ({
      open: () => openMemoryProducer(wire, lane, `lane-${lane}-${process.name}`),
    }),
  },
  {
    name: "the database's hint is believed, and not Kafka's position",
    publisher: ({ open }) => ({ open: async () => ({ ...(await open()), committed: 0 }) }),
  },
  {
    name: 'the hint is written before the commit',
    publisher: ({ open, note }) => ({
      open: async () => {
        const producer = await open();
        return {
          ...producer,
          transact: async (batch) => {
            await note(batch.last);
            await producer.transact(batch);
          },
        };
      },
    }),
  },
  {
    name: 'a batch whose commit got no answer is published again',
    publisher: ({ open }) => ({
      open: async () => {
        const producer = await open();
        return {
          ...producer,
          transact: async (batch) => {
            try {
              await producer.transact(batch);
            } catch {
              await (await open()).transact(batch);
            }
          },
        };
      },
    }),
  },
  {
    name: 'a send that got no answer is repeated in the same transaction',
    publisher: ({ wire }, { lane }) => ({
      open: () =>
        openMemoryProducer(
          {
            ...wire,
            send: async (...args) => {
              try {
                await wire.send(...args);
              } catch {
                await wire.send(...args);
              }
            },
          },
          lane,
        ),
    }),
  },
  {
    name: 'a batch that failed is taken for published',
    publisher: ({ open }) => ({
      open: async () => {
        const producer = await open();
        return { ...producer, transact: (batch) => producer.transact(batch).catch(() => undefined) };
      },
    }),
  },
  {
    name: 'a lane that is opened does not ask what is parked',
    publisher: ({ parking }) => ({ parking: (term) => ({ ...parking(term), list: () => Promise.resolve([]) }) }),
  },
  {
    name: 'a parked row is forgotten before Kafka has it',
    publisher: ({ parking }) => ({
      parking: (term) => {
        const store = parking(term);
        return {
          ...store,
          read: async (stream, upTo, limits) => {
            const rows = await store.read(stream, upTo, limits);
            const last = rows.at(-1)?.position;
            if (last !== undefined) await store.settle(last, upTo);
            return rows;
          },
        };
      },
    }),
  },
];
