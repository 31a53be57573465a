import { sql, type Kysely } from 'kysely';

/**
 * The whole state of the bridge. Group roles (no login) carry the least privilege of each app: a login role gets one
 * of them by `GRANT`, and every app switches to its role when it connects (see `openDatabase`).
 */
const roles = ['accesslink_bridge_auth', 'accesslink_bridge_poller', 'accesslink_bridge_publisher'] as const;

/** How many lanes events are dealt to. A connection keeps its lane for life, so lanes can be added later. */
const laneCount = 8;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table connections (
      id uuid primary key,
      tenant text not null,
      kind text not null default 'athlete' check (kind in ('athlete', 'client')),
      user_reference text not null,
      polar_user_id text,
      scopes text[] not null,
      status text not null check (status in ('active', 'degraded', 'needs_reauth', 'revoked', 'paused', 'erased')),
      status_reason text,
      utc_offset_minutes integer,
      lane smallint not null,
      event_sequence bigint not null default 0,
      lifecycle_revision integer not null default 0,
      device_synced_at timestamptz,
      enrolled_plan text,
      established_at timestamptz not null,
      updated_at timestamptz not null
    )`.execute(db);
  // A reference whose relationship ended may begin a new one: with a new id, so that its events can't clash with the old ones.
  await sql`create unique index connections_of_reference on connections (tenant, user_reference) where status not in ('revoked', 'erased')`.execute(
    db,
  );
  // What belongs to a tenant's client id and to no athlete hangs on one row of its own.
  await sql`create unique index connections_of_client on connections (tenant) where kind = 'client'`.execute(db);
  await sql`create index connections_by_tenant on connections (tenant, id)`.execute(db);
  await sql`create index connections_by_polar_user on connections (tenant, polar_user_id) where polar_user_id is not null`.execute(
    db,
  );
  await sql`create index connections_to_enrol on connections (id) where enrolled_plan is null and status in ('active', 'degraded')`.execute(
    db,
  );

  await sql`
    create table credentials (
      connection uuid primary key references connections (id) on delete cascade,
      key_id text not null,
      access_token bytea not null,
      refresh_token bytea not null,
      access_expires_at timestamptz not null,
      refreshed_at timestamptz not null,
      refresh_failures integer not null default 0,
      version integer not null default 1
    )`.execute(db);

  await sql`
    create table connect_links (
      id uuid primary key,
      tenant text not null,
      user_reference text not null,
      scopes text[] not null,
      return_url text,
      expires_at timestamptz not null,
      used_at timestamptz
    )`.execute(db);
  await sql`
    create table consent_states (
      state_hash bytea primary key,
      browser_hash bytea not null,
      link uuid not null references connect_links (id) on delete cascade,
      expires_at timestamptz not null
    )`.execute(db);

  await sql`
    create table poll_targets (
      connection uuid not null references connections (id) on delete cascade,
      resource text not null,
      kind text not null check (kind in ('live', 'backfill')),
      tenant text not null,
      next_due timestamptz not null,
      lease_token uuid,
      cursor jsonb not null default '{}',
      interval_seconds real not null,
      last_polled_at timestamptz,
      last_changed_at timestamptz,
      last_data_at timestamptz,
      failures integer not null default 0,
      last_error text,
      suspended text,
      primary key (connection, resource, kind)
    )`.execute(db);
  // A poll writes its row three times: on its own page, if there is room, that is a quarter cheaper. Each leaves dead rows at
  // the beginning of what the planner reads: to clean up at a fifth of the table would be too late.
  await sql`
    alter table poll_targets set (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05)`.execute(
    db,
  );
  await sql`create index poll_targets_due on poll_targets (tenant, kind, next_due) where suspended is null`.execute(db);

  await sql`
    create table schema_drifts (
      tenant text not null,
      resource text not null,
      path text not null,
      kind text not null,
      found text not null,
      seen_at timestamptz not null default now(),
      primary key (tenant, resource, path, kind, found)
    )`.execute(db);

  await sql`
    create table snapshots (
      connection uuid not null references connections (id) on delete cascade,
      resource text not null,
      entity text not null,
      identity text not null,
      date date,
      marker text,
      hash text,
      fields jsonb not null default '{}',
      revision integer not null default 0,
      seen_at timestamptz not null,
      changed_at timestamptz not null,
      missing_since timestamptz,
      gone_at timestamptz,
      finalised_revision integer,
      primary key (connection, resource, entity, identity)
    )`.execute(db);
  await sql`create index snapshots_by_date on snapshots (connection, resource, entity, date)`.execute(db);

  await sql`
    create table lanes (
      lane smallint primary key,
      next_position bigint not null default 1,
      relayed bigint not null default 0,
      owner text,
      lease_until timestamptz
    ) with (fillfactor = 50)`.execute(db);
  await sql`insert into lanes (lane) select generate_series(0, ${sql.lit(laneCount - 1)})`.execute(db);
  await sql`create table publishers (id text primary key, seen_at timestamptz not null)`.execute(db);

  // The columns aggregatetype, aggregateid, type and payload are those of Debezium's outbox event router.
  await sql`
    create table outbox (
      lane smallint not null,
      position bigint not null,
      id uuid not null unique,
      aggregatetype text not null,
      aggregateid text not null,
      type text not null,
      payload text not null,
      headers text not null,
      traceparent text,
      created_at timestamptz not null default clock_timestamp(),
      primary key (lane, position)
    )`.execute(db);

  await sql`
    create table quota_ledger (
      tenant text not null,
      minute bigint not null,
      requests integer not null,
      primary key (tenant, minute)
    )`.execute(db);

  for (const role of roles) {
    await sql`
      do $$ begin
        create role ${sql.id(role)} nologin;
      exception when duplicate_object or unique_violation then null;
      end $$`.execute(db);
    await sql`grant ${sql.id(role)} to current_user`.execute(db);
    await sql`do $$ begin execute format('grant usage on schema %I to ${sql.id(role)}', current_schema()); end $$`.execute(
      db,
    );
  }
  await sql`grant select, insert, update, delete on credentials, connect_links to accesslink_bridge_auth`.execute(db);
  await sql`grant select, insert, update on connections, quota_ledger to accesslink_bridge_auth`.execute(db);
  await sql`grant select, insert, delete on consent_states to accesslink_bridge_auth`.execute(db);
  await sql`grant select, delete, update (suspended, lease_token) on poll_targets to accesslink_bridge_auth`.execute(
    db,
  );
  await sql`grant select, delete on snapshots to accesslink_bridge_auth`.execute(db);
  await sql`grant select, update (enrolled_plan, utc_offset_minutes, event_sequence, device_synced_at) on connections to accesslink_bridge_poller`.execute(
    db,
  );
  await sql`grant insert (id, tenant, kind, user_reference, scopes, status, lane, established_at, updated_at) on connections to accesslink_bridge_poller`.execute(
    db,
  );
  await sql`grant select, insert on schema_drifts to accesslink_bridge_poller`.execute(db);
  await sql`grant select, insert, update, delete on poll_targets to accesslink_bridge_poller`.execute(db);
  await sql`grant select, insert, update on snapshots, quota_ledger to accesslink_bridge_poller`.execute(db);
  await sql`grant insert on outbox to accesslink_bridge_auth, accesslink_bridge_poller`.execute(db);
  await sql`grant select, update (next_position) on lanes to accesslink_bridge_auth, accesslink_bridge_poller`.execute(
    db,
  );
  await sql`grant select, delete on outbox to accesslink_bridge_publisher`.execute(db);
  await sql`grant select, update (relayed, owner, lease_until) on lanes to accesslink_bridge_publisher`.execute(db);
  await sql`grant select, insert, update, delete on publishers to accesslink_bridge_publisher`.execute(db);
}
