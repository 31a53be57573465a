import { sql, type Kysely } from 'kysely';

/** What is known of a backfill as a whole: its targets go one by one, and what they have cost stays until the last one ends. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table backfills (
      connection uuid not null references connections (id) on delete cascade,
      started_at text not null,
      from_day date not null,
      to_day date not null,
      origin text check (origin in ('demand', 'device')),
      resources text[] not null default '{}',
      done jsonb not null default '{}',
      paused_at timestamptz,
      primary key (connection, started_at)
    )`.execute(db);
  await sql`
    insert into backfills (connection, started_at, from_day, to_day, resources)
    select connection, cursor -> 'backfill' ->> 'startedAt', min(cursor -> 'backfill' ->> 'from')::date,
      max(cursor -> 'backfill' ->> 'to')::date, array_agg(resource order by resource)
    from poll_targets
    where kind = 'backfill' and cursor -> 'backfill' ->> 'startedAt' is not null
      and suspended is distinct from 'scope_missing'
    group by 1, 2`.execute(db);
  await sql`grant select, insert, update, delete on backfills to accesslink_bridge_poller`.execute(db);
  await sql`grant select, delete on backfills to accesslink_bridge_auth`.execute(db);
}
