import { sql } from 'kysely';
import { BridgeError } from '#core';
import { transact } from './conflict.ts';
import type { Database, Trx } from './database.ts';

/** Tokens as they are stored: sealed, with the id of the key that opens them. */
export interface SealedTokens {
  readonly keyId: string;
  readonly accessToken: Buffer;
  readonly refreshToken: Buffer;
  readonly accessExpiresAt: Date;
}

export interface Credentials extends SealedTokens {
  readonly connection: string;
  readonly tenant: string;
  readonly refreshedAt: Date;
  readonly refreshFailures: number;
  /** Rises with each new pair of tokens. */
  readonly version: number;
}

/** A process that stands still must not hold an athlete's tokens for ever: PostgreSQL ends its session. */
const longestHoldMs = 20_000;
const longestWaitMs = 15_000;

/** The sealed tokens. Only the auth service's role may read this table. */
export function createCredentialStore(db: Database) {
  return {
    find: (connection: string): Promise<Credentials | undefined> => read(db, connection),

    /**
     * Holds the row's lock while `work` runs, so that no two processes refresh the same token, and commits the tokens
     * before anybody gets to use them.
     * @param work undefined leaves the tokens as they are
     * @returns false when there are no credentials
     * @throws BridgeError REFRESH_UNDER_WAY when somebody else holds it for too long
     */
    exclusively(
      connection: string,
      at: () => Date,
      work: (locked: Credentials) => Promise<SealedTokens | undefined>,
    ): Promise<boolean> {
      return transact(db, async (trx) => {
        await sql`select set_config('lock_timeout', ${String(longestWaitMs)}, true),
          set_config('idle_in_transaction_session_timeout', ${String(longestHoldMs)}, true)`.execute(trx);
        const locked = await read(trx, connection, true).catch(explain);
        if (locked === undefined) return false;
        const tokens = await work(locked);
        if (tokens !== undefined) await writeTokens(trx, connection, tokens, at());
        return true;
      });
    },

    /**
     * The second chance for tokens whose transaction broke after the provider gave them out.
     * @param version of the tokens that they were exchanged for
     * @returns false when these are there no more: somebody else has stored newer ones, or the connection is lost
     */
    async rescue(connection: string, version: number, tokens: SealedTokens, at: Date): Promise<boolean> {
      const stored = await db
        .updateTable('credentials')
        .set({ ...columnsOf(tokens), refreshed_at: at, refresh_failures: 0, version: version + 1 })
        .where('connection', '=', connection)
        .where('version', '=', version)
        .executeTakeFirst();
      // Only the own note: another process may be refreshing the newer tokens by now.
      await db
        .deleteFrom('refresh_attempts')
        .where('connection', '=', connection)
        .where('version', '=', version)
        .execute();
      return stored.numUpdatedRows === 1n;
    },

    /** @returns how often in a row it failed now; 0 when there are no credentials any more */
    async countFailure(connection: string): Promise<number> {
      const row = await db
        .updateTable('credentials')
        .set((eb) => ({ refresh_failures: eb('refresh_failures', '+', 1) }))
        .where('connection', '=', connection)
        .returning('refresh_failures')
        .executeTakeFirst();
      return row?.refresh_failures ?? 0;
    },

    /** The newest and the oldest row of each key that is in use, so that a missing key shows, and one that is another now. */
    async samplePerKey(): Promise<readonly Credentials[]> {
      const sample = (direction: 'asc' | 'desc') =>
        withTenant(db).distinctOn('key_id').orderBy('key_id').orderBy('refreshed_at', direction).execute();
      return [...(await sample('desc')), ...(await sample('asc'))].map(toCredentials);
    },

    /** How many rows each key has sealed. */
    async countPerKey(): Promise<ReadonlyMap<string, number>> {
      const rows = await db
        .selectFrom('credentials')
        .select((eb) => ['key_id', eb.fn.countAll<string>().as('count')])
        .groupBy('key_id')
        .orderBy('key_id')
        .execute();
      return new Map(rows.map(({ key_id: id, count }) => [id, Number(count)]));
    },

    /**
     * Seals rows of other keys anew, with the current one. Rows that are being refreshed are left out: that seals them, too.
     * @returns how many
     */
    rewrap(
      currentKey: string,
      most: number,
      seal: (row: Credentials) => Promise<Pick<SealedTokens, 'keyId' | 'accessToken' | 'refreshToken'>>,
    ): Promise<number> {
      return transact(db, async (trx) => {
        const rows = await withTenant(trx)
          .where('key_id', '!=', currentKey)
          .orderBy('credentials.connection')
          .limit(most)
          .forUpdate('credentials')
          .skipLocked()
          .execute();
        for (const row of rows) {
          const { keyId, accessToken, refreshToken } = await seal(toCredentials(row));
          await trx
            .updateTable('credentials')
            .set({ key_id: keyId, access_token: accessToken, refresh_token: refreshToken })
            .where('connection', '=', row.connection)
            .execute();
        }
        return rows.length;
      });
    },

    /**
     * Connections whose tokens nobody has refreshed since `before`: left alone, their consent would expire.
     * @param after the last one of the page before
     */
    async idleSince(before: Date, limit: number, after?: string): Promise<readonly string[]> {
      const rows = await db
        .selectFrom('credentials')
        .innerJoin('connections', 'connections.id', 'credentials.connection')
        .select('credentials.connection')
        .where('credentials.refreshed_at', '<', before)
        .where('connections.status', 'in', ['active', 'degraded', 'paused'])
        .$if(after !== undefined, (query) => query.where('credentials.connection', '>', after as string))
        .orderBy('credentials.connection')
        .limit(limit)
        .execute();
      return rows.map((row) => row.connection);
    },
  };
}

