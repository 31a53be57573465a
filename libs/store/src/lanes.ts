import { sql } from 'kysely';
import { BridgeError } from '#core';
import type { Database } from './database.ts';

/** The channel that tells publishers that lanes became free. Only a hint. */
export const lanesChannel = 'accesslink_bridge_lanes';

/** What a publisher holds after a heartbeat. */
export interface HeldLanes {
  /** Held now, the newly claimed ones included, in rising order. */
  readonly lanes: readonly number[];
  /** How many of all lanes fall to each live publisher. Who holds more gives the surplus back. */
  readonly share: number;
}

/** Where a lane stands, for people and metrics. */
export interface LaneState {
  readonly lane: number;
  readonly owner: string | null;
  /** RFC 3339, UTC. */
  readonly leaseUntil: string | null;
  readonly nextPosition: number;
  /** Last position known to be in Kafka; the truth may be ahead of it, never behind. */
  readonly relayed: number;
  readonly lagRows: number;
  /** Age of the oldest row that is not known to be in Kafka; 0 when there is none. */
  readonly lagSeconds: number;
}

/** A publisher that was silent for this many lease times is forgotten. */
const forgottenAfter = 10;

/**
 * One heartbeat: tells that the publisher lives, renews its leases and claims free lanes up to its fair share. All times
 * are the database's. A lease only divides the work: that a lane is never published by two is Kafka's fencing.
 */
export async function holdLanes(db: Database, publisher: string, leaseSeconds: number): Promise<HeldLanes> {
  return db.transaction().execute(async (trx) => {
    // One heartbeat after the other, so that no two publishers count differently.
    await sql`select pg_advisory_xact_lock(hashtext('accesslink_bridge.lanes'))`.execute(trx);
    await sql`
      insert into publishers (id, seen_at) values (${publisher}, clock_timestamp())
      on conflict (id) do update set seen_at = excluded.seen_at`.execute(trx);
    await sql`
      delete from publishers where seen_at < clock_timestamp() - make_interval(secs => ${leaseSeconds * forgottenAfter})`.execute(
      trx,
    );
    const counted = await sql<{ lanes: string; live: string }>`
      select (select count(*) from lanes) as lanes,
        (select count(*) from publishers where seen_at > clock_timestamp() - make_interval(secs => ${leaseSeconds})) as live`.execute(
      trx,
    );
    const { lanes = '0', live = '1' } = counted.rows[0] ?? {};
    const share = Math.ceil(Number(lanes) / Math.max(1, Number(live)));

    // A lane whose row a writer has locked right now is left for the next heartbeat: a slow writer stops nobody's leases.
    const until = sql`clock_timestamp() + make_interval(secs => ${leaseSeconds})`;
    await sql`
      update lanes set lease_until = ${until}
      where lane in (select lane from lanes where owner = ${publisher} for update skip locked)`.execute(trx);
    const owned = await sql<{ lane: number }>`
      select lane from lanes where owner = ${publisher}`.execute(trx);
    const claimed = await sql<{ lane: number }>`
      update lanes set owner = ${publisher}, lease_until = ${until}, term = term + 1
      where lane in (
        select lane from lanes
        where (owner is null or lease_until < clock_timestamp()) and owner is distinct from ${publisher}
        order by lane limit ${Math.max(0, share - owned.rows.length)} for update skip locked
      )
      returning lane`.execute(trx);
    const held = [...owned.rows, ...claimed.rows].map(({ lane }) => lane);
    return { lanes: held.toSorted((a, b) => a - b), share };
  });
}

/** Frees lanes, if they are still the publisher's, and tells the other publishers. */
export async function releaseLanes(db: Database, publisher: string, lanes: readonly number[]): Promise<void> {
  if (lanes.length === 0) return;
  await sql`
    update lanes set owner = null, lease_until = null
    where owner = ${publisher} and lane = any(${[...lanes]}::smallint[])`.execute(db);
  await sql`select pg_notify(${lanesChannel}, '')`.execute(db);
}

