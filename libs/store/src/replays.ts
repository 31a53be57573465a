import { sql, type RawBuilder } from 'kysely';
import { BridgeError } from '#core';
import { noteAction, type AdminAction } from './audit.ts';
import type { Database } from './database.ts';
import { lanePositions } from './lanes.ts';
import { readWithin, type OutboxRow, type ReadLimits } from './outbox-reader.ts';
import type { ReplayStatus } from './schema.ts';

/** Which events of the outbox are published once more. */
export interface ReplayScope {
  readonly tenant: string;
  /** UUID; null: all. */
  readonly connection: string | null;
  /** Such as `accesslink.SleepScored.v1`; empty: all. */
  readonly types: readonly string[];
  /** `live`, `backfill`, `reconcile`; empty: all. */
  readonly modes: readonly string[];
  /** When they were recorded: from here, until before `to`. */
  readonly from: Date;
  readonly to: Date;
}

export interface NewReplay extends ReplayScope {
  readonly id: string;
  /** Null: each event's own topic. */
  readonly topic: string | null;
  readonly perSecond: number;
}

export interface Replay extends NewReplay {
  readonly status: ReplayStatus;
  /** Why it has failed. */
  readonly reason: string | null;
  /** How many there are to publish; null: more than could be counted in time. */
  readonly events: number | null;
  readonly published: number;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
}

/** A replay in the hands of a publisher. */
export interface HeldReplay extends Replay {
  /** Last position that is known to be published, by lane. */
  readonly positions: Readonly<Record<string, number>>;
}

/** How long the hands of a silent publisher hold a replay. */
const leaseSeconds = 30;
/** Positions that one statement looks at: it ends long before a lease does, however few of them match. */
const stride = 20_000;
/** Whoever asks for a replay waits no longer for its size. */
const longestCountSeconds = 10;
/** SQLSTATE of a statement that took longer than it may. */
const cancelled = '57014';

const columns = sql`
  id, tenant, connection, types, modes, from_time as "from", to_time as "to", topic, per_second as "perSecond", status, reason,
  events::float8 as events, published::float8 as published, created_at as "createdAt", ended_at as "endedAt"`;

/**
 * Events only: a state of the past would replace a newer one. Of what is not in Kafka yet nothing is repeated, so that each event
 * comes for the first time by its lane. What consumers had to delete is left out: all that an athlete had before the end of his
 * relation.
 */
function matching({ tenant, connection, types, modes, from, to }: ReplayScope): RawBuilder<unknown> {
  return sql`
    created_at >= ${from} and created_at < ${to} and aggregatetype not like '%.state.v1'
    and position <= (select relayed from lanes where lanes.lane = outbox.lane)
    and not exists (select from parked_rows where parked_rows.lane = outbox.lane and parked_rows.position = outbox.position)
    and not exists (
      select from outbox as ending
      where ending.lane = outbox.lane and ending.aggregateid = outbox.aggregateid and ending.position > outbox.position
        and ending.type in ('accesslink.ConnectionRemoved.v1', 'accesslink.ConnectionErased.v1', 'accesslink.ConsentRevoked.v1')
        and (ending.payload::json -> 'data' ->> 'deletionRequired') is distinct from 'false'
    )
    and headers::json ->> 'ce_tenant' = ${tenant}
    and not exists (select from given_up where given_up.lane = outbox.lane and given_up.position = outbox.position)
    and (${connection}::text is null or split_part(aggregateid, '|', 1) = ${connection})
    and (cardinality(${[...types]}::text[]) = 0 or type = any(${[...types]}::text[]))
    and (cardinality(${[...modes]}::text[]) = 0 or headers::json ->> 'ce_mode' = any(${[...modes]}::text[]))`;
}

