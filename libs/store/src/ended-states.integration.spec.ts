import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import type { FactState, Tick } from '#core';
import { createConnectionStore, type Connection, type ConnectionChange } from './connections.ts';
import { record } from './record.ts';
import { changesOf, eventOf, hikes, snapshotOf, StoreBench, swims, walks } from './store.fixture.ts';

let bench: StoreBench;
let connection: string;
beforeAll(async () => {
  bench = await StoreBench.open();
});
afterAll(() => bench.close());
beforeEach(async () => {
  connection = await bench.connection();
  for (const resource of [walks, hikes]) await bench.target(connection, resource);
});

const topics = new Map([walks, hikes].map(({ name, topic }) => [name, topic]));
const store = (isWanted = true) =>
  createConnectionStore(bench.as('accesslink_bridge_auth'), () => (isWanted ? topics : new Map<string, string>()));

const removal = (one: Connection): ConnectionChange => ({
  connection: { ...one, status: 'revoked' },
  events: [{ ...eventOf(walks, one.id), type: 'ConnectionRemoved', topic: 'connection', resource: 'connection' }],
  tokens: 'destroy',
  enrol: false,
  forgetData: true,
  forgetAthlete: false,
  tellAnew: false,
});
const disconnect = (isWanted = true) => store(isWanted).change(connection, 'polar.acme', removal);

const tickOf = async (): Promise<Tick> => ({ ...(await bench.tick(connection, walks)), keepsState: true });

/** A walk that was seen for the first time, and its state. */
function walked(identity: string, revision = 1): Parameters<typeof changesOf>[1] {
  const state: FactState = { ...eventOf(walks, identity, revision), entity: 'walks', data: { steps: revision } };
  return {
    events: [eventOf(walks, identity, revision)],
    states: [state],
    snapshots: [snapshotOf(walks, [identity], { revision })],
  };
}

/** The last payload of each key of states, in the order of the lane. */
async function lastStates(): Promise<Record<string, string>> {
  const rows = await bench.db
    .selectFrom('outbox')
    .select(['aggregateid', 'payload'])
    .where('aggregatetype', 'like', '%.state.v1')
    .where('aggregateid', 'like', `${connection}|%`)
    .orderBy('position')
    .execute();
  return Object.fromEntries(
    rows.map(({ aggregateid, payload }) => [aggregateid.split('|')[1], payload === '' ? '' : 'there']),
  );
}

describe('a disconnect', () => {
  it('ends the states of all that is known of the athlete, gone or not, after it has told of itself', async () => {
    const tick = await tickOf();
    await record(bench.poller, tick, changesOf(tick, walked('a')));
    const hike = await bench.tick(connection, hikes);
    const parts = [
      snapshotOf(hikes, ['h', 'ü/|'], { entity: 'leg' }),
      snapshotOf(hikes, ['gone'], { goneAt: 1, revision: 7 }),
    ];
    await record(bench.poller, hike, changesOf(hike, { snapshots: parts }));
    // Of a resource that there is no more.
    await bench.target(connection, swims);
    const swim = await bench.tick(connection, swims);
    await record(bench.poller, swim, changesOf(swim, { snapshots: [snapshotOf(swims, ['s'])] }));

    await disconnect();
    expect(await lastStates()).toEqual({ 'walks/walks/a': '', 'hikes/leg/h/%C3%BC%2F%7C': '', 'hikes/hikes/gone': '' });
    const rows = await bench.db.selectFrom('outbox').selectAll().orderBy('position').execute();
    const mine = rows.filter(({ aggregateid }) => aggregateid.startsWith(connection));
    expect(mine.map(({ type }) => type.split('.')[1])).toEqual([
      'walksRecorded',
      'WalksState',
      'ConnectionRemoved',
      ...Array.from({ length: 3 }, () => expect.stringMatching(/State$/)),
    ]);
    const gone = mine.find(({ aggregateid }) => aggregateid.endsWith('gone'));
    expect(JSON.parse(gone?.headers ?? '')).toMatchObject({ ce_revision: '8', ce_subject: 'hikes/gone' });
    expect(
      await bench.db.selectFrom('snapshots').select('identity').where('connection', '=', connection).execute(),
    ).toEqual([]);
  });

  it('ends none where the tenant wants none', async () => {
    const tick = await tickOf();
    await record(bench.poller, tick, changesOf(tick, { snapshots: [snapshotOf(walks, ['a'])] }));
    await disconnect(false);
    expect(await lastStates()).toEqual({});
  });

  it('is not followed by the state of a poll that was under way', async () => {
    const first = await tickOf();
    await record(bench.poller, first, changesOf(first, walked('a')));
    const late = await tickOf();
    await disconnect();
    const recorded = record(bench.poller, late, changesOf(late, walked('a', 2)));
    await expect(recorded).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect(await lastStates()).toEqual({ 'walks/walks/a': '' });
  });

  it('ends what a poll wrote that was faster, and is not followed by one that was slower', async () => {
    const outcomes = new Set<string>();
    for (let round = 0; outcomes.size < 2 || round < 10; round += 1) {
      if (round > 200) throw new Error(`only ${[...outcomes].join()} happened`);
      connection = await bench.connection();
      await bench.target(connection, walks);
      const tick = await tickOf();
      const poll = () =>
        record(bench.poller, tick, changesOf(tick, walked('a'))).then(
          () => 'recorded',
          (error: { code: string }) => error.code,
        );
      const [outcome] = await Promise.all(round % 2 === 0 ? [poll(), disconnect()] : [disconnect().then(poll)]);
      outcomes.add(outcome);
      expect(await lastStates()).toEqual(outcome === 'recorded' ? { 'walks/walks/a': '' } : {});
    }
    expect([...outcomes].toSorted()).toEqual(['LEASE_LOST', 'recorded']);
  });

  it('of an athlete with many years ends every one of them', async () => {
    await sql`
      insert into snapshots (connection, resource, entity, identity, date, hash, revision, seen_at, changed_at)
      select ${connection}::uuid, 'walks', 'leg', json_build_array('2026-06-14', 'device-0123456789', n::text)::text, '2026-06-14', 'h', 3, now(), now()
      from generate_series(1, 20000) as n`.execute(bench.db);
    await disconnect();
    const ended = Object.values(await lastStates());
    expect([ended.length, new Set(ended)]).toEqual([20_000, new Set([''])]);
  });
});
