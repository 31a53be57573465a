import { sql } from 'kysely';
import type { DomainEvent, FactState } from '#core';
import { type AdminAction, type AuditOutcome, noteAction } from './audit.ts';
import { type SealedTokens, destroyTokens, writeTokens } from './credentials.ts';
import { transact } from './conflict.ts';
import type { Database, Trx } from './database.ts';
import { endedStates, type StateTopics } from './ended-states.ts';
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
  /** Whether all data counts as gone, so that a later consent has it told anew: consumers were asked to delete it. */
  readonly tellAnew: boolean;
  /** Whether all that is known of the athlete's data goes. */
  readonly forgetData: boolean;
  /** Whether it is forgotten, too, who the athlete is. */
  readonly forgetAthlete: boolean;
}

export interface ChangeOptions {
  /** If given, tokens of another version mean that the news is out of date, and nothing is changed. */
  readonly version?: number;
  /** Who wanted it, for the audit log. */
  readonly action?: AdminAction;
  /** Whether a status is what was wanted: if nothing is changed at another one, that is a refusal. All are by default. */
  readonly isReached?: (status: ConnectionStatus) => boolean;
}

/** What became of an erasure. */
export interface Erasure {
  /** Ids of all connections that the athlete had with the tenant. */
  readonly connections: readonly string[];
  /** False while events of the athlete wait in the outbox for Kafka. */
  readonly isComplete: boolean;
}

export interface ConnectionPage {
  readonly tenant: string;
  readonly statuses?: readonly ConnectionStatus[];
  readonly userReference?: string;
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

/**
 * Connections and their lifecycle. Every change runs on the locked row and commits together with its events.
 * @param stateTopics what else has to end when the data of an athlete are forgotten
 */
export function createConnectionStore(db: Database, stateTopics: StateTopics = () => new Map()) {
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

    async list({ tenant, statuses, userReference, after, limit }: ConnectionPage): Promise<readonly Connection[]> {
      const rows = await db
        .selectFrom('connections')
        .select(columns)
        .where('tenant', '=', tenant)
        .where('kind', '=', 'athlete')
        .$if(statuses !== undefined, (query) => query.where('status', 'in', statuses ?? []))
        .$if(userReference !== undefined, (query) => query.where('user_reference', '=', userReference as string))
        .$if(after !== undefined, (query) => query.where('id', '>', after as string))
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(toConnection);
    },

    /**
     * @param decide sees the connection as it is under the lock; undefined leaves it alone
     * @returns the connection afterwards, or undefined when there is none
     */
    change(
      id: string,
      topicPrefix: string,
      decide: (connection: Connection) => ConnectionChange | undefined,
      { version, action, isReached = () => true }: ChangeOptions = {},
    ): Promise<Connection | undefined> {
      return transact(db, async (trx) => {
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
        if (action !== undefined) await noteAction(trx, action, outcomeOf(change, isReached(before.status)));
        if (change === undefined) return before;
        await write(trx, topicPrefix, change, stateTopics);
        return change.connection;
      });
    },

    /**
     * Erases an athlete: this connection and all others that the tenant ever had under the same reference.
     * @param decide as for `change`, for each of them
     * @returns undefined when there is no such connection
     */
    async erase(
      id: string,
      topicPrefix: string,
      decide: (connection: Connection) => ConnectionChange | undefined,
      action: AdminAction,
    ): Promise<Erasure | undefined> {
      const connections = await transact(db, async (trx) => {
        const named = await trx
          .selectFrom('connections')
          .select(['tenant', 'user_reference as reference', 'status'])
          .where('id', '=', id)
          .where('kind', '=', 'athlete')
          .executeTakeFirst();
        if (named === undefined) return [];
        const { tenant, reference } = named;
        // An erased one has no reference any more by which the others could be found.
        const isFirst = named.status !== 'erased';
        if (isFirst) await lockReference(trx, tenant, reference);
        const rows = await trx
          .selectFrom('connections')
          .select(columns)
          .where('kind', '=', 'athlete')
          .where('tenant', '=', tenant)
          .where((where) =>
            where.or([where('id', '=', id), ...(isFirst ? [where('user_reference', '=', reference)] : [])]),
          )
          // By lane, and their events only when all else is done: two erasures take lanes in one order, and hold them briefly.
          .orderBy('lane')
          .orderBy('id')
          .forUpdate()
          .execute();
        if (isFirst) await forgetLinks(trx, tenant, reference);
        const applied: [ConnectionChange, readonly FactState[]][] = [];
        for (const row of rows) {
          const change = decide(toConnection(row));
          await noteAction(trx, { ...action, subject: row.id }, outcomeOf(change, true));
          if (change !== undefined) applied.push([change, await apply(trx, change, stateTopics)]);
        }
        for (const [change, ended] of applied) await tell(trx, topicPrefix, change, ended);
        return rows.map((row) => row.id).toSorted();
      });
      if (connections.length === 0) return undefined;
      return { connections, isComplete: await purgeOutbox(db, connections) };
    },

    /**
     * Deletes what Kafka has of erased athletes from the outbox.
     * @returns how many of them are left, because something of them waits for Kafka, or because we are stopping
     */
    async purgeErased(stopping?: AbortSignal): Promise<number> {
      const rows = await db
        .selectFrom('connections')
        .select('id')
        .where('status', '=', 'erased')
        .where('purged_at', 'is', null)
        .execute();
      let left = 0;
      for (const { id } of rows) if (stopping?.aborted === true || !(await purgeOutbox(db, [id]))) left += 1;
      return left;
    },

    /**
     * Uses up the link and makes or renews the connection of this reference.
     * @param decide gets the connection of this reference, if there is one, and another one of the same Polar account
     * @returns what `decide` refused with, the connection, or `link_used` when the link was used up before
     */
    establish<Refusal extends string>(
      { link, tenant, userReference, polarUserId, topicPrefix, at }: Establishment,
      decide: (
        known: Connection | undefined,
        twin: Connection | undefined,
      ) => Promise<ConnectionChange | Refusal> | ConnectionChange | Refusal,
    ): Promise<Connection | Refusal | 'link_used'> {
      return transact(db, async (trx) => {
        // Two consents for one reference, or with one Polar account, go one after the other. Always in this order: no deadlock.
        if (polarUserId !== null) await lockName(trx, `account|${tenant}|${polarUserId}`);
        await lockReference(trx, tenant, userReference);
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
        const change = await decide(known && toConnection(known), twin && toConnection(twin));
        if (typeof change === 'string') return change;
        if (!(await useUp(trx, link, change.connection.id, at))) return 'link_used';
        if (known === undefined) await insert(trx, change.connection);
        await write(trx, topicPrefix, change, stateTopics);
        return change.connection;
      });
    },
  };
}

