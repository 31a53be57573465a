import { sql } from 'kysely';
import type { DomainEvent } from '#core';
import { type SealedTokens, writeTokens } from './credentials.ts';
import type { Database, Trx } from './database.ts';
import { appendEvents, drawLane } from './outbox.ts';
import { polledStatuses, type ConnectionStatus } from './schema.ts';

/** One athlete's consent to one tenant. */
export interface Connection {
  readonly id: string;
  readonly tenant: string;
  readonly userReference: string;
  /** Null where the provider did not tell it. */
  readonly polarUserId: string | null;
  readonly scopes: readonly string[];
  readonly status: ConnectionStatus;
  readonly statusReason: string | null;
  /** Number of lifecycle events so far. */
  readonly lifecycleRevision: number;
  readonly establishedAt: Date;
  readonly updatedAt: Date;
}

/** What a lifecycle step does to a connection. All of it happens, or none. */
export interface ConnectionChange {
  readonly connection: Connection;
  readonly events: readonly DomainEvent[];
  /** New sealed tokens, `keep` or `destroy`. */
  readonly tokens: SealedTokens | 'keep' | 'destroy';
  /** Whether the poller has to plan this connection anew. */
  readonly enrol: boolean;
  /** Whether all that is known of the athlete's data goes. */
  readonly forgetData: boolean;
}

export interface ConnectionPage {
  readonly tenant: string;
  readonly status?: ConnectionStatus;
  /** The last id of the page before. */
  readonly after?: string;
  readonly limit: number;
}

/** What a consent leads to: who it is for, and the link that it completes. */
export interface Establishment {
  readonly link: string;
  readonly tenant: string;
  readonly userReference: string;
  readonly polarUserId: string | null;
  readonly topicPrefix: string;
  readonly at: Date;
}

const columns = [
  'id',
  'tenant',
  'user_reference',
  'polar_user_id',
  'scopes',
  'status',
  'status_reason',
  'lifecycle_revision',
  'established_at',
  'updated_at',
] as const;

/** Connections and their lifecycle. Every change runs on the locked row and commits together with its events. */
export function createConnectionStore(db: Database) {
  return {
    async find(id: string): Promise<Connection | undefined> {
      const row = await db
        .selectFrom('connections')
        .select(columns)
        .where('id', '=', id)
        .where('kind', '=', 'athlete')
        .executeTakeFirst();
      return row && toConnection(row);
    },

    async list({ tenant, status, after, limit }: ConnectionPage): Promise<readonly Connection[]> {
      const rows = await db
        .selectFrom('connections')
        .select(columns)
        .where('tenant', '=', tenant)
        .where('kind', '=', 'athlete')
        .$if(status !== undefined, (query) => query.where('status', '=', status as ConnectionStatus))
        .$if(after !== undefined, (query) => query.where('id', '>', after as string))
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(toConnection);
    },

    /**
     * @param decide sees the connection as it is under the lock; undefined leaves it alone
     * @param version if given, tokens of another version mean that the news is out of date, and nothing is changed
     * @returns the connection afterwards, or undefined when there is none
     */
    change(
      id: string,
      topicPrefix: string,
      decide: (connection: Connection) => ConnectionChange | undefined,
      version?: number,
    ): Promise<Connection | undefined> {
      return db.transaction().execute(async (trx) => {
        const row = await trx
          .selectFrom('connections')
          .select(columns)
          .where('id', '=', id)
          .where('kind', '=', 'athlete')
          .forUpdate()
          .executeTakeFirst();
        if (row === undefined) return undefined;
        const before = toConnection(row);
        const isStale = version !== undefined && (await isReplaced(trx, id, version));
        const change = isStale ? undefined : decide(before);
        if (change === undefined) return before;
        await write(trx, topicPrefix, change);
        return change.connection;
      });
    },

    /**
     * Uses up the link and makes or renews the connection of this reference.
     * @param decide gets the connection of this reference, if there is one, and another one of the same Polar account
     * @returns what `decide` refused with, the connection, or `link_used` when the link was used up before
     */
    establish<Refusal extends string>(
      { link, tenant, userReference, polarUserId, topicPrefix, at }: Establishment,
      decide: (known: Connection | undefined, twin: Connection | undefined) => ConnectionChange | Refusal,
    ): Promise<Connection | Refusal | 'link_used'> {
      return db.transaction().execute(async (trx) => {
        // Two consents for one reference, or with one Polar account, go one after the other. Sorted: no deadlock.
        const locks = [
          `reference|${tenant}|${userReference}`,
          ...(polarUserId === null ? [] : [`account|${tenant}|${polarUserId}`]),
        ];
        for (const name of locks.toSorted()) {
          await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(trx);
        }
        const known = await trx
          .selectFrom('connections')
          .select(columns)
          .where('tenant', '=', tenant)
          .where('user_reference', '=', userReference)
          .where('kind', '=', 'athlete')
          .where('status', 'not in', ['revoked', 'erased'])
          .forUpdate()
          .executeTakeFirst();
        const twin = await trx
          .selectFrom('connections')
          .select(columns)
          .where('tenant', '=', tenant)
          .where('polar_user_id', '=', polarUserId)
          .where('user_reference', '!=', userReference)
          .where('status', 'not in', ['revoked', 'erased'])
          .executeTakeFirst();
        const change = decide(known && toConnection(known), twin && toConnection(twin));
        if (typeof change === 'string') return change;
        if (!(await useUp(trx, link, at))) return 'link_used';
        if (known === undefined) await insert(trx, change.connection);
        await write(trx, topicPrefix, change);
        return change.connection;
      });
    },
  };
}