/** The publisher ends: it holds nothing and counts no more. */
export async function retirePublisher(db: Database, publisher: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtext('accesslink_bridge.lanes'))`.execute(trx);
    await sql`update lanes set owner = null, lease_until = null where owner = ${publisher}`.execute(trx);
    await sql`delete from publishers where id = ${publisher}`.execute(trx);
    await sql`select pg_notify(${lanesChannel}, '')`.execute(trx);
  });
}

/**
 * @returns how often the lane was claimed, the last time by this publisher; undefined when it is not his. An expired lease that
 * nobody took is as good as one that is not
 */
export async function termOf(db: Database, publisher: string, lane: number): Promise<number | undefined> {
  const row = await db
    .selectFrom('lanes')
    .select('term')
    .where('lane', '=', lane)
    .where('owner', '=', publisher)
    .executeTakeFirst();
  return row === undefined ? undefined : Number(row.term);
}

/** @throws BridgeError NOT_FOUND */
export async function lanePositions(
  db: Database,
  lane: number,
): Promise<{ readonly nextPosition: number; readonly relayed: number }> {
  const row = await db
    .selectFrom('lanes')
    .select(['next_position', 'relayed'])
    .where('lane', '=', lane)
    .executeTakeFirst();
  if (row === undefined) throw new BridgeError('NOT_FOUND', `there is no lane ${lane}`);
  return { nextPosition: Number(row.next_position), relayed: Number(row.relayed) };
}

/**
 * Writes the hint. It only rises: one that comes late changes nothing.
 * @returns false when a writer has locked the row right now: nobody should wait for a hint
 */
export async function noteRelayed(db: Database, lane: number, position: number): Promise<boolean> {
  const { rows } = await sql<{ locked: boolean }>`
    with free as (select lane from lanes where lane = ${lane} for update skip locked),
      noted as (
        update lanes set relayed = ${position} from free where lanes.lane = free.lane and relayed < ${position}
      )
    select not exists (select from free) as locked`.execute(db);
  return rows[0]?.locked === false;
}

/** The database's clock, by which leases end. Epoch ms. */
export async function databaseTime(db: Database): Promise<number> {
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(db);
  const [{ now } = { now: new Date(Number.NaN) }] = rows;
  return now.getTime();
}

export async function laneStates(db: Database): Promise<readonly LaneState[]> {
  const { rows } = await sql<{
    lane: number;
    owner: string | null;
    leaseUntil: Date | null;
    next: string;
    relayed: string;
    seconds: number | null;
  }>`
    select lanes.lane, lanes.owner, lanes.lease_until as "leaseUntil", lanes.next_position as next, lanes.relayed,
      extract(epoch from clock_timestamp() - oldest.created_at)::double precision as seconds
    from lanes
    left join outbox as oldest on oldest.lane = lanes.lane and oldest.position = lanes.relayed + 1
    order by lanes.lane`.execute(db);
  return rows.map((row) => ({
    lane: row.lane,
    owner: row.owner,
    leaseUntil: row.leaseUntil?.toISOString() ?? null,
    nextPosition: Number(row.next),
    relayed: Number(row.relayed),
    lagRows: Number(row.next) - 1 - Number(row.relayed),
    lagSeconds: Math.max(0, Math.round((row.seconds ?? 0) * 1000) / 1000),
  }));
}

/** @returns all lanes, in rising order */
export async function lanesOf(db: Database): Promise<readonly number[]> {
  const rows = await db.selectFrom('lanes').select('lane').orderBy('lane').execute();
  return rows.map(({ lane }) => lane);
}

/** @returns one more than the highest lane: as many partitions hold the lanes' positions in Kafka */
export async function countLanes(db: Database): Promise<number> {
  const { highest } = await db
    .selectFrom('lanes')
    .select(({ fn }) => fn.max('lane').as('highest'))
    .executeTakeFirstOrThrow();
  return Number(highest ?? -1) + 1;
}
