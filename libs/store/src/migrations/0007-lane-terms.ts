import { sql, type Kysely } from 'kysely';

const publisher = sql.id('accesslink_bridge_publisher');

/** A lane counts how often it was claimed: who lost it and claims it again must not write what he meant to write before. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table lanes add column term bigint not null default 0`.execute(db);
  await sql`grant update (term) on lanes to ${publisher}`.execute(db);
}
