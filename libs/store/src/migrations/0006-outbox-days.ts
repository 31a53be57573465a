import { sql, type Kysely } from 'kysely';

const publisher = sql.id('accesslink_bridge_publisher');
const writers = sql.raw('accesslink_bridge_auth, accesslink_bridge_poller');

/** The outbox in partitions by day (UTC), so that old days are dropped and not deleted row by row; and replays of what it has. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table replays (
      id uuid primary key,
      tenant text not null,
      connection uuid,
      types text[] not null,
      modes text[] not null,
      from_time timestamptz not null,
      to_time timestamptz not null,
      topic text,
      per_second integer not null,
      status text not null default 'running' check (status in ('running', 'paused', 'done', 'cancelled', 'failed')),
      reason text,
      events bigint not null,
      published bigint not null default 0,
      positions jsonb not null default '{}',
      owner text,
      lease_until timestamptz,
      created_at timestamptz not null default clock_timestamp(),
      ended_at timestamptz
    )`.execute(db);
  await sql`create index replays_by_tenant on replays (tenant, created_at desc, id)`.execute(db);
  await sql`create index replays_to_run on replays (created_at) where status = 'running'`.execute(db);
  await sql`grant select, insert, update on replays to ${publisher}`.execute(db);

  await sql`alter table outbox rename to outbox_before`.execute(db);
  await sql`alter index outbox_pkey rename to outbox_before_pkey`.execute(db);
  await sql`alter index outbox_id_key rename to outbox_before_id_key`.execute(db);
  await sql`
    create table outbox (
      lane smallint not null,
      position bigint not null,
      id uuid not null,
      aggregatetype text not null,
      aggregateid text not null,
      type text not null,
      payload text not null,
      headers text not null,
      traceparent text,
      created_at timestamptz not null default clock_timestamp(),
      primary key (lane, position, created_at)
    ) partition by range (created_at)`.execute(db);
  await sql`create index outbox_id on outbox (id)`.execute(db);
  // For erasures and replays of one athlete; the key of a state begins with his connection.
  await sql`create index outbox_stream on outbox (split_part(aggregateid, '|', 1), lane, position)`.execute(db);
  // What consumers were told to delete is not to be told again.
  await sql`
    create index outbox_endings on outbox (lane, aggregateid, position)
    where type in ('accesslink.ConnectionRemoved.v1', 'accesslink.ConnectionErased.v1', 'accesslink.ConsentRevoked.v1')`.execute(
    db,
  );
  // Only for days that nobody has made a partition for.
  await sql`create table outbox_rest partition of outbox default`.execute(db);
  await createTending(db);
  await sql`
    select tend_outbox_day(day::date) from (select distinct (created_at at time zone 'UTC')::date as day from outbox_before) as days`.execute(
    db,
  );
  await sql`select tend_outbox(interval '100 years')`.execute(db);
  await sql`insert into outbox select * from outbox_before`.execute(db);
  await sql`drop table outbox_before`.execute(db);
  await sql`grant insert, select (id) on outbox to ${writers}`.execute(db);
  await sql`grant select on outbox to ${publisher}`.execute(db);
}

/** Owner's rights, since only an owner can make and drop partitions: these functions can't lose an event that is not in Kafka. */
async function createTending(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function tend_outbox_day(day date) returns boolean
    language plpgsql security definer as $$
    declare
      start timestamptz := day::timestamp at time zone 'UTC';
      name text := 'outbox_' || to_char(day, 'YYYYMMDD');
    begin
      if to_regclass(format('%I.%I', current_schema(), name)) is not null then return false; end if;
      if exists (select from outbox_rest where created_at >= start and created_at < start + interval '24 hours') then
        return false;
      end if;
      -- Made beside it and then attached, it stands in nobody's way.
      execute format('create table %I (like outbox including all)', name);
      execute format('alter table outbox attach partition %I for values from (%L) to (%L)',
        name, start, start + interval '24 hours');
      return true;
    end $$`.execute(db);
  await sql`
    create function tend_outbox(retention interval) returns table (dropped date)
    language plpgsql security definer set lock_timeout = '2s' as $$
    declare
      today date := (clock_timestamp() at time zone 'UTC')::date;
      day date;
      name text;
      in_use boolean;
    begin
      if not pg_try_advisory_xact_lock(hashtext('accesslink_bridge.outbox_days')) then return; end if;
      for ahead in 0..7 loop perform tend_outbox_day(today + ahead); end loop;

      for name in
        select relname from pg_inherits join pg_class on oid = inhrelid
        where inhparent = 'outbox'::regclass and relname <> 'outbox_rest' order by relname
      loop
        day := to_date(substr(name, 8), 'YYYYMMDD');
        exit when day >= today or (day + 1)::timestamp at time zone 'UTC' > clock_timestamp() - retention;
        -- What is not in Kafka stays, and what a replay is still to read.
        execute format(
          'select exists (select from lanes where relayed < (select max(position) from %I as part where part.lane = lanes.lane))
             or exists (select from replays where status = ''running'' and from_time < %L)',
          name, (day + 1)::timestamp at time zone 'UTC') into in_use;
        continue when in_use;
        begin
          execute format('drop table %I', name);
        exception when lock_not_available then
          -- Somebody reads it. What was made above stays, and this is tried again.
          exit;
        end;
        dropped := day;
        return next;
      end loop;
      delete from given_up where given_up_at < clock_timestamp() - retention - interval '2 days';
      delete from outbox_rest using lanes
      where lanes.lane = outbox_rest.lane and position <= relayed and created_at < clock_timestamp() - retention;
    end $$`.execute(db);
  for (const name of ['tend_outbox_day(date)', 'tend_outbox(interval)']) {
    // Their own schema, and nobody's temporary tables before it.
    await sql`do $$ begin
      execute format('alter function ${sql.raw(name)} set search_path = %I, pg_temp', current_schema());
    end $$`.execute(db);
    await sql`revoke all on function ${sql.raw(name)} from public`.execute(db);
  }
  await sql`grant execute on function tend_outbox(interval) to ${publisher}`.execute(db);
}
