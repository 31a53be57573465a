import { sql, type RawBuilder } from 'kysely';
import type { Database } from './database.ts';
import { databaseTime, laneStates, type LaneState } from './lanes.ts';
import type { ConnectionStatus } from './schema.ts';

/** Athletes of a tenant in one state. */
export interface AthleteCount {
  readonly tenant: string;
  readonly status: ConnectionStatus;
  readonly athletes: number;
}

/** How long the live target of a tenant that has waited longest for its turn has waited. */
export interface Lateness {
  readonly tenant: string;
  readonly seconds: number;
}

/** Targets of a tenant that have failed so often in a row that SyncStalled was told, by the code of the last error. */
export interface FailingCount {
  readonly tenant: string;
  readonly error: string;
  readonly targets: number;
}

/** Athletes of whom the broker refuses an event. */
export interface ParkedLane {
  readonly tenant: string;
  readonly lane: number;
  readonly reason: string;
  readonly streams: number;
  /** Epoch ms. */
  readonly since: number;
}

/** The state of everything, as the database knows it. A part that could not be read in time is undefined. */
export interface DatabaseStatus {
  /** Epoch ms by the database's clock. */
  readonly at: number;
  /** Those whose relation has ended are left out. */
  readonly athletes: readonly AthleteCount[] | undefined;
  /** Tenants of which nothing is late are left out. */
  readonly late: readonly Lateness[] | undefined;
  readonly failing: readonly FailingCount[] | undefined;
  readonly lanes: readonly LaneState[] | undefined;
  readonly parked: readonly ParkedLane[] | undefined;
}

/** So many ms each: whoever looks must not make it worse. */
const longestMs = 1500;
/** Failing targets that are counted, of all tenants together; but of each one as many as this at least. */
const mostFailing = { together: 20_000, each: 100 };
const mostParked = 5000;
/** PostgreSQL's code for a statement that took too long. */
const queryCanceled = '57014';

/**
 * Looks at the state of everything, one thing after the other on one connection.
 * @param polled tenants of whom it is told what is late and what fails
 * @throws when the database does not answer at all
 */
export async function statusOf(db: Database, polled: readonly string[]): Promise<DatabaseStatus> {
  return db.connection().execute(async (one) => {
    const read = <T>(look: (trx: Database) => Promise<T>): Promise<T | undefined> => inTime(one, look);
    const rowsOf = <T>(query: RawBuilder<T>) => read(async (trx) => (await query.execute(trx)).rows);
    return {
      at: await databaseTime(one),
      athletes: await rowsOf(athletes),
      late: await rowsOf(lateness(polled)),
      failing: await rowsOf(failing(polled)),
      lanes: await read(laneStates),
      parked: await rowsOf(parked),
    };
  });
}

async function inTime<T>(one: Database, look: (trx: Database) => Promise<T>): Promise<T | undefined> {
  try {
    return await one
      .transaction()
      .setAccessMode('read only')
      .execute(async (trx) => {
        await sql`set local statement_timeout = ${sql.lit(longestMs)}`.execute(trx);
        return look(trx);
      });
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === queryCanceled) return undefined;
    throw error;
  }
}

const athletes = sql<AthleteCount>`
  select tenant, status, count(*)::int as athletes from connections
  where kind = 'athlete' and status not in ('revoked', 'erased')
  group by tenant, status order by tenant, status`;

/** One look at the index for each tenant. */
const lateness = (polled: readonly string[]) => sql<Lateness>`
  select tenants.tenant, extract(epoch from now() - first.next_due)::float8 as seconds
  from unnest(${[...polled]}::text[]) as tenants (tenant), lateral (
    select next_due from poll_targets
    where poll_targets.tenant = tenants.tenant and kind = 'live' and suspended is null and next_due < now()
    order by next_due limit 1
  ) as first`;

/** No more rows than told are read, however much fails: then there is the less time to look. */
function failing(polled: readonly string[]) {
  const each = Math.max(mostFailing.each, Math.ceil(mostFailing.together / Math.max(1, polled.length)));
  return sql<FailingCount>`
    select tenant, error, count(*)::int as targets
    from (
      select tenants.tenant, error from unnest(${[...polled]}::text[]) as tenants (tenant), lateral (
        select split_part(coalesce(last_error, 'UNEXPECTED'), ':', 1) as error from poll_targets
        where poll_targets.tenant = tenants.tenant and failures > 2 and suspended is null limit ${each}
      ) as of_tenant
      limit ${mostFailing.together}
    ) as failing
    group by tenant, error order by targets desc, tenant, error`;
}

const parked = sql<ParkedLane>`
  select tenant, lane, reason, count(*)::int as streams, extract(epoch from min(parked_at))::float8 * 1000 as since
  from parked_streams group by tenant, lane, reason order by streams desc, tenant, lane, reason limit ${sql.lit(mostParked)}`;
