import { sql } from 'kysely';
import type { Database } from './database.ts';

/** How far the lanes were at a place in PostgreSQL's write-ahead log. */
export interface LogMark {
  /** LSN: all of these positions were committed before it. */
  readonly lsn: string;
  readonly positions: readonly { readonly lane: number; readonly position: number }[];
}

export async function markLog(db: Database): Promise<LogMark> {
  const { rows } = await sql<{ lane: number; position: string }>`
    select lane, next_position - 1 as position from lanes order by lane`.execute(db);
  const {
    rows: [log],
  } = await sql<{ lsn: string }>`select pg_current_wal_insert_lsn()::text as lsn`.execute(db);
  return {
    lsn: log?.lsn ?? '0/0',
    positions: rows.map(({ lane, position }) => ({ lane, position: Number(position) })),
  };
}

/** @returns whether the slot's reader has confirmed all up to the LSN; undefined: there is no such slot of this database */
export async function isConfirmed(db: Database, slot: string, lsn: string): Promise<boolean | undefined> {
  const { rows } = await sql<{ reached: boolean }>`
    select coalesce(confirmed_flush_lsn >= ${lsn}::pg_lsn, false) as reached from pg_replication_slots
    where slot_name = ${slot} and database = current_database()`.execute(db);
  return rows[0]?.reached;
}
