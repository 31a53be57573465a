import { sql, type RawBuilder } from 'kysely';
import type { Database } from './database.ts';

/** A row of the outbox as it goes to Kafka. */
export interface OutboxRow {
  readonly position: number;
  readonly topic: string;
  readonly key: string;
  /** The value, byte for byte; empty for a tombstone, which has none. */
  readonly payload: string;
  /** A JSON object of strings. */
  readonly headers: string;
  /** Bytes of payload and headers. */
  readonly bytes: number;
}

export interface ReadLimits {
  readonly rows: number;
  /** The first row is read however big it is. */
  readonly bytes: number;
}

/** @returns the lane's rows after a position, in order; what is left out because of the limits comes with the next read */
export async function readOutbox(
  db: Database,
  lane: number,
  after: number,
  limits: ReadLimits,
): Promise<readonly OutboxRow[]> {
  return readWithin(
    db,
    sql`
      select position, aggregatetype as topic, aggregateid as key, payload, headers
      from outbox where lane = ${lane} and position > ${after}`,
    limits,
  );
}

/** @param rows a query of `position`, `topic`, `key`, `payload` and `headers` @returns the first ones, by position */
export async function readWithin(
  db: Database,
  rows: RawBuilder<unknown>,
  limits: ReadLimits,
): Promise<readonly OutboxRow[]> {
  const found = await sql<Omit<OutboxRow, 'position'> & { position: string }>`
    select position, topic, key, payload, headers, bytes from (
      select *, sum(bytes) over (order by position) - bytes as before from (
        select *, octet_length(payload) + octet_length(headers) as bytes
        from (${rows} order by position limit ${limits.rows}) as first
      ) as next
    ) as summed
    where before = 0 or before + bytes <= ${limits.bytes}
    order by position`.execute(db);
  return found.rows.map((row) => ({ ...row, position: Number(row.position) }));
}

/**
 * Makes the outbox's next days, and drops those that are older than the retention, as far as all of them is in Kafka and no replay
 * reads them. One publisher does it at a time; the others do nothing.
 * @returns the days (UTC) that were dropped
 */
export async function tendOutbox(db: Database, retentionHours: number): Promise<readonly string[]> {
  const { rows } = await sql<{ day: string }>`
    select dropped::text as day from tend_outbox(make_interval(hours => ${retentionHours}))`.execute(db);
  return rows.map(({ day }) => day);
}
