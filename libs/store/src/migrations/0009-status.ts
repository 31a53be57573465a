import { sql, type Kysely } from 'kysely';

const poller = sql.id('accesslink_bridge_poller');

/** What the poller's status page looks at: indexes, so that looking is cheap, and of the publisher's tables what tells no athlete's data. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create index connections_by_status on connections (tenant, status)
    where kind = 'athlete' and status not in ('revoked', 'erased')`.execute(db);
  await sql`create index poll_targets_failing on poll_targets (tenant) where failures > 2 and suspended is null`.execute(
    db,
  );
  await sql`grant select (lane, position, created_at) on outbox to ${poller}`.execute(db);
  await sql`grant select (tenant, lane, reason, parked_at) on parked_streams to ${poller}`.execute(db);
}
