import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Fact, Fetched, Snapshot, Window } from '#core';
import { quotaLedger } from './quota-ledger.ts';
import { record } from './record.ts';
import { snapshotsOf } from './snapshots.ts';
import { changesOf, hikes, snapshotOf, StoreBench, walks } from './store.fixture.ts';

let bench: StoreBench;
let connection: string;
beforeAll(async () => {
  bench = await StoreBench.open();
});
afterAll(() => bench.close());
beforeEach(async () => {
  connection = await bench.connection();
  await bench.target(connection, walks);
});

const windowOf = (changes: Partial<Window> = {}): Window => ({
  phase: 'list',
  from: '2026-06-10',
  to: '2026-06-15',
  features: [],
  reason: 'listing',
  ...changes,
});
const factOf = (...identity: string[]): Fact => ({
  entity: 'walks',
  identity,
  date: '2026-06-14',
  marker: null,
  content: {},
  polarModifiedAt: null,
  utcOffsetMinutes: null,
});

const fetched = (window: Window, ...facts: Fact[]): Fetched => ({ window, facts, empty: facts.length === 0 });

async function keep(...snapshots: Snapshot[]): Promise<void> {
  const tick = await bench.tick(connection, walks);
  await record(bench.poller, tick, changesOf(tick, { snapshots }));
}

async function known(...answers: Fetched[]): Promise<readonly Snapshot[]> {
  const tick = await bench.tick(connection, walks);
  const snapshots = (await snapshotsOf(bench.poller, tick, answers)).all();
  return snapshots.toSorted((a, b) => (JSON.stringify(a.identity) < JSON.stringify(b.identity) ? -1 : 1));
}

const identities = (snapshots: readonly Snapshot[]) => snapshots.map(({ identity }) => identity.join('/'));

describe('snapshots', () => {
  it('come back as they were written, and as they were last', async () => {
    const full = snapshotOf(walks, ['a', 'ö"]'], {
      missingSince: Date.parse('2026-06-15T11:00:00.123Z'),
      goneAt: Date.parse('2026-06-15T12:00:00Z'),
      finalisedRevision: 1,
      fields: { steps: 'f1', 'a.b': 'f2' },
    });
    await keep(full);
    const answer = fetched(windowOf({ phase: 'detail' }), factOf('a', 'ö"]'));
    expect(await known(answer)).toEqual([full]);
    const next = snapshotOf(walks, ['a', 'ö"]'], { date: '2026-06-13', revision: 2, marker: null, hash: null });
    await keep(next);
    expect(await known(answer)).toEqual([next]);
  });

  it('are given for what was fetched, and for what a listing should have held', async () => {
    await keep(
      snapshotOf(walks, ['fetched'], { date: '2026-01-01' }),
      snapshotOf(walks, ['before'], { date: '2026-06-09' }),
      snapshotOf(walks, ['first'], { date: '2026-06-10' }),
      snapshotOf(walks, ['last'], { date: '2026-06-14' }),
      snapshotOf(walks, ['past'], { date: '2026-06-15' }),
      snapshotOf(walks, ['gone'], { goneAt: 1 }),
      snapshotOf(walks, ['part'], { entity: 'part of a walk' }),
    );
    expect(identities(await known(fetched(windowOf(), factOf('fetched'))))).toEqual(['fetched', 'first', 'last']);
    expect(identities(await known(fetched(windowOf({ phase: 'detail' }), factOf('gone'))))).toEqual(['gone']);
  });

  it('are those of this athlete and this resource', async () => {
    await keep(snapshotOf(walks, ['mine']));
    await bench.target(connection, hikes);
    const hike = await bench.tick(connection, hikes);
    await record(bench.poller, hike, changesOf(hike, { snapshots: [snapshotOf(walks, ['hike'])] }));
    const other = await bench.connection();
    await bench.target(other, walks);
    const tick = await bench.tick(other, walks);
    expect((await snapshotsOf(bench.poller, tick, [fetched(windowOf(), factOf('mine'))])).all()).toEqual([]);
    expect(identities(await known(fetched(windowOf())))).toEqual(['mine']);
  });

  it('of the parts go with the whole, and with nothing else', async () => {
    await keep(
      snapshotOf(walks, ['1']),
      snapshotOf(walks, ['1', 'a'], { entity: 'part' }),
      snapshotOf(walks, ['1'], { entity: 'route' }),
      snapshotOf(walks, ['10', 'a'], { entity: 'part' }),
      snapshotOf(walks, ['1,', 'a'], { entity: 'part' }),
    );
    await keep(snapshotOf(walks, ['1'], { goneAt: Date.parse('2026-06-15T12:00:00Z') }));
    const rows = await bench.db
      .selectFrom('snapshots')
      .select(['entity', 'identity'])
      .where('connection', '=', connection)
      .where('gone_at', 'is not', null)
      .orderBy('entity')
      .execute();
    expect(rows).toEqual([
      { entity: 'part', identity: '["1","a"]' },
      { entity: 'route', identity: '["1"]' },
      { entity: 'walks', identity: '["1"]' },
    ]);
  });
});

describe('the quota ledger', () => {
  it('adds up what many paid in a minute, per tenant, and tells it from a minute on', async () => {
    const ledger = quotaLedger(bench.poller);
    await Promise.all(Array.from({ length: 10 }, () => ledger.add('acme', 29_000_001, 3)));
    await ledger.add('acme', 29_000_000, 1);
    await ledger.add('acme', 29_000_010, 2);
    await ledger.add('beta', 29_000_001, 5);
    expect(await ledger.since('acme', 29_000_001)).toEqual([
      { minute: 29_000_001, requests: 30 },
      { minute: 29_000_010, requests: 2 },
    ]);
  });
});