/** For operators. */
export function createReplayStore(db: Database) {
  const change = async (
    { tenant, id }: Pick<Replay, 'tenant' | 'id'>,
    from: readonly ReplayStatus[],
    to: ReplayStatus,
    action: AdminAction,
  ): Promise<boolean> =>
    db.transaction().execute(async (trx) => {
      const { numAffectedRows } = await sql`
        update replays set status = ${to}, reason = null, ended_at = case when ${to} = 'cancelled' then clock_timestamp() end
        where tenant = ${tenant} and id = ${id} and status = any(${[...from]}::text[])`.execute(trx);
      const isDone = numAffectedRows === 1n;
      await noteAction(trx, action, isDone ? 'done' : 'unchanged');
      return isDone;
    });

  return {
    /** @returns undefined when it takes longer than 10 s */
    async count(scope: ReplayScope, seconds = longestCountSeconds): Promise<number | undefined> {
      try {
        return await db.transaction().execute(async (trx) => {
          await sql`select set_config('statement_timeout', ${String(seconds * 1000)}, true)`.execute(trx);
          const { rows } = await sql<{ events: number }>`
            select count(*)::float8 as events from outbox where ${matching(scope)}`.execute(trx);
          return rows[0]?.events;
        });
      } catch (error) {
        if ((error as { readonly code?: unknown }).code === cancelled) return undefined;
        throw error;
      }
    },

    /** @param events how many there are; null: not counted */
    async create(replay: NewReplay, events: number | null, action: AdminAction): Promise<void> {
      const { id, tenant, connection, types, modes, from, to, topic, perSecond } = replay;
      await db.transaction().execute(async (trx) => {
        await trx
          .insertInto('replays')
          .values({
            id,
            tenant,
            connection,
            topic,
            events,
            types: [...types],
            modes: [...modes],
            from_time: from,
            to_time: to,
            per_second: perSecond,
          })
          .execute();
        await noteAction(trx, action, 'done');
      });
    },

    async list(
      tenant: string,
      { after, limit }: { readonly after?: string; readonly limit: number },
    ): Promise<readonly Replay[]> {
      const { rows } = await sql<Replay>`
        select ${columns} from replays
        where tenant = ${tenant} and (${after ?? null}::uuid is null
          or (created_at, id) < (select created_at, id from replays where id = ${after ?? null}::uuid))
        order by created_at desc, id desc limit ${limit}`.execute(db);
      return rows;
    },

    async get(tenant: string, id: string): Promise<Replay | undefined> {
      const { rows } = await sql<Replay>`
        select ${columns} from replays where tenant = ${tenant} and id = ${id}`.execute(db);
      return rows[0];
    },

    /** @returns false when it is in no status from which that could be done */
    pause: (key: Pick<Replay, 'tenant' | 'id'>, action: AdminAction) => change(key, ['running'], 'paused', action),
    resume: (key: Pick<Replay, 'tenant' | 'id'>, action: AdminAction) =>
      change(key, ['paused', 'failed'], 'running', action),
    cancel: (key: Pick<Replay, 'tenant' | 'id'>, action: AdminAction) =>
      change(key, ['running', 'paused', 'failed'], 'cancelled', action),
  };
}

export type ReplayStore = ReturnType<typeof createReplayStore>;

