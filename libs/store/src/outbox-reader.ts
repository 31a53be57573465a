import { sql } from 'kysely';
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
  const { rows } = await sql<{
    position: string;
    topic: string;
    key: string;
    payload: string;
    headers: string;
    bytes: number;
  }>`
    select position, topic, key, payload, headers, bytes from (
      select *, sum(bytes) over (order by position) - bytes as before from (
        select position, aggregatetype as topic, aggregateid as key, payload, headers,
          octet_length(payload) + octet_length(headers) as bytes
        from outbox where lane = ${lane} and position > ${after} order by position limit ${limits.rows}
      ) as next
    ) as summed
    where before = 0 or before + bytes <= ${limits.bytes}
    order by position`.execute(db);
  return rows.map((row) => ({ ...row, position: Number(row.position) }));
}

/**
 * Deletes the lane's oldest rows, as far as they are relayed and older than the retention.
 * @returns how many; fewer than `most` means that the rest has to stay
 */
export async function pruneOutbox(db: Database, lane: number, retentionHours: number, most: number): Promise<number> {
  const result = await sql`
    delete from outbox
    where lane = ${lane} and created_at < now() - make_interval(hours => ${retentionHours})
      and position in (
        select oldest.position from outbox as oldest
        join lanes on lanes.lane = oldest.lane and oldest.position <= lanes.relayed
        where oldest.lane = ${lane} order by oldest.position limit ${most}
      )`.execute(db);
  return Number(result.numAffectedRows ?? 0n);
}
