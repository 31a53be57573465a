import { sql } from 'kysely';
import { noteAction, type AdminAction } from './audit.ts';
import type { Database, Trx } from './database.ts';
import { outboxChannel } from './outbox.ts';
import type { StreamKey } from './parking.ts';

/** A parked stream as people see it. */
export interface ParkedStream extends StreamKey {
  readonly lane: number;
  readonly reason: string;
  readonly detail: string;
  /** Of the event that was refused. */
  readonly topic: string;
  readonly rows: number;
  readonly parkedAt: Date;
  readonly tries: number;
  readonly triedAt: Date;
  readonly nextTryAt: Date;
}

/** A parked event without what it tells of the athlete. */
export interface ParkedRow {
  readonly position: string;
  readonly id: string;
  readonly type: string;
  readonly topic: string;
  /** Of payload and headers. */
  readonly bytes: number;
  readonly createdAt: Date;
}

export interface ParkedPage {
  /** The last one of the page before. */
  readonly after?: string;
  readonly limit: number;
}

/** Streams and rows by reason, for the metrics. */
export interface ParkedCount {
  readonly reason: string;
  readonly streams: number;
  readonly rows: number;
}

const columns = sql`
  tenant, stream, lane, reason, detail, topic, parked_at as "parkedAt", tries, tried_at as "triedAt", next_try_at as "nextTryAt",
  (select count(*)::integer from parked_rows where parked_rows.tenant = parked_streams.tenant and parked_rows.stream = parked_streams.stream and not given_up) as rows`;

/** For operators: what is parked, and the ways out. */
export function createParkedStore(db: Database) {
  return {
    async list(tenant: string, { after, limit }: ParkedPage): Promise<readonly ParkedStream[]> {
      const { rows } = await sql<ParkedStream>`
        select ${columns} from parked_streams
        where tenant = ${tenant} and stream > ${after ?? ''} order by stream limit ${limit}`.execute(db);
      return rows;
    },

    async get({ tenant, stream }: StreamKey): Promise<ParkedStream | undefined> {
      const { rows } = await sql<ParkedStream>`
        select ${columns} from parked_streams where tenant = ${tenant} and stream = ${stream}`.execute(db);
      return rows[0];
    },

    async rows({ tenant, stream }: StreamKey, { after, limit }: ParkedPage): Promise<readonly ParkedRow[]> {
      const { rows } = await sql<ParkedRow>`
        select position::text, id, type, topic, octet_length(payload) + octet_length(headers) as bytes, created_at as "createdAt"
        from parked_rows
        where tenant = ${tenant} and stream = ${stream} and position > ${after ?? '-1'}::bigint and not given_up
        order by position limit ${limit}`.execute(db);
      return rows;
    },

    /** Lets the lanes try now. @param stream all of the tenant without it @returns how many */
    async retry(tenant: string, stream: string | null, action: AdminAction): Promise<number> {
      return db.transaction().execute(async (trx) => {
        const { rows } = await sql<{ lane: number }>`
          update parked_streams set next_try_at = clock_timestamp()
          where tenant = ${tenant} and (${stream}::text is null or stream = ${stream}) returning lane`.execute(trx);
        await ring(
          trx,
          rows.map(({ lane }) => lane),
        );
        await noteAction(trx, action, rows.length > 0 ? 'done' : 'unchanged');
        return rows.length;
      });
    },

    /**
     * Gives the event up that the broker has refused: it is never published. What is behind it is tried at once.
     * @returns false when it is not the one that was refused
     */
    async giveUp({ tenant, stream }: StreamKey, position: string, action: AdminAction): Promise<boolean> {
      return db.transaction().execute(async (trx) => {
        const { rows } = await sql<{ lane: number }>`
          update parked_streams set refused = null, next_try_at = clock_timestamp()
          where tenant = ${tenant} and stream = ${stream} and refused = ${position}::bigint returning lane`.execute(
          trx,
        );
        const [parked] = rows;
        const given =
          parked === undefined
            ? []
            : (
                await sql`
                  with given as (
                    update parked_rows set given_up = true where lane = ${parked.lane} and position = ${position}::bigint and not given_up
                    returning lane, position
                  )
                  insert into given_up (lane, position) select lane, position from given returning position`.execute(
                  trx,
                )
              ).rows;
        const isDone = parked !== undefined && given.length === 1;
        await noteAction(trx, action, isDone ? 'done' : 'refused');
        if (!isDone) return false;
        await ring(trx, [parked.lane]);
        return true;
      });
    },

    async counts(): Promise<readonly ParkedCount[]> {
      const { rows } = await sql<ParkedCount>`
        select reason, count(distinct (parked_streams.tenant, parked_streams.stream))::integer as streams, count(id)::integer as rows
        from parked_streams left join parked_rows using (tenant, stream)
        where given_up is not true group by reason`.execute(db);
      return rows;
    },
  };
}

export type ParkedStore = ReturnType<typeof createParkedStore>;

async function ring(trx: Trx, lanes: readonly number[]): Promise<void> {
  for (const lane of new Set(lanes)) await sql`select pg_notify(${outboxChannel}, ${String(lane)})`.execute(trx);
}
