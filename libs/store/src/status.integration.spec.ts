import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { holdLanes } from './lanes.ts';
import { statusOf } from './status.ts';
import { hikes, StoreBench, walks } from './store.fixture.ts';

let bench: StoreBench;
beforeAll(async () => {
  bench = await StoreBench.open();
});
afterAll(() => bench.close());

it("tells how everything is, with the rights that the poller's role has", async () => {
  const late = await bench.connection();
  await bench.connection({ status: 'degraded' });
  const failing = await bench.connection({ tenant: 'beta' });
  for (const status of ['revoked', 'erased'] as const) await bench.connection({ status });
  await bench.target(late, walks, { overdue: 100 });
  await bench.target(late, hikes, { overdue: 400 });
  await bench.target(late, hikes, { kind: 'backfill', overdue: 9000 });
  await bench.target(failing, walks, { tenant: 'beta', overdue: -60 });
  await bench.target(failing, hikes, { tenant: 'beta', overdue: -60 });
  await sql`update poll_targets set failures = case resource when 'walks' then 3 else 2 end, last_error = 'AUTH_UNAVAILABLE: no answer'
    where connection = ${failing}`.execute(bench.db);
  await holdLanes(bench.as('accesslink_bridge_publisher'), 'publisher-1', 60);
  await sql`update lanes set next_position = 3 where lane = 2`.execute(bench.db);
  await sql`
    insert into outbox (lane, position, id, aggregatetype, aggregateid, type, payload, headers, created_at)
    select 2, position, gen_random_uuid(), 't', 'a', 'x', '', '{}', clock_timestamp() - interval '100 seconds' from generate_series(1, 2) as position`.execute(
    bench.db,
  );
  await sql`
    insert into parked_streams (tenant, stream, lane, reason, detail, topic, parked_at, next_try_at)
    select 'acme', stream::text, 2, 'too_large', 'words', 't', now() - stream * interval '1 hour', now() from generate_series(1, 3) as stream`.execute(
    bench.db,
  );

  const status = await statusOf(bench.poller, ['acme', 'beta', 'gamma']);
  expect(status.athletes).toEqual([
    { tenant: 'acme', status: 'active', athletes: 1 },
    { tenant: 'acme', status: 'degraded', athletes: 1 },
    { tenant: 'beta', status: 'active', athletes: 1 },
  ]);
  expect(status.late?.map(({ tenant, seconds }) => [tenant, Math.floor(seconds / 100)])).toEqual([['acme', 4]]);
  expect(status.failing).toEqual([{ tenant: 'beta', error: 'AUTH_UNAVAILABLE', targets: 1 }]);
  expect(status.lanes).toHaveLength(8);
  expect(status.lanes?.[2]).toMatchObject({ owner: 'publisher-1', lagRows: 2 });
  expect(status.lanes?.[2]?.lagSeconds).toBeGreaterThanOrEqual(100);
  expect(status.parked).toEqual([
    { tenant: 'acme', lane: 2, reason: 'too_large', streams: 3, since: expect.any(Number) },
  ]);
  expect(Math.round((status.at - (status.parked?.[0]?.since ?? 0)) / 3_600_000)).toBe(3);
});

it('leaves out what takes too long, and tells the rest', async () => {
  await bench.db.transaction().execute(async (trx) => {
    await sql`lock table parked_streams in access exclusive mode`.execute(trx);
    const { parked, lanes } = await statusOf(bench.poller, []);
    expect(parked).toBeUndefined();
    expect(lanes).toHaveLength(8);
  });
});

it('looks into indexes, however many targets and athletes there are', async () => {
  await sql`
    insert into connections (id, tenant, user_reference, scopes, status, lane, enrolled_plan, established_at, updated_at)
    select gen_random_uuid(), 'many', 'athlete ' || number, '{}', 'active', 0, 'all', now(), now() from generate_series(1, 3000) as number`.execute(
    bench.db,
  );
  await sql`
    insert into poll_targets (connection, resource, kind, tenant, next_due, interval_seconds)
    select id, 'resource ' || number, 'live', tenant, now() + interval '1 day', 300 from connections, generate_series(1, 5) as number
    where tenant = 'many'`.execute(bench.db);
  await sql`vacuum analyze connections, poll_targets`.execute(bench.db);
  const scans = async () =>
    (
      await sql<{ relname: string; scans: string }>`
        select relname, seq_scan::text as scans from pg_stat_user_tables where relname in ('connections', 'poll_targets') order by relname`.execute(
        bench.db,
      )
    ).rows;
  const poller = bench.poller;
  const counted = async (): Promise<unknown> => {
    // A session tells its counts when it is idle for a while, or is asked to.
    await sql`select pg_stat_force_next_flush()`.execute(poller);
    return scans();
  };
  await statusOf(poller, ['many']);
  const before = await counted();
  await statusOf(poller, ['many', 'acme', 'nobody']);
  expect(await counted()).toEqual(before);
});
