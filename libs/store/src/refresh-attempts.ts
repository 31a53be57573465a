import { sql } from 'kysely';
import type { Database } from './database.ts';

/** What is known of a refresh before it begins. */
export type BegunAttempt =
  | {
      readonly kind: 'begun';
      /** How many requests with these tokens may have reached the provider, this one included. */
      readonly tries: number;
    }
  /** One of another process may still be under way. Epoch ms, by the database's clock. */
  | { readonly kind: 'under_way'; readonly until: number };

/**
 * How a request ended: `refused`, so that the provider has changed nothing; `unsure`, when it answered and may have
 * changed something.
 */
export type AttemptEnd = 'refused' | 'unsure';

/**
 * Refreshes that are under way. Each stands here before its request goes out, in a transaction of its own: so it outlives
 * its process, and whoever comes next knows that the provider may have rotated tokens that nobody has stored. New tokens
 * delete it in their own transaction.
 */
export function createRefreshAttempts(db: Database) {
  return {
    /** @param seconds how long the request may be under way at most */
    async begin(connection: string, version: number, seconds: number): Promise<BegunAttempt> {
      const { rows } = await sql<{ tries: number }>`
        insert into refresh_attempts as known (connection, version, tries, in_flight_until, answered)
        values (${connection}, ${version}, 1, clock_timestamp() + make_interval(secs => ${seconds}), false)
        on conflict (connection) do update set
          version = excluded.version, in_flight_until = excluded.in_flight_until, answered = false,
          tries = case when known.version = excluded.version then known.tries + 1 else 1 end
        where known.in_flight_until <= clock_timestamp()
        returning tries`.execute(db);
      const [begun] = rows;
      if (begun !== undefined) return { kind: 'begun', tries: begun.tries };
      const other = await db
        .selectFrom('refresh_attempts')
        .select('in_flight_until')
        .where('connection', '=', connection)
        .executeTakeFirst();
      return { kind: 'under_way', until: other?.in_flight_until.getTime() ?? 0 };
    },

    /**
     * What was refused did not happen, and whoever was answered is not under way any more. A refusal says nothing of the
     * tries before it: the note stays as one whose end is not known, so that it is taken up again even when this process
     * dies before it has drawn a conclusion.
     * @param tries from `begin`: who comes late must not end the request that somebody else has begun since
     */
    async end(connection: string, version: number, tries: number, end: AttemptEnd): Promise<void> {
      const own = sql`connection = ${connection} and version = ${version} and tries = ${tries}`;
      if (end === 'refused' && tries === 1) await sql`delete from refresh_attempts where ${own}`.execute(db);
      else
        await sql`
        update refresh_attempts set in_flight_until = clock_timestamp(), answered = ${end === 'unsure'}
        where ${own}`.execute(db);
    },

    /**
     * Deletes notes of tokens that are not stored any more: of a process that died while its note was on its way, and
     * somebody else had refreshed them by the time that it arrived.
     */
    async forgetOutdated(): Promise<void> {
      await sql`
        delete from refresh_attempts as note
        where in_flight_until <= clock_timestamp()
          and not exists (select from credentials
            where credentials.connection = note.connection and credentials.version = note.version)`.execute(db);
    },

    /**
     * Connections whose last refresh nobody has seen the end of: their tokens may be good for a short while only.
     * @param tenants whose connections; for the others nothing can be done
     * @param tries those that were tried more often than that are left to whoever needs them
     * @returns with the version of these tokens: by the time that it's their turn, others may have refreshed them
     */
    cutOff(
      tenants: readonly string[],
      tries: number,
      limit: number,
    ): Promise<readonly { readonly connection: string; readonly version: number }[]> {
      return db
        .selectFrom('refresh_attempts')
        .innerJoin('connections', 'connections.id', 'refresh_attempts.connection')
        .select(['connection', 'version'])
        .where('tenant', 'in', ['', ...tenants])
        .where('answered', '=', false)
        .where('tries', '<=', tries)
        .where('in_flight_until', '<=', sql<Date>`clock_timestamp()`)
        .orderBy('in_flight_until')
        .limit(limit)
        .execute();
    },
  };
}

export type RefreshAttempts = ReturnType<typeof createRefreshAttempts>;
