import { sql } from 'kysely';
import { BridgeError } from '#core';
import type { Database, Trx } from './database.ts';
import { readWithin, type OutboxRow, type ReadLimits } from './outbox-reader.ts';

/** One order of events: of a connection by its id, or `client` for what concerns all athletes of a tenant. */
export interface StreamKey {
  readonly tenant: string;
  readonly stream: string;
}

/** Why the broker does not take an event. */
export interface Refused {
  readonly reason: string;
  /** The broker's words. */
  readonly detail: string;
}

/** A row and the stream that it belongs to. */
type ParkedPlace = Pick<OutboxRow, 'position'> & StreamKey;

/** Who parks: counts only as long as the lane is his, by the same claim. */
export interface LaneHolder {
  readonly publisher: string;
  readonly lane: number;
  /** As `termOf` gives it. */
  readonly term: number;
}

/** Minutes until the first retry; each one after it waits twice as long as the one before, up to the longest. */
const retryMinutes = { first: 5, longest: 60 };

/** What a lane has parked, for the publisher that holds it. */
export function createLaneParking(db: Database, holder: LaneHolder) {
  const { lane } = holder;
  return {
    list: (): Promise<readonly StreamKey[]> => parkedInLane(db, lane),
    due: (): Promise<StreamKey | undefined> => dueParked(db, lane),
    refuse: (row: ParkedPlace & Pick<OutboxRow, 'topic'>, refused: Refused): Promise<void> =>
      parkRefused(db, holder, row, refused),
    hold: (rows: readonly ParkedPlace[]): Promise<void> => parkBehind(db, holder, rows),
    read: (stream: StreamKey, upTo: number, limits: ReadLimits): Promise<readonly OutboxRow[]> =>
      readParked(db, stream, upTo, limits),
    settle: (position: number, upTo: number): Promise<boolean> => settleParked(db, lane, position, upTo),
    forget: (stream: StreamKey, upTo: number): Promise<boolean> =>
      db.transaction().execute((trx) => forgetEmpty(trx, stream, upTo)),
  };
}

/**
 * Parks the stream of a row that was refused, or tells that it was refused once more.
 * @throws BridgeError LEASE_LOST when the lane is another publisher's: what he has published must not be parked
 */
async function parkRefused(
  db: Database,
  holder: LaneHolder,
  row: ParkedPlace & Pick<OutboxRow, 'topic'>,
  { reason, detail }: Refused,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await assertHolds(trx, holder);
    const { first, longest } = retryMinutes;
    await sql`
      insert into parked_streams as known (tenant, stream, lane, reason, detail, topic, refused, next_try_at)
      values (${row.tenant}, ${row.stream}, ${holder.lane}, ${reason}, ${detail}, ${row.topic}, ${row.position},
        clock_timestamp() + make_interval(mins => ${first}))
      on conflict (tenant, stream) do update set
        reason = excluded.reason, detail = excluded.detail, topic = excluded.topic, refused = excluded.refused,
        tries = known.tries + 1, tried_at = clock_timestamp(),
        next_try_at = clock_timestamp() + make_interval(mins => least(${longest}, ${first} * 2 ^ least(known.tries, 10))::integer)`.execute(
      trx,
    );
    await copyRows(trx, holder.lane, [row]);
  });
}

/** Puts rows aside that come after a refused one of their stream. @throws BridgeError LEASE_LOST */
async function parkBehind(db: Database, holder: LaneHolder, rows: readonly ParkedPlace[]): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await assertHolds(trx, holder);
    await copyRows(trx, holder.lane, rows);
  });
}

async function parkedInLane(db: Database, lane: number): Promise<readonly StreamKey[]> {
  return db.selectFrom('parked_streams').select(['tenant', 'stream']).where('lane', '=', lane).execute();
}

/** @returns the parked stream of a lane that has waited longest for its time to be tried again */
async function dueParked(db: Database, lane: number): Promise<StreamKey | undefined> {
  const { rows } = await sql<StreamKey>`
    select tenant, stream from parked_streams
    where lane = ${lane} and next_try_at <= clock_timestamp() order by next_try_at limit 1`.execute(db);
  return rows[0];
}

/** @returns the parked rows of a stream that its lane has passed, oldest first; the first one however big it is */
async function readParked(
  db: Database,
  key: StreamKey,
  upTo: number,
  limits: ReadLimits,
): Promise<readonly OutboxRow[]> {
  return readWithin(
    db,
    sql`
      select position, topic, key, payload, headers from parked_rows
      where tenant = ${key.tenant} and stream = ${key.stream} and not given_up and position <= ${upTo}`,
    limits,
  );
}

/** What Kafka has of a stream up to this position is parked no more. @returns whether nothing of the stream is left */
async function settleParked(db: Database, lane: number, position: number, upTo: number): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom('parked_rows')
      .select(['tenant', 'stream'])
      .where('lane', '=', lane)
      .where('position', '=', String(position))
      .executeTakeFirst();
    if (row === undefined) return false;
    await trx
      .deleteFrom('parked_rows')
      .where('tenant', '=', row.tenant)
      .where('stream', '=', row.stream)
      .where('position', '<=', String(position))
      .execute();
    await trx
      .updateTable('parked_streams')
      .set({ refused: null })
      .where('tenant', '=', row.tenant)
      .where('stream', '=', row.stream)
      .execute();
    return forgetEmpty(trx, row, upTo);
  });
}

/**
 * A stream of which nothing waits any more is parked no more. What is put aside ahead of the lane keeps it parked, given up or
 * not: the lane is still to meet it.
 * @returns whether that was so
 */
async function forgetEmpty(trx: Trx, { tenant, stream }: StreamKey, upTo: number): Promise<boolean> {
  const waiting = await trx
    .selectFrom('parked_rows')
    .select('position')
    .where('tenant', '=', tenant)
    .where('stream', '=', stream)
    .where((row) => row.or([row('given_up', '=', false), row('position', '>', String(upTo))]))
    .limit(1)
    .executeTakeFirst();
  if (waiting !== undefined) return false;
  await trx.deleteFrom('parked_rows').where('tenant', '=', tenant).where('stream', '=', stream).execute();
  await trx.deleteFrom('parked_streams').where('tenant', '=', tenant).where('stream', '=', stream).execute();
  return true;
}

async function assertHolds(trx: Trx, { publisher, lane, term }: LaneHolder): Promise<void> {
  // Until the commit nobody else can take the lane.
  const { rows } =
    await sql`select from lanes where lane = ${lane} and owner = ${publisher} and term = ${term} for share`.execute(
      trx,
    );
  if (rows.length > 0) return;
  throw new BridgeError('LEASE_LOST', `lane ${lane} was taken over by another publisher; nothing was parked`, {
    fields: { lane },
  });
}

async function copyRows(trx: Trx, lane: number, rows: readonly ParkedPlace[]): Promise<void> {
  const keys = JSON.stringify(rows.map(({ position, tenant, stream }) => ({ position, tenant, stream })));
  await sql`
    insert into parked_rows (lane, position, tenant, stream, id, topic, key, type, payload, headers, created_at)
    select lane, position, keys.tenant, keys.stream, id, aggregatetype, aggregateid, type, payload, headers, created_at
    from json_to_recordset(${keys}::json) as keys (position bigint, tenant text, stream text)
    join outbox using (position)
    where lane = ${lane}
    on conflict (lane, position) do nothing`.execute(trx);
}
