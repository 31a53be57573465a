import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import pg from 'pg';
import type { Schema } from './schema.ts';

export type Database = Kysely<Schema>;
export type Trx = Transaction<Schema>;

/** The group role of each app; the migration creates them with the least privilege that the app needs. */
export type DatabaseRole = 'accesslink_bridge_auth' | 'accesslink_bridge_poller' | 'accesslink_bridge_publisher';

export interface DatabaseOptions {
  /** Left out only by the migration, which runs as the owner. */
  readonly role?: DatabaseRole;
  readonly pool?: number;
  readonly applicationName?: string;
  /** Told about a broken idle connection; the pool replaces it by itself. */
  readonly onError?: (error: Error) => void;
}

// A date is a calendar day and no instant: keep it as the text YYYY-MM-DD.
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);

/** @param url `postgres://user:password@host:port/database`; the login must own the role or be a member of it */
export function openDatabase(url: string, options: DatabaseOptions = {}): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.pool ?? 10,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    ...(options.applicationName === undefined ? {} : { application_name: options.applicationName }),
    options: settingsOf(options),
  });
  const onError = (error: Error): void => options.onError?.(error);
  pool.on('error', onError);
  // A connection that is checked out and breaks between two queries tells nobody else; without a listener it ends the process.
  pool.on('connect', (client) => client.on('error', onError));
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
}

/**
 * Statements that look into an index a few hundred times, for a few rows, are estimated to be dear: compiling them takes
 * longer than running them does.
 */
function settingsOf({ role }: DatabaseOptions): string {
  return role === undefined ? '-c jit=off' : `-c jit=off -c role=${role}`;
}

/** @throws when the database does not answer, or was never migrated */
export async function pingDatabase(db: Database): Promise<void> {
  await sql`select from lanes limit 1`.execute(db);
}
