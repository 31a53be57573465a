import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { demandBackfill } from './backfills.ts';
import { appendEvents } from './outbox.ts';
import {
  connectedApps,
  lastKnownMoment,
  planRecovery,
  recover,
  type PublishedLife,
  type PublishedStream,
} from './recovery.ts';
import { openDatabase } from './database.ts';
import { noteDrift } from './schema-drifts.ts';
import { eventOf, hikes, StoreBench, tenant, walks } from './store.fixture.ts';

const lane = 2;

let bench: StoreBench;
beforeEach(async () => {
  bench = await StoreBench.open();
});
afterEach(() => bench.close());

const life = (more: Partial<PublishedLife> = {}): PublishedLife => ({
  revision: 5,
  userReference: 'user-42',
  polarUserId: '9',
  scopes: ['walks:read'],
  status: 'active',
  statusReason: null,
  deletionRequired: false,
  at: new Date('2026-11-28T04:00:00Z'),
  ...more,
});

const stream = (connection: string | null, more: Partial<PublishedStream> = {}): PublishedStream => ({
  tenant: 'acme',
  connection,
  sequences: [],
  items: [],
  life: null,
  drifts: [],
  ...more,
});

const walk = (name: string, revision: number, more: object = {}) => ({
  resource: 'walks',
  entity: 'walks',
  identity: JSON.stringify([name]),
  date: '2026-11-20',
  revision,
  isGone: false,
  ...more,
});

async function append(connection: string, ...names: readonly string[]): Promise<void> {
  await bench.poller.transaction().execute((trx) =>
    appendEvents(
      trx,
      { connection, topicPrefix: 'polar.acme', traceparent: null },
      names.map((name) => eventOf(walks, name)),
    ),
  );
}

async function snapshot(connection: string, name: string, revision: number): Promise<void> {
  await sql`
    insert into snapshots (connection, resource, entity, identity, date, marker, hash, fields, revision, seen_at, changed_at, finalised_revision)
    values (${connection}, 'walks', 'walks', ${JSON.stringify([name])}, '2026-11-19', 'm1', 'h1', '{"a":"b"}', ${revision}, now(), now(), ${revision})`.execute(
    bench.db,
  );
}

const snapshots = (connection: string) =>
  bench.db
    .selectFrom('snapshots')
    .select(['identity', 'date', 'marker', 'hash', 'revision', 'gone_at'])
    .where('connection', '=', connection)
    .orderBy('identity')
    .execute();

async function recovered(streams: readonly PublishedStream[], lanes = new Map<number, number>()): Promise<void> {
  await recover(bench.db, await planRecovery(bench.db, { streams, lanes }), new Date());
}

