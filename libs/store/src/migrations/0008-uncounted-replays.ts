import { sql, type Kysely } from 'kysely';

/** A replay may begin before anybody has counted its events. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table replays alter column events drop not null`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`update replays set events = published where events is null`.execute(db);
  await sql`alter table replays alter column events set not null`.execute(db);
}