/** For the publisher that carries replays out. */
export function createReplayRunner(db: Database, publisher: string) {
  const until = sql`clock_timestamp() + make_interval(secs => ${leaseSeconds})`;

  /** Between two statements of a long search. */
  const renew = async ({ id }: HeldReplay): Promise<void> => {
    const { numAffectedRows } = await sql`
      update replays set lease_until = ${until} where id = ${id} and owner = ${publisher} and status = 'running'`.execute(
      db,
    );
    if (numAffectedRows === 1n) return;
    throw new BridgeError('LEASE_LOST', `the replay ${id} was stopped, or is carried out by another publisher`, {
      fields: { replay: id },
    });
  };

  /** @returns a position before which the lane has nothing of the replay's time, nor of its connection if it names one */
  const startOf = async ({ from, to, connection }: ReplayScope, lane: number, after: number): Promise<number> => {
    if (after > 0) return after;
    const ofConnection = connection === null ? sql`` : sql`and split_part(aggregateid, '|', 1) = ${connection}`;
    const { rows } = await sql<{ first: number }>`
      select position::float8 as first from outbox
      where lane = ${lane} and created_at >= ${from} and created_at < ${to} ${ofConnection} order by position limit 1`.execute(
      db,
    );
    return (rows[0]?.first ?? Number.POSITIVE_INFINITY) - 1;
  };

  return {
    /** @returns the oldest replay that runs and that nobody carries out */
    async hold(): Promise<HeldReplay | undefined> {
      const { rows } = await sql<HeldReplay>`
        update replays set owner = ${publisher}, lease_until = ${until}
        where id = (
          select id from replays
          where status = 'running' and (owner is null or lease_until < clock_timestamp())
          order by created_at limit 1 for update skip locked
        )
        returning ${columns}, positions`.execute(db);
      return rows[0];
    },

    /**
     * @returns the lane's next rows, without those that were not relayed by then
     * @throws BridgeError LEASE_LOST when the replay is somebody else's, or stopped, before any are found
     */
    async read(held: HeldReplay, lane: number, after: number, limits: ReadLimits): Promise<readonly OutboxRow[]> {
      const { relayed } = await lanePositions(db, lane);
      for (let from = await startOf(held, lane, after); from < relayed; from += stride) {
        const rows = await readWithin(
          db,
          sql`
            select position, aggregatetype as topic, aggregateid as key, payload, headers
            from outbox where lane = ${lane} and position > ${from} and position <= ${from + stride} and ${matching(held)}`,
          limits,
        );
        if (rows.length > 0) return rows;
        await renew(held);
      }
      return [];
    },

    /** @returns how many there are to publish after the one position, up to the other. @throws BridgeError LEASE_LOST */
    async count(held: HeldReplay, lane: number, after: number, upTo: number): Promise<number> {
      let count = 0;
      for (let from = await startOf(held, lane, after); from < upTo; from += stride) {
        const { rows } = await sql<{ count: number }>`
          select count(*)::float8 as count from outbox
          where lane = ${lane} and position > ${from} and position <= ${Math.min(upTo, from + stride)} and ${matching(held)}`.execute(
          db,
        );
        count += rows[0]?.count ?? 0;
        await renew(held);
      }
      return count;
    },

    /**
     * So many more of the lane are published, up to this position: renews the lease, and counts.
     * @returns whether to go on: it runs still, and is still this publisher's
     */
    async note({ id }: HeldReplay, lane: number, position: number, published: number): Promise<boolean> {
      const { numAffectedRows } = await sql`
        update replays set lease_until = ${until}, positions = positions || ${JSON.stringify({ [lane]: position })}::jsonb,
          published = published + ${published}
        where id = ${id} and owner = ${publisher} and coalesce((positions ->> ${String(lane)})::bigint, 0) < ${position}`.execute(
        db,
      );
      const row = await db.selectFrom('replays').select(['status', 'owner']).where('id', '=', id).executeTakeFirst();
      return (numAffectedRows ?? 0n) > 0n && row?.status === 'running' && row.owner === publisher;
    },

    async end({ id }: Pick<Replay, 'id'>, status: 'done' | 'failed', reason: string | null): Promise<void> {
      await sql`
        update replays set status = ${status}, reason = ${reason}, owner = null, lease_until = null, ended_at = clock_timestamp()
        where id = ${id} and owner = ${publisher} and status = 'running'`.execute(db);
    },

    async release({ id }: Pick<Replay, 'id'>): Promise<void> {
      await sql`
        update replays set owner = null, lease_until = null where id = ${id} and owner = ${publisher}`.execute(db);
    },
  };
}

export type ReplayRunner = ReturnType<typeof createReplayRunner>;