describe('a database that Kafka is ahead of', () => {
  it('goes on with positions, sequences and revisions that nobody has seen', async () => {
    const id = await bench.connection({ lane });
    await append(id, 'a', 'b');
    await snapshot(id, 'a', 1);
    await snapshot(id, 'b', 1);
    await recovered(
      [stream(id, { sequences: [1, 2, 3, 4], items: [walk('a', 3), walk('new', 1)] })],
      new Map([[lane, 9]]),
    );
    expect(await snapshots(id)).toEqual([
      { identity: '["a"]', date: '2026-11-19', marker: '', hash: 'unknown', revision: 3, gone_at: null },
      { identity: '["b"]', date: '2026-11-19', marker: 'm1', hash: 'h1', revision: 1, gone_at: null },
      { identity: '["new"]', date: '2026-11-20', marker: '', hash: 'unknown', revision: 1, gone_at: null },
    ]);
    await append(id, 'c');
    const { rows } = await sql<{ position: string; sequence: string }>`
      select position, headers::jsonb ->> 'ce_sequence' as sequence from outbox where aggregateid = ${id} order by position desc limit 1`.execute(
      bench.db,
    );
    expect(rows).toEqual([{ position: '10', sequence: '5' }]);
  });

  it('has nothing left to do the second time, and nothing where Kafka is behind', async () => {
    const id = await bench.connection({ lane });
    await append(id, 'a', 'b');
    const seen = [stream(id, { sequences: [1, 2, 3], items: [walk('a', 2)], life: life({ revision: 3 }) })];
    const lanes = new Map([[lane, 3]]);
    await recovered(seen, lanes);
    const before = await bench.contents();
    const nothing = { lanes: [], streams: [], items: [], lives: [], unknown: [], drifts: [], holes: [] };
    expect(await planRecovery(bench.db, { streams: seen, lanes })).toEqual(nothing);
    await recovered(seen, lanes);
    expect(await bench.contents()).toEqual(before);
    expect(
      await planRecovery(bench.db, { streams: [stream(id, { sequences: [1] })], lanes: new Map([[lane, 1]]) }),
    ).toEqual(nothing);
  });

  it('knows what was deleted, with its parts', async () => {
    const id = await bench.connection({ lane });
    await snapshot(id, 'a', 1);
    await sql`
      insert into snapshots (connection, resource, entity, identity, fields, revision, seen_at, changed_at)
      values (${id}, 'walks', 'step', '["a","1"]', '{}', 4, now(), now()), (${id}, 'walks', 'step', '["ab","1"]', '{}', 4, now(), now())`.execute(
      bench.db,
    );
    await recovered([stream(id, { sequences: [1], items: [walk('a', 2, { isGone: true, date: null })] })]);
    expect(
      (await snapshots(id)).map(({ identity, revision, gone_at: gone }) => [identity, revision, gone !== null]),
    ).toEqual([
      ['["a","1"]', 5, true],
      ['["a"]', 2, true],
      ['["ab","1"]', 4, false],
    ]);
  });

  it('names the places of which Kafka has nothing', async () => {
    const id = await bench.connection({ lane });
    await append(id, 'a');
    const plan = await planRecovery(bench.db, { streams: [stream(id, { sequences: [7, 4, 3] })], lanes: new Map() });
    expect(plan.holes).toEqual([
      { connection: id, from: 2, to: 2 },
      { connection: id, from: 5, to: 6 },
    ]);
  });

  it('ends, forgets and pauses whom consumers were told of, and tells nobody again', async () => {
    const [erased, removed, paused, lost] = await Promise.all([1, 2, 3, 4].map(() => bench.connection({ lane })));
    for (const id of [erased, removed, paused, lost] as string[]) {
      await bench.target(id, walks);
      await snapshot(id, 'a', 1);
    }
    const ended = (id: string | undefined, status: PublishedLife['status'], more: Partial<PublishedLife> = {}) =>
      stream(id ?? '', {
        sequences: [1],
        items: [walk('a', 2)],
        life: life({ status, statusReason: 'requested', ...more }),
      });
    await recovered([
      ended(erased, 'erased'),
      ended(removed, 'revoked'),
      ended(paused, 'paused'),
      ended(lost, 'needs_reauth', { deletionRequired: true }),
    ]);
    const rows = await bench.db
      .selectFrom('connections')
      .select(['id', 'status', 'status_reason', 'user_reference', 'lifecycle_revision'])
      .execute();
    const of = (id: string | undefined) => rows.find((row) => row.id === id);
    expect(of(erased)).toMatchObject({ status: 'erased', user_reference: '', lifecycle_revision: 5 });
    expect(of(removed)).toMatchObject({ status: 'revoked', user_reference: removed });
    expect(of(paused)).toMatchObject({ status: 'paused', status_reason: 'requested' });
    expect(of(lost)).toMatchObject({ status: 'needs_reauth' });
    for (const id of [erased, removed] as string[]) {
      expect(await snapshots(id)).toEqual([]);
      expect(await bench.targets(id)).toEqual([]);
    }
    expect((await snapshots(paused as string))[0]).toMatchObject({ revision: 2, gone_at: null });
    expect(await bench.eventTypes(erased as string)).toEqual([]);
  });

  it('remembers whom it does not know, to be connected again, and not who has left since', async () => {
    const [known, left] = [randomUUID(), randomUUID()];
    await recovered([
      stream(known, { sequences: [1, 2], items: [walk('a', 1)], life: life() }),
      stream(left, { sequences: [1, 2], items: [walk('a', 1)], life: life({ status: 'erased' }) }),
    ]);
    const rows = await bench.db.selectFrom('connections').selectAll().where('kind', '=', 'athlete').execute();
    expect(rows).toMatchObject([
      {
        id: known,
        tenant: 'acme',
        user_reference: 'user-42',
        status: 'active',
        lifecycle_revision: 5,
        event_sequence: '2',
      },
    ]);
    expect(await snapshots(known)).toHaveLength(1);
    expect(await snapshots(left)).toEqual([]);
  });

  it('has a backfill that is under way begin anew, so that its events are no others told before', async () => {
    const id = await bench.connection({ lane });
    for (const resource of [walks, hikes]) await bench.target(id, resource);
    const wanted = { from: '2026-04-01', to: '2026-05-10', resources: ['hikes', 'walks'] };
    await demandBackfill(bench.poller, tenant, id, wanted, 'alice');
    const begun = async () => {
      const { rows } = await sql<{ at: string }>`
        select started_at as at from backfills where connection = ${id}
        union select cursor -> 'backfill' ->> 'startedAt' from poll_targets where connection = ${id} and kind = 'backfill'`.execute(
        bench.db,
      );
      return rows.map(({ at }) => at);
    };
    const [before] = await begun();
    await recovered([stream(id, { sequences: [1, 2] })]);
    const after = await begun();
    expect(after).toHaveLength(1);
    expect(after).not.toEqual([before]);
    expect(after[0]).toBe(new Date(after[0] ?? '').toISOString());
    await recovered([stream(id, { sequences: [1, 2] })]);
    expect(await begun()).toEqual(after);
  });

  it('tells no deviation from the schema again', async () => {
    const drift = { path: 'name', kind: 'unknown_field', found: 'nickname' } as const;
    await recovered([stream(null, { drifts: [{ resource: 'walks', ...drift }] })]);
    expect(await noteDrift(bench.poller, tenant, 'walks', drift)).toBe(false);
    expect(await noteDrift(bench.poller, tenant, 'hikes', drift)).toBe(true);
  });

  it('refuses when the athlete was connected anew meanwhile', async () => {
    const other = await bench.connection({ lane });
    const newer = stream(randomUUID(), { sequences: [1], life: life({ userReference: other }) });
    await expect(recovered([newer])).rejects.toMatchObject({ code: 'DATABASE_CONFLICT' });
  });

  it('says from when on Kafka has to be read, and whether an app is at work', async () => {
    const id = await bench.connection({ lane });
    const before = await lastKnownMoment(bench.db);
    await append(id, 'a');
    expect((await lastKnownMoment(bench.db)).getTime()).toBeGreaterThan(before.getTime());
    expect(await connectedApps(bench.db, 'trial')).toEqual([]);
    const poller = openDatabase(bench.url, { pool: 1, applicationName: 'trial-poller' });
    await sql`select 1`.execute(poller);
    expect(await connectedApps(bench.db, 'trial')).toEqual(['trial-poller']);
    await poller.destroy();
  });
});
