import { sql, type Kysely } from 'kysely';

/** What a connection's whole life needs: refreshes that were cut off, consents that failed, erasure, and who did what. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // No foreign key: its check would wait for whoever changes the connection, and that one for the refresh.
  await sql`
    create table refresh_attempts (
      connection uuid primary key,
      version integer not null,
      tries integer not null,
      in_flight_until timestamptz not null,
      answered boolean not null
    )`.execute(db);
  await sql`grant select, insert, update, delete on refresh_attempts to accesslink_bridge_auth`.execute(db);

  // In milliseconds, as the cursor of the list tells it.
  await sql`alter table connect_links
    add column created_at timestamptz(3) not null default now(),
    add column connection uuid,
    add column failure text,
    add column failure_detail text,
    add column failed_at timestamptz`.execute(db);
  await sql`create index connect_links_by_tenant on connect_links (tenant, created_at desc, id)`.execute(db);

  // Versions of tokens never come twice, also when a consent was lost and given again in between.
  await sql`alter table connections add column last_token_version integer not null default 0`.execute(db);
  // After a loss that made consumers delete, all counts as gone.
  await sql`grant update (gone_at, missing_since, revision) on snapshots to accesslink_bridge_auth`.execute(db);

  // Of an erased athlete nothing may stay behind in the outbox, once it is in Kafka.
  await sql`alter table connections add column purged_at timestamptz`.execute(db);
  await sql`create index connections_to_purge on connections (id) where status = 'erased' and purged_at is null`.execute(
    db,
  );
  // An event's key is the connection's id; the key of a state begins with it. A function with its owner's rights, since a role that may delete from the outbox could lose events: this one can't.
  await sql`
    create function purge_erased(erased uuid) returns boolean
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
      where lane = its_lane and split_part(aggregateid, '|', 1) = erased::text and position <= its_relayed;
      if exists (select from outbox where lane = its_lane and split_part(aggregateid, '|', 1) = erased::text) then
        return false;
      end if;
      update connections set purged_at = coalesce(purged_at, clock_timestamp()) where id = erased;
      return true;
    end $$`.execute(db);
  // Its own schema, and nobody's temporary tables before it.
  await sql`do $$ begin
    execute format('alter function purge_erased(uuid) set search_path = %I, pg_temp', current_schema());
  end $$`.execute(db);
  await sql`revoke all on function purge_erased(uuid) from public`.execute(db);
  await sql`grant execute on function purge_erased(uuid) to accesslink_bridge_auth`.execute(db);

  await sql`
    create table audit_log (
      id bigint generated always as identity primary key,
      at timestamptz not null default clock_timestamp(),
      actor text not null,
      action text not null,
      tenant text,
      subject uuid,
      outcome text not null check (outcome in ('done', 'unchanged', 'refused'))
    )`.execute(db);
  await sql`create index audit_log_by_tenant on audit_log (tenant, id)`.execute(db);
  await sql`create index audit_log_by_subject on audit_log (subject, id) where subject is not null`.execute(db);
  // Who writes it can neither change nor delete it.
  await sql`grant select, insert on audit_log to accesslink_bridge_auth`.execute(db);
  await sql`grant insert on audit_log to accesslink_bridge_poller`.execute(db);
}
