import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Transaction } from 'kafkajs';
import { isBridgeError } from '#core';
import type { LaneProducer } from './lane-relay.ts';
import { Bench, names, namesOf, until, type Happened } from './publisher.fixture.ts';

const lane = 3;

describe('a lane', () => {
  let bench: Bench;
  let connection: string;

  beforeEach(async () => {
    bench = await Bench.open();
    connection = await bench.connection(lane);
  });

  afterEach(() => bench.close());

  it('brings each row to a read_committed consumer once, byte for byte', async () => {
    await bench.append(connection, names(700));
    bench.relay(bench.ports(lane), lane, { limits: { rows: 100, bytes: 50_000 } });
    await until(async () => (await bench.relayed(lane)) === 700);
    await bench.append(connection, ['end']);

    const seen = await bench.consume(['end']);
    expect(namesOf(seen)).toEqual([...names(700), 'end']);
    const rows = await bench.db.selectFrom('outbox').selectAll().where('lane', '=', lane).orderBy('position').execute();
    for (const [index, row] of rows.entries()) {
      expect(seen[index]?.key).toBe(row.aggregateid);
      expect(seen[index]?.headers).toEqual(JSON.parse(row.headers));
      expect(seen[index]?.value?.equals(Buffer.from(row.payload))).toBe(true);
    }
  });

  it.each<[string, readonly (keyof Transaction)[]]>([
    ['at the position, and is aborted', ['sendOffsets']],
    ['before the commit, and is aborted', ['commit']],
    ['before the commit, and is left open as after a crash', ['commit', 'abort']],
  ])('publishes nothing twice when a transaction fails %s', async (_, broken) => {
    await bench.append(connection, names(5));
    const happened: Happened[] = [];
    const fault = (): Promise<never> => Promise.reject(new Error('the connection broke'));
    let transactions = 0;
    const open = (): Promise<LaneProducer> =>
      bench.openWith(lane, (transaction) => {
        transactions += 1;
        // The first one only stands for initTransactions.
        return transactions === 2
          ? { ...transaction, ...Object.fromEntries(broken.map((name) => [name, fault])) }
          : transaction;
      });
    bench.relay({ ...bench.ports(lane, happened), open }, lane);
    await until(() => happened.some(({ what }) => what === 'published'));
    await bench.append(connection, ['end']);

    expect(namesOf(await bench.consume(['end']))).toEqual([...names(5), 'end']);
    expect(happened.map(({ what }) => what).slice(0, 4)).toEqual(['opened', 'failed', 'opened', 'published']);
  });

  it('publishes nothing twice when the outcome of a commit is lost', async () => {
    await bench.append(connection, names(5));
    const happened: Happened[] = [];
    const ports = bench.ports(lane, happened);
    let faults = 1;
    const open = async (): Promise<LaneProducer> => {
      const producer = await ports.open();
      const transact: LaneProducer['transact'] = async (batch) => {
        await producer.transact(batch);
        faults -= 1;
        if (faults >= 0) throw new Error('the connection broke after the commit');
      };
      return meddled(producer, { transact });
    };
    bench.relay({ ...ports, open }, lane);
    await until(() => happened.filter(({ what }) => what === 'opened').length === 2);
    await bench.append(connection, ['end']);

    expect(namesOf(await bench.consume(['end']))).toEqual([...names(5), 'end']);
    expect(happened.filter(({ what }) => what === 'opened')).toEqual([
      { what: 'opened', position: 0, committed: 0, relayed: 0 },
      { what: 'opened', position: 5, committed: 5, relayed: 0 },
    ]);
  });

  it('goes on behind the hint when it ended between commit and hint', async () => {
    await bench.append(connection, names(5));
    const first = bench.relay({ ...bench.ports(lane), note: () => Promise.resolve(false) }, lane);
    await bench.consume(['n4']);
    await first.stop();
    expect(await bench.relayed(lane)).toBe(0);

    const happened: Happened[] = [];
    bench.relay(bench.ports(lane, happened), lane);
    await bench.append(connection, ['end']);
    expect(namesOf(await bench.consume(['end']))).toEqual([...names(5), 'end']);
    expect(happened[0]).toEqual({ what: 'opened', position: 5, committed: 5, relayed: 0 });
  });

  it('trusts the hint where Kafka has forgotten the position', async () => {
    await bench.append(connection, names(3));
    await bench.forgetHint(lane, 2);
    bench.relay(bench.ports(lane), lane);
    expect(namesOf(await bench.consume(['n2']))).toEqual(['n2']);
  });

  it('gives up without publishing when another publisher has taken it over', async () => {
    const happened: Happened[] = [];
    let ours = true;
    const zombie = bench.relay(
      { ...bench.ports(lane, happened), term: () => Promise.resolve(ours ? 0 : undefined) },
      lane,
      {
        idleMs: 60_000,
      },
    );
    await bench.append(connection, ['before']);
    zombie.wake();
    await until(() => happened.some(({ what }) => what === 'published'));

    // The zombie sleeps while the other one opens the lane, publishes, and stops.
    ours = false;
    const others: Happened[] = [];
    const other = bench.relay(bench.ports(lane, others), lane);
    await until(() => others.some(({ what }) => what === 'opened'));
    await other.stop();
    await bench.append(connection, ['while']);
    zombie.wake();
    await expect(zombie.ended).resolves.toBe('lost');
    expect(happened.at(-1)).toMatchObject({ what: 'failed', fenced: true });

    bench.relay(bench.ports(lane), lane);
    await bench.append(connection, ['end']);
    expect(namesOf(await bench.consume(['end']))).toEqual(['before', 'while', 'end']);
  });

  it('takes over at the right position while the zombie has a transaction open', async () => {
    await bench.append(connection, names(3));
    const zombie = await bench.ports(lane).open();
    // Sent but never committed: the rows are in the log, open.
    const rows = await bench.ports(lane).read(0, { rows: 10, bytes: 1e6 });
    const stuck = bench.kafka.producer({
      transactionalId: `${bench.deployment}-lane-${lane}`,
      maxInFlightRequests: 1,
      idempotent: true,
    });
    await stuck.connect();
    const open = await stuck.transaction();
    await open.send({ topic: bench.topic, messages: rows.map(({ key, payload }) => ({ key, value: payload })) });

    bench.relay(bench.ports(lane), lane);
    await bench.append(connection, ['end']);
    expect(namesOf(await bench.consume(['end']))).toEqual([...names(3), 'end']);
    await expect(open.commit()).rejects.toThrow();
    await Promise.all([zombie.close(), stuck.disconnect()]);
  });

  it('stands still at a gap, says where, and goes on when the row is back', async () => {
    await bench.append(connection, names(3));
    const [row] = await bench.db
      .deleteFrom('outbox')
      .where('lane', '=', lane)
      .where('position', '=', '2')
      .returningAll()
      .execute();
    if (row === undefined) throw new Error('there was no row to delete');
    const happened: Happened[] = [];
    bench.relay(bench.ports(lane, happened), lane, { longestPauseMs: 20 });
    await until(() => happened.filter(({ what }) => what === 'failed').length > 1);
    const failure = happened.find((one) => one.what === 'failed');
    expect(isBridgeError(failure?.error, 'LANE_GAP') && failure.error.fields).toEqual({
      lane,
      expected: 1 + 1,
      found: 3,
    });
    expect(await bench.relayed(lane)).toBe(0);

    await bench.db.insertInto('outbox').values(row).execute();
    expect(namesOf(await bench.consume(['n2']))).toEqual(names(3));
  });

  it('stands still when Kafka is ahead of the database', async () => {
    await bench.append(connection, names(2));
    await bench.forgetHint(lane, 7);
    const happened: Happened[] = [];
    bench.relay(bench.ports(lane, happened), lane);
    await until(() => happened.length > 0);
    expect(happened[0]).toMatchObject({ what: 'failed', error: { code: 'LANE_GAP' } });
  });

  it('commits the position again when it opens an idle lane, and each time that it was idle for long', async () => {
    await bench.append(connection, names(2));
    const first = bench.relay(bench.ports(lane), lane);
    await until(async () => (await bench.relayed(lane)) === 2);
    await first.stop();

    let now = 0;
    const committed: number[] = [];
    const ports = { ...bench.ports(lane), now: () => now };
    const open = async (): Promise<LaneProducer> => {
      const producer = await ports.open();
      const recommit: LaneProducer['recommit'] = async (position) => {
        await producer.recommit(position);
        committed.push(position);
      };
      return meddled(producer, { recommit });
    };
    const relay = bench.relay({ ...ports, open }, lane);
    await until(() => committed.length === 1);
    now += 25 * 3_600_000;
    await until(() => committed.length === 2);
    await relay.stop();
    expect(committed).toEqual([2, 2]);
    const again = await bench.ports(lane).open();
    expect(again.committed).toBe(2);
    await again.close();
  });

  it('commits positions right behind each other without a new producer', async () => {
    await bench.append(connection, ['first']);
    const happened: Happened[] = [];
    const ports = bench.ports(lane, happened);
    let recommits = 0;
    const open = async (): Promise<LaneProducer> => {
      const producer = await ports.open();
      const recommit: LaneProducer['recommit'] = async (position) => {
        await producer.recommit(position);
        recommits += 1;
      };
      return meddled(producer, { recommit });
    };
    // Each time that it has nothing to do it commits the position, and nothing else: kafkajs tries that only once.
    bench.relay({ ...ports, open }, lane, { recommitMs: 0 });
    await until(() => recommits >= 50);
    await bench.append(connection, names(3));
    expect(namesOf(await bench.consume(['n2']))).toEqual(['first', ...names(3)]);
    expect(happened.filter(({ what }) => what === 'opened' || what === 'failed')).toHaveLength(1);
  });

  it('publishes into a topic that was deleted behind its back', async () => {
    await bench.append(connection, ['first']);
    const happened: Happened[] = [];
    bench.relay(bench.ports(lane, happened), lane);
    await until(() => happened.some(({ what }) => what === 'published'));
    const admin = bench.kafka.admin();
    await admin.connect();
    await admin.deleteTopics({ topics: [bench.topic] });
    await until(async () => !(await admin.listTopics()).includes(bench.topic));
    await admin.disconnect();
    await bench.append(connection, ['second']);
    await until(() => happened.filter(({ what }) => what === 'published').length === 2, 40_000);
    expect(namesOf(await bench.consume(['second']))).toEqual(['second']);
  }, 80_000);
});

/** The producer with some of its ways replaced. */
function meddled(producer: LaneProducer, ways: Partial<LaneProducer>): LaneProducer {
  return {
    committed: producer.committed,
    released: producer.released,
    release: (batch) => producer.release(batch),
    transact: (batch) => producer.transact(batch),
    recommit: (position) => producer.recommit(position),
    close: () => producer.close(),
    ...ways,
  };
}
