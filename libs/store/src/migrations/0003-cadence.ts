import { sql, type Kysely } from 'kysely';

/** When each target is polled: what was learned of it, of all targets of a resource together, and what a request is worth. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table poll_targets
    add column seen_changes real not null default 0,
    add column seen_days real not null default 0`.execute(db);

  // Changes by quarter of an hour of the local day, older ones weighing less.
  await sql`
    create table day_profiles (
      tenant text not null,
      resource text not null,
      slots real[] not null,
      since timestamptz not null default now(),
      noted_at timestamptz not null,
      primary key (tenant, resource)
    )`.execute(db);
  await sql`
    create table paces (
      tenant text primary key,
      price double precision not null,
      stretch double precision not null,
      bias double precision not null,
      demand jsonb not null,
      set_at timestamptz not null
    )`.execute(db);
  await sql`
    create table spendings (
      tenant text not null,
      hour timestamptz not null,
      purpose text not null,
      requests integer not null,
      primary key (tenant, hour, purpose)
    )`.execute(db);
  await sql`create index spendings_hour on spendings (hour)`.execute(db);
  await sql`grant select, insert, update on day_profiles, paces to accesslink_bridge_poller`.execute(db);
  await sql`grant select, insert, update, delete on spendings to accesslink_bridge_poller`.execute(db);
}
