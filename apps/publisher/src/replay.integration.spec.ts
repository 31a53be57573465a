import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { createReplayRunner, createReplayStore, lanesOf, type HeldReplay, type NewReplay } from '#store';
import type { ReplayProducer } from './replay.ts';
import { refused } from './refusal.ts';
import { Replayer } from './replayer.ts';
import { Bench, names, nameOf, until, type Seen } from './publisher.fixture.ts';

const [lane, otherLane] = [3, 5];
const action = { actor: 'test', action: 'replay.test', tenant: 'acme', subject: null };

describe('a replay', () => {
  let bench: Bench;
  let [one, other] = ['', ''];
  const errors: unknown[] = [];
  const replayers: Replayer<HeldReplay>[] = [];

  beforeEach(async () => {
    bench = await Bench.open();
    [one, other] = await Promise.all([bench.connection(lane), bench.connection(otherLane)]);
    for (const number of [lane, otherLane]) bench.relay(bench.ports(number), number);
    errors.length = 0;
  });

  afterEach(async () => {
    await Promise.all(replayers.splice(0).map((replayer) => replayer.stop()));
    await bench.close();
  });

  /** The production replayer; a test puts its faults before its producer. */
  function replayer(meddle: (producer: ReplayProducer) => ReplayProducer = (same) => same): Replayer<HeldReplay> {
    const created = new Replayer<HeldReplay>({
      replays: createReplayRunner(bench.db, randomUUID()),
      open: async (id) => meddle(await bench.broker.openReplay(id, bench.topics)),
      lanes: () => lanesOf(bench.db),
      onBegun: () => undefined,
      onEnded: () => undefined,
      onFailed: (_, error) => errors.push(error),
      onError: () => undefined,
    });
    replayers.push(created);
    return created;
  }

  async function start(wanted: Partial<NewReplay> = {}): Promise<string> {
    const id = randomUUID();
    const [from, to] = [new Date(Date.now() - 60_000), new Date(Date.now() + 60_000)];
    const scope = { tenant: 'acme', connection: null, types: [], modes: [], from, to, ...wanted };
    const store = createReplayStore(bench.db);
    const replay = { topic: null, perSecond: 10_000, ...scope, id };
    await store.create(replay, (await store.count(scope)) ?? null, action);
    return id;
  }

  const stateOf = (id: string) => createReplayStore(bench.db).get('acme', id);
  const replayedOf = (seen: readonly Seen[], id: string): readonly Seen[] =>
    seen.filter(({ headers }) => headers['ce_replay'] === id);
  const relayed = (number: number, position: number) => until(async () => (await bench.relayed(number)) === position);
  const isDone = async (id: string): Promise<boolean> => (await stateOf(id))?.status === 'done';

  it('publishes what it is asked for once more, with the same ids and bytes, in each order', async () => {
    await bench.append(one, names(30, 'a'));
    await bench.append(other, names(30, 'b'));
    await Promise.all([relayed(lane, 30), relayed(otherLane, 30)]);
    const id = await start({ types: ['accesslink.SleepScored.v1'], modes: ['live'] });
    replayer().tick();
    await until(() => isDone(id));
    expect(await stateOf(id)).toMatchObject({ events: 60, published: 60, endedAt: expect.any(Date) });
    await bench.append(one, ['end']);
    const seen = await bench.consume(['end']);
    expect(seen).toHaveLength(121);
    for (const connection of [one, other]) {
      const all = seen.filter(({ key, headers }) => key === connection && nameOf(headers) !== 'end');
      const again = replayedOf(all, id);
      const before = all.filter((message) => !again.includes(message));
      const asTheyWere = before.map(({ headers, value, key }) => ({
        headers: { ...headers, ce_replay: id },
        value,
        key,
      }));
      expect(again.map(({ headers, value, key }) => ({ headers, value, key }))).toEqual(asTheyWere);
    }
  });

  it('leaves out other types, modes, connections, tenants and times', async () => {
    await bench.append(one, names(3));
    await relayed(lane, 3);
    const scope = { tenant: 'acme', connection: null, types: [], modes: [], from: new Date(0), to: new Date(4e12) };
    const count = (wanted: Partial<NewReplay>) => createReplayStore(bench.db).count({ ...scope, ...wanted });
    expect(await count({ connection: one, types: ['accesslink.SleepScored.v1'], modes: ['live', 'backfill'] })).toBe(3);
    const others: readonly Partial<NewReplay>[] = [
      { types: ['accesslink.SleepRevised.v1'] },
      { modes: ['backfill'] },
      { connection: randomUUID() },
      { tenant: 'other' },
      { to: new Date(1000) },
    ];
    expect(await Promise.all(others.map(count))).toEqual(others.map(() => 0));
  });

  it('leaves out what consumers were told to delete, and tells the rest', async () => {
    const ending = (type: string, name: string, data: object) =>
      bench.db
        .updateTable('outbox')
        .set({ type: `accesslink.${type}.v1`, payload: JSON.stringify({ data }) })
        .where('headers', 'like', `%sleeps/${name}%`)
        .execute();
    await bench.append(one, ['old', 'revoked', 'new']);
    await bench.append(other, ['kept', 'lost', 'after']);
    await ending('ConsentRevoked', 'revoked', { deletionRequired: true });
    await ending('ConsentRevoked', 'lost', { deletionRequired: false });
    await Promise.all([relayed(lane, 3), relayed(otherLane, 3)]);
    const id = await start();
    replayer().tick();
    await until(() => isDone(id));
    await bench.append(one, ['end']);
    const again = replayedOf(await bench.consume(['end']), id);
    expect(again.map(({ headers }) => nameOf(headers))).toEqual(['revoked', 'new', 'kept', 'lost', 'after']);
  });

  it('goes into another topic, and repeats nothing that Kafka does not have yet', async () => {
    await bench.append(one, names(5));
    await relayed(lane, 5);
    const waiting = await bench.connection(1);
    await bench.append(waiting, ['waits']);
    const id = await start({ topic: bench.stateTopic });
    replayer().tick();
    await until(() => isDone(id));
    const seen = await bench.consume(['n4'], 30_000, bench.stateTopic);
    expect(seen.map(({ headers }) => nameOf(headers))).toEqual(names(5));
  });

  it('publishes nothing twice when the outcome of a commit is lost, and another publisher goes on', async () => {
    await bench.append(one, names(40));
    await relayed(lane, 40);
    const id = await start({ perSecond: 10 });
    let commits = 0;
    replayer((producer) => ({
      ...producer,
      transact: async (number, batch) => {
        await producer.transact(number, batch);
        commits += 1;
        if (commits === 2) throw new Error('the connection broke after the commit');
      },
    })).tick();
    await until(() => errors.length === 1);
    expect(await stateOf(id)).toMatchObject({ status: 'running', published: 10 });
    // Its lease runs out; nobody waits for it.
    await bench.db
      .updateTable('replays')
      .set({ lease_until: new Date(0), per_second: 10_000 })
      .execute();
    replayer().tick();
    await until(() => isDone(id));
    expect(await stateOf(id)).toMatchObject({ events: 40, published: 40 });
    await bench.append(one, ['end']);
    const again = replayedOf(await bench.consume(['end']), id);
    expect(again.map(({ headers }) => nameOf(headers))).toEqual(names(40));
  });

  it('pauses, goes on where it stopped, and ends when it is cancelled', async () => {
    await bench.append(one, names(40));
    await relayed(lane, 40);
    const id = await start({ perSecond: 5 });
    const key = { tenant: 'acme', id };
    const store = createReplayStore(bench.db);
    const runner = replayer();
    runner.tick();
    await until(async () => ((await stateOf(id))?.published ?? 0) >= 5);
    expect(await store.pause(key, action)).toBe(true);
    expect(await store.pause(key, action)).toBe(false);
    await until(async () => {
      const row = await bench.db.selectFrom('replays').select('owner').executeTakeFirst();
      return row?.owner === null;
    });
    expect(await store.resume(key, action)).toBe(true);
    await bench.db.updateTable('replays').set({ per_second: 20 }).execute();
    runner.tick();
    await until(async () => ((await stateOf(id))?.published ?? 0) >= 25);
    expect(await store.cancel(key, action)).toBe(true);
    expect(await store.resume(key, action)).toBe(false);
    await runner.stop();
    const { published = 0 } = (await stateOf(id)) ?? {};
    expect(await stateOf(id)).toMatchObject({ status: 'cancelled', endedAt: expect.any(Date) });
    await bench.append(one, ['end']);
    const again = replayedOf(await bench.consume(['end']), id);
    expect(again.map(({ headers }) => nameOf(headers))).toEqual(names(published));
  });

  it('finds the few of an athlete among very many of others', async () => {
    await bench.append(one, names(2, 'a'));
    await relayed(lane, 2);
    // Long gone from the outbox, as far as anybody can tell: positions need not be there.
    await sql`update lanes set next_position = 90000, relayed = 89999 where lane = ${lane}`.execute(bench.db);
    await bench.db.updateTable('outbox').set({ position: '70000' }).where('position', '=', '2').execute();
    const id = await start({ connection: one });
    replayer().tick();
    await until(() => isDone(id));
    expect(await stateOf(id)).toMatchObject({ events: 2, published: 2 });
  });

  it('is not counted when that takes too long', async () => {
    await bench.append(one, names(2));
    const scope = { tenant: 'acme', connection: null, types: [], modes: [], from: new Date(0), to: new Date(4e12) };
    const isLocked = await bench.db.transaction().execute(async (trx) => {
      await sql`lock table outbox in access exclusive mode`.execute(trx);
      return createReplayStore(bench.db).count(scope, 0.2);
    });
    expect(isLocked).toBeUndefined();
  });

  it('goes on with fewer at once where the broker refuses many', async () => {
    await bench.append(one, names(40));
    await relayed(lane, 40);
    const id = await start();
    const sizes: number[] = [];
    replayer((producer) => ({
      ...producer,
      transact: async (number, batch) => {
        sizes.push(batch.rows.length);
        if (batch.rows.length > 10) throw refused({ reason: 'too_large', detail: 'all together' }, undefined);
        await producer.transact(number, batch);
      },
    })).tick();
    await until(() => isDone(id));
    expect(sizes).toEqual([40, 40, 32, 8, 8, 8, 8, 8]);
    expect(await stateOf(id)).toMatchObject({ published: 40, reason: null });
  });

  it('fails when the broker refuses what it publishes, and says why', async () => {
    await bench.append(one, names(2));
    await relayed(lane, 2);
    const id = await start({ topic: 'no topic!' });
    replayer().tick();
    await until(async () => (await stateOf(id))?.status === 'failed');
    expect((await stateOf(id))?.reason).toMatch(/^bad_topic: /);
  });
});