export type CredentialStore = ReturnType<typeof createCredentialStore>;

/** Inside the caller's transaction: the new tokens replace the old ones, if there were any. */
export async function writeTokens(trx: Trx, connection: string, tokens: SealedTokens, at: Date): Promise<void> {
  const values = { ...columnsOf(tokens), refreshed_at: at, refresh_failures: 0 };
  await trx
    .insertInto('credentials')
    .values((eb) => ({
      connection,
      ...values,
      version: eb
        .selectFrom('connections')
        .select((of) => of('last_token_version', '+', 1).as('version'))
        .where('id', '=', connection),
    }))
    .onConflict((conflict) =>
      conflict.column('connection').doUpdateSet((eb) => ({ ...values, version: eb('credentials.version', '+', 1) })),
    )
    .execute();
  await trx.deleteFrom('refresh_attempts').where('connection', '=', connection).execute();
}

/** Inside the caller's transaction: nothing of the tokens stays. */
export async function destroyTokens(trx: Trx, connection: string): Promise<void> {
  const gone = await trx
    .deleteFrom('credentials')
    .where('connection', '=', connection)
    .returning('version')
    .executeTakeFirst();
  if (gone !== undefined)
    await trx
      .updateTable('connections')
      .set({ last_token_version: gone.version })
      .where('id', '=', connection)
      .execute();
  await trx.deleteFrom('refresh_attempts').where('connection', '=', connection).execute();
}

const lockNotAvailable = '55P03';

function explain(error: unknown): never {
  if ((error as { code?: unknown }).code !== lockNotAvailable) throw error;
  throw new BridgeError('REFRESH_UNDER_WAY', 'Another process has been refreshing these tokens for a long time', {
    cause: error,
  });
}

async function read(db: Database | Trx, connection: string, lock = false): Promise<Credentials | undefined> {
  const row = await withTenant(db)
    .where('credentials.connection', '=', connection)
    .$if(lock, (query) => query.forUpdate('credentials'))
    .executeTakeFirst();
  return row && toCredentials(row);
}

const withTenant = (db: Database | Trx) =>
  db
    .selectFrom('credentials')
    .innerJoin('connections', 'connections.id', 'credentials.connection')
    .selectAll('credentials')
    .select('connections.tenant');

const columnsOf = (tokens: SealedTokens) => ({
  key_id: tokens.keyId,
  access_token: tokens.accessToken,
  refresh_token: tokens.refreshToken,
  access_expires_at: tokens.accessExpiresAt,
});

function toCredentials(row: {
  connection: string;
  tenant: string;
  key_id: string;
  access_token: Buffer;
  refresh_token: Buffer;
  access_expires_at: Date;
  refreshed_at: Date;
  refresh_failures: number;
  version: number;
}): Credentials {
  return {
    connection: row.connection,
    tenant: row.tenant,
    keyId: row.key_id,
    accessToken: row.access_token,
    refreshToken: row.refresh_token,
    accessExpiresAt: row.access_expires_at,
    refreshedAt: row.refreshed_at,
    refreshFailures: row.refresh_failures,
    version: row.version,
  };
}
