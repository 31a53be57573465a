import { sql, type Kysely, type RawBuilder } from 'kysely';

const publisher = sql.id('accesslink_bridge_publisher');

/** Events that the broker refuses for themselves wait here, and with them what comes after them of the same athlete. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table parked_streams (
      tenant text not null,
      stream text not null,
      lane smallint not null references lanes (lane),
      reason text not null,
      detail text not null,
      topic text not null,
      refused bigint,
      parked_at timestamptz not null default clock_timestamp(),
      tries integer not null default 1,
      tried_at timestamptz not null default clock_timestamp(),
      next_try_at timestamptz not null,
      primary key (tenant, stream)
    )`.execute(db);
  await sql`create index parked_streams_by_lane on parked_streams (lane)`.execute(db);
  // Copies, so that the outbox may forget what its lane has passed.
  await sql`
    create table parked_rows (
      lane smallint not null,
      position bigint not null,
      tenant text not null,
      stream text not null,
      id uuid not null,
      topic text not null,
      key text not null,
      type text not null,
      payload text not null,
      headers text not null,
      created_at timestamptz not null,
      given_up boolean not null default false,
      primary key (lane, position),
      foreign key (tenant, stream) references parked_streams
    )`.execute(db);
  // What an operator has given up stays so: no replay tells it either.
  await sql`
    create table given_up (
      lane smallint not null,
      position bigint not null,
      given_up_at timestamptz not null default clock_timestamp(),
      primary key (lane, position)
    )`.execute(db);
  await sql`grant select, insert on given_up to ${publisher}`.execute(db);
  await sql`create index parked_rows_in_order on parked_rows (tenant, stream, position)`.execute(db);
  await sql`grant select, insert, update, delete on parked_streams to ${publisher}`.execute(db);
  await sql`grant select, insert, delete, update (given_up) on parked_rows to ${publisher}`.execute(db);
  await sql`grant insert on audit_log to ${publisher}`.execute(db);
  // Of an athlete who is erased only that stays parked which consumers have to be told: events of the connection, tombstones.
  await replacePurge(db, {
    forget: sql`
      update parked_rows set payload = '', headers = '{}', given_up = true
      where stream = erased::text and payload <> '' and topic not like '%.connection.v1';
      if found then
        update parked_streams set next_try_at = clock_timestamp() where stream = erased::text;
      end if;`,
    isLeft: sql`or exists (select from parked_streams where stream = erased::text)`,
  });
}

async function replacePurge(
  db: Kysely<unknown>,
  { forget, isLeft }: { readonly forget: RawBuilder<unknown>; readonly isLeft: RawBuilder<unknown> },
): Promise<void> {
  await sql`
    create or replace function purge_erased(erased uuid) returns boolean
    language plpgsql security definer as $$
    declare
      its_lane smallint;
      its_relayed bigint;
    begin
      select lane, relayed into its_lane, its_relayed
      from connections join lanes using (lane) where id = erased and status = 'erased'
      for no key update of connections;
      if not found then return false; end if;
      delete from outbox
      where lane = its_lane and split_part(aggregateid, '|', 1) = erased::text and position <= its_relayed;${forget}
      if exists (select from outbox where lane = its_lane and split_part(aggregateid, '|', 1) = erased::text)
        ${isLeft} then
        return false;
      end if;
      update connections set purged_at = coalesce(purged_at, clock_timestamp()) where id = erased;
      return true;
    end $$`.execute(db);
  // What replaces a function has none of its settings: its own schema, and nobody's temporary tables before it.
  await sql`do $$ begin
    execute format('alter function purge_erased(uuid) set search_path = %I, pg_temp', current_schema());
  end $$`.execute(db);
}
