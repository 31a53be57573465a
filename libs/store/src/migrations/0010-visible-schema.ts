import { sql, type Kysely } from 'kysely';

const roles = sql.raw('accesslink_bridge_auth, accesslink_bridge_poller, accesslink_bridge_publisher');

/** So that each app can tell which schema it meets. The table is Kysely's own, and is there before any migration runs. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`grant select on kysely_migration to ${roles}`.execute(db);
}
