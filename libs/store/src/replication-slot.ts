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

/** @returns why no publication brings the events of the outbox whole to a replication slot; undefined where one does */
export async function faultOfPublication(db: Database): Promise<string | undefined> {
  const { rows } = await sql<{ inserts: boolean; viaRoot: boolean }>`
    select pubinsert as inserts, pubviaroot as "viaRoot" from pg_publication
    where puballtables
      or exists (select from pg_publication_rel where prpubid = pg_publication.oid and prrelid = 'outbox'::regclass)
      or exists (
        select from pg_publication_namespace where pnpubid = pg_publication.oid and pnnspid = current_schema()::regnamespace
      )
    order by pubinsert and pubviaroot desc limit 1`.execute(db);
  const [best] = rows;
  if (best === undefined) return 'there is no publication for the table outbox';
  if (!best.inserts) return "the outbox's publication does not publish inserts";
  if (!best.viaRoot)
    return "the outbox's publication speaks of its days and not of the table: publish_via_partition_root is not set";
  return undefined;
}

/** @returns whether the slot's reader has confirmed all up to the LSN; undefined: there is no such slot of this database */
export async function isConfirmed(db: Database, slot: string, lsn: string): Promise<boolean | undefined> {
  const { rows } = await sql<{ reached: boolean }>`
    select coalesce(confirmed_flush_lsn >= ${lsn}::pg_lsn, false) as reached from pg_replication_slots
    where slot_name = ${slot} and database = current_database()`.execute(db);
  return rows[0]?.reached;
}

/** @returns whether somebody reads the slot now; undefined: there is no such slot of this database */
export async function isSlotActive(db: Database, slot: string): Promise<boolean | undefined> {
  const { rows } = await sql<{ active: boolean }>`
    select active from pg_replication_slots where slot_name = ${slot} and database = current_database()`.execute(db);
  return rows[0]?.active;
}
