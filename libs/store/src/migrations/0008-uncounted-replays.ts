import { sql, type Kysely } from 'kysely';

/** A replay may begin before anybody has counted its events. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table replays alter column events drop not null`.execute(db);
}