export type ConnectionStore = ReturnType<typeof createConnectionStore>;

function outcomeOf(change: ConnectionChange | undefined, isReached: boolean): AuditOutcome {
  if (change !== undefined) return 'done';
  return isReached ? 'unchanged' : 'refused';
}

async function lockName(trx: Trx, name: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(trx);
}

const lockReference = (trx: Trx, tenant: string, userReference: string): Promise<void> =>
  lockName(trx, `reference|${tenant}|${userReference}`);

async function isReplaced(trx: Trx, connection: string, version: number): Promise<boolean> {
  const row = await trx
    .selectFrom('credentials')
    .select('version')
    .where('connection', '=', connection)
    .executeTakeFirst();
  return row !== undefined && row.version !== version;
}

async function useUp(trx: Trx, link: string, connection: string, at: Date): Promise<boolean> {
  const used = await trx
    .updateTable('connect_links')
    .set({ used_at: at, connection, failure: null, failure_detail: null, failed_at: null })
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

async function write(trx: Trx, topicPrefix: string, change: ConnectionChange, stateTopics: StateTopics): Promise<void> {
  await tell(trx, topicPrefix, change, await apply(trx, change, stateTopics));
}

/** All of a change but its events. @returns the states that end with it */
async function apply(trx: Trx, change: ConnectionChange, stateTopics: StateTopics): Promise<readonly FactState[]> {
  const { connection, tokens } = change;
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
      ...(change.forgetData && { enrolled_plan: null, utc_offset_minutes: null, device_synced_at: null }),
    })
    .where('id', '=', connection.id)
    .execute();
  if (tokens === 'destroy') await destroyTokens(trx, connection.id);
  else if (tokens !== 'keep') await writeTokens(trx, connection.id, tokens, connection.updatedAt);
  const ended = change.forgetData || change.tellAnew ? await endedStates(trx, connection, stateTopics) : [];
  if (change.forgetData || change.tellAnew) {
    for (const table of ['poll_targets', 'backfills'] as const)
      await trx.deleteFrom(table).where('connection', '=', connection.id).execute();
  } else if (!polledStatuses.includes(connection.status)) await suspendTargets(trx, connection);
  if (change.forgetData) await trx.deleteFrom('snapshots').where('connection', '=', connection.id).execute();
  else if (change.tellAnew) await countAsGone(trx, connection);
  return ended;
}

/** Last in a transaction: from here on it holds its lane. */
async function tell(
  trx: Trx,
  topicPrefix: string,
  { connection, events, forgetAthlete }: ConnectionChange,
  ended: readonly FactState[],
): Promise<void> {
  await appendEvents(trx, { connection: connection.id, topicPrefix, traceparent: null }, events, ended);
  // After the events, which still say whose they are.
  if (forgetAthlete)
    await trx.updateTable('connections').set({ user_reference: '' }).where('id', '=', connection.id).execute();
}

async function suspendTargets(trx: Trx, { id, status, statusReason }: Connection): Promise<void> {
  await trx
    .updateTable('poll_targets')
    .set({ suspended: statusReason ?? status, lease_token: null })
    .where('connection', '=', id)
    .where('suspended', 'is', null)
    .execute();
}

/** What comes back is recorded with its next revision, which the end of its state has not used. */
async function countAsGone(trx: Trx, { id, updatedAt }: Connection): Promise<void> {
  await trx
    .updateTable('snapshots')
    .set(({ eb }) => ({ gone_at: updatedAt, missing_since: null, revision: eb('revision', '+', 1) }))
    .where('connection', '=', id)
    .execute();
}

async function forgetLinks(trx: Trx, tenant: string, userReference: string): Promise<void> {
  await trx
    .deleteFrom('connect_links')
    .where('tenant', '=', tenant)
    .where('user_reference', '=', userReference)
    .execute();
}

/** @returns whether nothing of these erased connections is left in the outbox */
async function purgeOutbox(db: Database, connections: readonly string[]): Promise<boolean> {
  const { rows } = await sql<{ isGone: boolean | null }>`
    select bool_and(purge_erased(id)) as "isGone" from unnest(${[...connections]}::uuid[]) as id`.execute(db);
  return rows[0]?.isGone ?? true;
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