export type ConnectionStore = ReturnType<typeof createConnectionStore>;

async function isReplaced(trx: Trx, connection: string, version: number): Promise<boolean> {
  const row = await trx
    .selectFrom('credentials')
    .select('version')
    .where('connection', '=', connection)
    .executeTakeFirst();
  return row !== undefined && row.version !== version;
}

async function useUp(trx: Trx, link: string, at: Date): Promise<boolean> {
  const used = await trx
    .updateTable('connect_links')
    .set({ used_at: at })
    .where('id', '=', link)
    .where('used_at', 'is', null)
    .executeTakeFirst();
  return used.numUpdatedRows === 1n;
}

async function insert(trx: Trx, connection: Connection): Promise<void> {
  await trx
    .insertInto('connections')
    .values({
      id: connection.id,
      tenant: connection.tenant,
      user_reference: connection.userReference,
      polar_user_id: connection.polarUserId,
      scopes: [...connection.scopes],
      status: connection.status,
      lane: await drawLane(trx, connection.id),
      established_at: connection.establishedAt,
      updated_at: connection.updatedAt,
    })
    .execute();
}

async function write(trx: Trx, topicPrefix: string, change: ConnectionChange): Promise<void> {
  const { connection, tokens, events } = change;
  await trx
    .updateTable('connections')
    .set({
      polar_user_id: connection.polarUserId,
      scopes: [...connection.scopes],
      status: connection.status,
      status_reason: connection.statusReason,
      lifecycle_revision: connection.lifecycleRevision,
      established_at: connection.establishedAt,
      updated_at: connection.updatedAt,
      ...(change.enrol && { enrolled_plan: null }),
      ...(change.forgetData && { enrolled_plan: null, utc_offset_minutes: null }),
    })
    .where('id', '=', connection.id)
    .execute();
  if (tokens === 'destroy') await trx.deleteFrom('credentials').where('connection', '=', connection.id).execute();
  else if (tokens !== 'keep') await writeTokens(trx, connection.id, tokens, connection.updatedAt);
  if (change.forgetData) {
    await trx.deleteFrom('poll_targets').where('connection', '=', connection.id).execute();
    await trx.deleteFrom('snapshots').where('connection', '=', connection.id).execute();
  } else if (!polledStatuses.includes(connection.status)) {
    await trx
      .updateTable('poll_targets')
      .set({ suspended: connection.statusReason ?? connection.status, lease_token: null })
      .where('connection', '=', connection.id)
      .where('suspended', 'is', null)
      .execute();
  }
  await appendEvents(trx, { connection: connection.id, topicPrefix, traceparent: null }, events);
}

function toConnection(row: {
  id: string;
  tenant: string;
  user_reference: string;
  polar_user_id: string | null;
  scopes: string[];
  status: ConnectionStatus;
  status_reason: string | null;
  lifecycle_revision: number;
  established_at: Date;
  updated_at: Date;
}): Connection {
  return {
    id: row.id,
    tenant: row.tenant,
    userReference: row.user_reference,
    polarUserId: row.polar_user_id,
    scopes: row.scopes,
    status: row.status,
    statusReason: row.status_reason,
    lifecycleRevision: row.lifecycle_revision,
    establishedAt: row.established_at,
    updatedAt: row.updated_at,
  };
}
