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
  /** How long a statement may be without an answer, in ms, before its connection counts as lost; a minute if not given. */
  readonly longestSilenceMs?: number;
  /** How long a transaction may stand still, in ms, before PostgreSQL ends it; 10 s if not given. */
  readonly longestStandstillMs?: number;
}

const longestSilenceMs = 60_000;
/** A process that stands still must not hold locks that all others wait for. No longer than a publisher's lease. */
const longestStandstillMs = 10_000;

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
  pool.on('connect', (client) => {
    // A connection that is checked out and breaks between two queries tells nobody else; without a listener it ends the process.
    client.on('error', onError);
    endWhenSilent(client, options.longestSilenceMs ?? longestSilenceMs);
  });
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
}

/**
 * Statements that look into an index a few hundred times, for a few rows, are estimated to be dear: compiling them takes
 * longer than running them does.
 */
function settingsOf({ role, longestStandstillMs: standstill = longestStandstillMs }: DatabaseOptions): string {
  if (role === undefined) return '-c jit=off';
  return `-c jit=off -c role=${role} -c idle_in_transaction_session_timeout=${standstill}`;
}

/**
 * Where the other end has gone without a word, TCP notices after a quarter of an hour, and until then whatever waits for an
 * answer stands still. pg's own `query_timeout` would leave the dead connection in the pool.
 */
function endWhenSilent(client: pg.PoolClient, ms: number): void {
  const query = client.query.bind(client) as (...args: readonly unknown[]) => unknown;
  const patient = (...args: readonly unknown[]): unknown => {
    const answer = query(...args);
    if (!(answer instanceof Promise)) return answer;
    // With a statement under way this breaks the connection off, which fails the statement.
    const timer = setTimeout(() => void client.end().catch(() => undefined), ms);
    return answer.finally(() => clearTimeout(timer));
  };
  Object.assign(client, { query: patient });
}

/** @throws when the database does not answer, or was never migrated */
export async function pingDatabase(db: Database): Promise<void> {
  await sql`select from lanes limit 1`.execute(db);
}

/** @throws when the database does not answer; whether it was migrated does not matter */
export async function reachDatabase(db: Database): Promise<void> {
  await sql`select`.execute(db);
}
