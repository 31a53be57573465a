import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { createParkedStore, createReplayStore } from '#store';
import type { LaneProducer } from './lane-relay.ts';
import { Bench, names, nameOf, until, type Happened, type Seen } from './publisher.fixture.ts';

const lane = 3;
const action = { actor: 'test', action: 'parked.test', tenant: 'acme', subject: null };

describe('events that the broker refuses', () => {
  let bench: Bench;
  let [big, other] = ['', ''];

  beforeEach(async () => {
    bench = await Bench.open();
    [big, other] = await Promise.all([bench.connection(lane), bench.connection(lane)]);
    await bench.own(lane);
    await bench.limitTopic(20_000);
  });

  afterEach(() => bench.close());

  const namesOf = (seen: readonly Seen[], connection: string): readonly string[] =>
    seen.filter(({ key }) => key === connection).map(({ headers }) => nameOf(headers));
  const parked = () => createParkedStore(bench.db);
  const isParked = async (rows: number): Promise<boolean> =>
    (await parked().list('acme', { limit: 9 }))[0]?.rows === rows;

  it('wait with what is behind them of the same athlete, and nothing else waits', async () => {
    await bench.append(other, names(40, 'before-'));
    await bench.append(big, ['first', `huge-${'x'.repeat(30_000)}`]);
    await bench.append(other, names(40, 'after-'));
    await bench.append(big, ['behind']);
    const happened: Happened[] = [];
    bench.relay(bench.ports(lane, happened), lane);
    await until(() => isParked(2));
    await bench.append(big, ['later']);
    await bench.append(other, ['end']);
    const seen = await bench.consume(['end']);
    expect(namesOf(seen, other)).toEqual([...names(40, 'before-'), ...names(40, 'after-'), 'end']);
    expect(namesOf(seen, big)).toEqual(['first']);
    await until(() => isParked(3));
    expect(await parked().list('acme', { limit: 9 })).toMatchObject([
      { stream: big, lane, reason: 'too_large', topic: bench.topic, tries: 1 },
    ]);
    expect(happened.filter(({ what }) => what === 'parked')).toHaveLength(1);
    // Parked rows are copies: the outbox need not keep them.
    await bench.db.deleteFrom('outbox').execute();

    // Refused once more, it waits for longer.
    await parked().retry('acme', big, action);
    await until(async () => (await parked().list('acme', { limit: 9 }))[0]?.tries === 2);

    await bench.limitTopic(1_048_588);
    expect(await parked().retry('acme', null, action)).toBe(1);
    await until(async () => (await parked().list('acme', { limit: 9 })).length === 0);
    await bench.append(big, ['last']);
    const all = await bench.consume(['last']);
    expect(namesOf(all, big).map((name) => name.slice(0, 6))).toEqual(['first', 'huge-x', 'behind', 'later', 'last']);
    const own = all.filter(({ key }) => key !== 'probe');
    expect(own).toHaveLength(seen.filter(({ key }) => key !== 'probe').length + 4);
  });

  it('are released once, also when the outcome of the release is lost', async () => {
    await bench.append(big, [`huge-${'x'.repeat(30_000)}`, 'behind']);
    const ports = bench.ports(lane);
    let lost = 1;
    const open = async (): Promise<LaneProducer> => {
      const producer = await ports.open();
      return {
        committed: producer.committed,
        released: producer.released,
        transact: (batch) => producer.transact(batch),
        recommit: (position) => producer.recommit(position),
        close: () => producer.close(),
        release: async (batch) => {
          await producer.release(batch);
          lost -= 1;
          if (lost === 0) throw new Error('the connection broke after the commit');
        },
      };
    };
    bench.relay({ ...ports, open }, lane);
    await until(() => isParked(2));
    await bench.limitTopic(1_048_588);
    await parked().retry('acme', big, action);
    await until(async () => (await parked().list('acme', { limit: 9 })).length === 0);
    await bench.append(big, ['end']);
    expect(namesOf(await bench.consume(['end']), big).map((name) => name.slice(0, 6))).toEqual([
      'huge-x',
      'behind',
      'end',
    ]);
    expect(lost).toBeLessThan(1);
  });

  it('wait for a topic that no broker can have, and go on when it is given up', async () => {
    await bench.append(other, ['first', 'second']);
    await sql`update outbox set aggregatetype = 'no topic!' where position = 1`.execute(bench.db);
    await bench.append(big, ['end']);
    bench.relay(bench.ports(lane), lane);
    expect(namesOf(await bench.consume(['end']), big)).toEqual(['end']);
    await until(() => isParked(2));
    const [first] = await parked().rows({ tenant: 'acme', stream: other }, { limit: 9 });
    expect(first).toMatchObject({ position: '1', topic: 'no topic!', type: 'accesslink.SleepScored.v1' });
    const key = { tenant: 'acme', stream: other };
    // Only what the broker has refused.
    expect(await parked().giveUp(key, '2', action)).toBe(false);
    expect(await parked().giveUp(key, '1', action)).toBe(true);
    expect(await parked().giveUp(key, '1', action)).toBe(false);
    expect(namesOf(await bench.consume(['second']), other)).toEqual(['second']);
    await until(async () => (await parked().get(key)) === undefined);
  });

  it('are not parked by a publisher that has lost the lane', async () => {
    await bench.append(big, [`huge-${'x'.repeat(30_000)}`]);
    const happened: Happened[] = [];
    await sql`update lanes set owner = 'heir'`.execute(bench.db);
    const zombie = bench.relay(bench.ports(lane, happened), lane);
    await until(() => happened.some((one) => one.what === 'failed'));
    await zombie.stop();
    expect(happened.find((one) => one.what === 'failed')).toMatchObject({ error: { code: 'LEASE_LOST' } });
    expect(await parked().list('acme', { limit: 9 })).toEqual([]);
  });

  it('stay given up, whenever that is', async () => {
    await bench.append(big, [`huge-${'x'.repeat(30_000)}`, 'behind', `huge-${'y'.repeat(30_000)}`, 'last']);
    const ports = bench.ports(lane);
    const key = { tenant: 'acme', stream: big };
    // In the very moment that it is parked, before the lane is behind it.
    const parking: typeof ports.parking = (term) => {
      const store = ports.parking(term);
      return {
        ...store,
        refuse: async (row, refusal) => {
          await store.refuse(row, refusal);
          expect(await parked().giveUp(key, String(row.position), action)).toBe(true);
        },
      };
    };
    bench.relay({ ...ports, parking }, lane);
    expect(namesOf(await bench.consume(['last']), big)).toEqual(['behind', 'last']);
    await until(async () => (await parked().get(key)) === undefined);
    // No replay tells them either.
    const times = { from: new Date(0), to: new Date(4e12) };
    const scope = { tenant: 'acme', connection: big, types: [], modes: [], ...times };
    await until(async () => (await bench.relayed(lane)) === 4);
    expect(await createReplayStore(bench.db).count(scope)).toBe(2);
  });
});
