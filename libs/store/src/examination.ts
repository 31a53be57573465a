import { sql } from 'kysely';
import type { Database } from './database.ts';
import { migrations } from './migrate.ts';

/** What a login finds at a server of PostgreSQL. */
export interface ServerFacts {
  /** Such as `18.4`. */
  readonly version: string;
  readonly major: number;
  readonly login: string;
  readonly isSuperuser: boolean;
  /** Whether the login has all rights of who owns our tables. */
  readonly isOwner: boolean;
  /** Whether it only follows another server, and nothing can be written. */
  readonly isStandby: boolean;
  /** Epoch ms by the server's clock. */
  readonly at: number;
}

/** Needs no migrated database, and no role. */
export async function serverFacts(db: Database): Promise<ServerFacts> {
  const { rows } = await sql<ServerFacts & { readonly now: Date }>`
    select split_part(current_setting('server_version'), ' ', 1) as version,
      current_setting('server_version_num')::int / 10000 as major,
      session_user as login,
      (select rolsuper from pg_roles where rolname = session_user) as "isSuperuser",
      exists (
        select from pg_class where oid = to_regclass('credentials') and pg_has_role(session_user, relowner, 'usage')
      ) as "isOwner",
      pg_is_in_recovery() as "isStandby",
      clock_timestamp() as now`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error('PostgreSQL told nothing about itself');
  const { now, ...facts } = row;
  return { ...facts, at: now.getTime() };
}

/** How the database's schema and the program's differ, by the names of the migrations. */
export interface SchemaFacts {
  /** The program wants them, and the database has not got them. */
  readonly missing: readonly string[];
  /** The database has got them, and the program does not know them. */
  readonly unknown: readonly string[];
}

/** The first migration after which the roles of the apps may see which ones were made. */
export const visibleSince = '0010-visible-schema';

/** @throws PostgreSQL's 42P01 where nothing was ever migrated, and 42501 where that was before `visibleSince` */
export async function schemaFacts(db: Database): Promise<SchemaFacts> {
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  const made = rows.map(({ name }) => name);
  const known = Object.keys(migrations);
  return {
    missing: known.filter((name) => !made.includes(name)),
    unknown: made.filter((name) => !known.includes(name)),
  };
}
