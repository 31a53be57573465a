import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { defineResource, type Changes, type Fact, type FactState, type Resource, type Tick } from '#core';
import { record } from './record.ts';
import { snapshotsOf } from './snapshots.ts';
import { changesOf, eventOf, snapshotOf, StoreBench, walks } from './store.fixture.ts';

/** A walk with legs. */
const walksInLegs: Resource = defineResource({
  ...walks,
  entities: { ...walks.entities, leg: { events: { recorded: 'LegWalked', revised: 'LegWalked' } } },
});

let bench: StoreBench;
let connection: string;
beforeAll(async () => {
  bench = await StoreBench.open();
});
afterAll(() => bench.close());
beforeEach(async () => {
  connection = await bench.connection();
  await bench.target(connection, walksInLegs);
});

const tickOf = async (changes: Partial<Tick> = {}): Promise<Tick> => ({
  ...(await bench.tick(connection, walksInLegs)),
  keepsState: true,
  ...changes,
});

const stateOf = (identity: readonly string[], changes: Partial<FactState> = {}): FactState => ({
  topic: 'walks',
  resource: 'walks',
  entity: 'walks',
  identity,
  revision: 1,
  mode: 'live',
  observedAt: '2026-06-15T12:00:00.000Z',
  polarModifiedAt: null,
  utcOffsetMinutes: null,
  data: { id: identity.join('/') },
  ...changes,
});

async function found(changes: Partial<Changes>, keepsState = true): Promise<void> {
  const tick = await tickOf({ keepsState });
  await record(bench.poller, tick, changesOf(tick, changes));
}

/** The connection's rows in the order of their lane: what a state is of, and whether there is one. */
async function rows(): Promise<
  readonly (readonly [topic: string, key: string, sequence: string | undefined, payload: string])[]
> {
  const all = await bench.db.selectFrom('outbox').selectAll().orderBy('position').execute();
  return all
    .filter(({ aggregateid }) => aggregateid.split('|')[0] === connection)
    .map(({ aggregatetype, aggregateid, headers, payload }) => [
      aggregatetype,
      aggregateid.replace(connection, ''),
      (JSON.parse(headers) as Record<string, string>)['ce_sequence'],
      payload === '' ? '' : JSON.stringify((JSON.parse(payload) as { data: unknown }).data),
    ]);
}

describe('the states of a poll', () => {
  it('follow its events in their lane, and leave the sequence to them', async () => {
    await found({
      events: [eventOf(walks, 'a'), eventOf(walks, 'b')],
      states: [stateOf(['a']), stateOf(['b'])],
      snapshots: [snapshotOf(walks, ['a']), snapshotOf(walks, ['b'])],
    });
    await found({ events: [eventOf(walks, 'c')], states: [stateOf(['c'])], snapshots: [snapshotOf(walks, ['c'])] });
    expect(await rows()).toEqual([
      ['polar.acme.walks.v1', '', '1', '{"id":"a"}'],
      ['polar.acme.walks.v1', '', '2', '{"id":"b"}'],
      ['polar.acme.walks.state.v1', '|walks/walks/a', undefined, '{"id":"a"}'],
      ['polar.acme.walks.state.v1', '|walks/walks/b', undefined, '{"id":"b"}'],
      ['polar.acme.walks.v1', '', '3', '{"id":"c"}'],
      ['polar.acme.walks.state.v1', '|walks/walks/c', undefined, '{"id":"c"}'],
    ]);
  });

  it('come without events, too, where nothing was to be told', async () => {
    const lost = snapshotOf(walks, ['a', '1'], { entity: 'leg', revision: 2, missingSince: 1 });
    await found({ snapshots: [lost], states: [stateOf(['a', '1'], { entity: 'leg', revision: 2, data: null })] });
    expect(await rows()).toEqual([['polar.acme.walks.state.v1', '|walks/leg/a/1', undefined, '']]);
  });

  it('end those of the parts of what is deleted, each at a revision of its own', async () => {
    const parts = ['1', '2'].map((leg) => snapshotOf(walks, ['a', leg], { entity: 'leg' }));
    const other = snapshotOf(walks, ['ab', '1'], { entity: 'leg' });
    await found({ snapshots: [snapshotOf(walks, ['a']), ...parts, other] });
    const deleted = { snapshots: [snapshotOf(walks, ['a'], { revision: 2, goneAt: 1 })] };
    await found({ ...deleted, states: [stateOf(['a'], { revision: 2, data: null })] });
    expect((await rows()).map(([, key, , payload]) => [key, payload])).toEqual([
      ['|walks/walks/a', ''],
      ['|walks/leg/a/1', ''],
      ['|walks/leg/a/2', ''],
    ]);
    const legs = await bench.db
      .selectFrom('snapshots')
      .select(['identity', 'revision'])
      .where('connection', '=', connection)
      .where('entity', '=', 'leg')
      .orderBy('identity')
      .execute();
    expect(legs.map(({ revision }) => revision)).toEqual([2, 2, 1]);
  });

  it('are none of a tenant that wants none', async () => {
    await found({ snapshots: [snapshotOf(walks, ['a']), snapshotOf(walks, ['a', '1'], { entity: 'leg' })] }, false);
    await found({ snapshots: [snapshotOf(walks, ['a'], { revision: 2, goneAt: 1 })] }, false);
    expect(await rows()).toEqual([]);
  });
});

describe('the snapshots of the parts of what was read', () => {
  const fact: Fact = {
    entity: 'walks',
    identity: ['a'],
    date: '2026-06-14',
    marker: null,
    content: {},
    polarModifiedAt: null,
    utcOffsetMinutes: null,
  };
  const known = async (one: Fact, keepsState = true): Promise<readonly string[]> => {
    const window = { phase: 'detail', from: '2026-06-14', to: '2026-06-15', features: [], reason: 'wanted' } as const;
    const answer = { window, facts: [one], empty: false };
    const snapshots = (await snapshotsOf(bench.poller, await tickOf({ keepsState }), [answer])).all();
    return snapshots.map(({ entity, identity }) => [entity, ...identity].join(' ')).toSorted();
  };
  const leg = (identity: readonly string[], changes = {}) => snapshotOf(walks, identity, { entity: 'leg', ...changes });

  it('are given where states are kept, as long as they are there', async () => {
    await found({
      snapshots: [
        snapshotOf(walks, ['a']),
        leg(['a', '1']),
        leg(['a', 'lost'], { missingSince: 1 }),
        leg(['a', 'other day'], { date: '2026-06-13' }),
        leg(['a', 'of no day'], { date: null }),
      ],
    });
    expect(await known(fact)).toEqual(['leg a 1', 'walks a']);
    expect(await known({ ...fact, date: null })).toEqual(['leg a of no day', 'walks a']);
    expect(await known({ ...fact, content: null })).toEqual(['walks a']);
    expect(await known(fact, false)).toEqual(['walks a']);
  });
});
