import { sql } from 'kysely';
import {
  addTallies,
  readCursor,
  tallyOf,
  type Backfill,
  type DateRange,
  type KnownDays,
  type Tally,
  type Tenant,
} from '#core';
import { noteAction } from './audit.ts';
import { beginBackfill, endRemoved, telling, underWay, type Backfilled } from './backfill.ts';
import { transact } from './conflict.ts';
import type { Database, Trx } from './database.ts';
import { appendEvents, scopeOf } from './outbox.ts';
import { lockConnection } from './own-target.ts';
import { polledStatuses } from './schema.ts';

/** Where a backfill stands with one of its resources. */
export interface BackfillResource {
  readonly resource: string;
  readonly done: boolean;
  /** What is still to be listed, `to` exclusive; null when all is. */
  readonly remaining: DateRange | null;
  /** Local days whose detail, or who alone, are still to be read. */
  readonly daysWanted: number;
  /** Local days given up for now. */
  readonly skippedDays: readonly string[];
  readonly requestsUsed: number;
  readonly failures: number;
  readonly lastError: string | null;
  readonly suspended: string | null;
}

/** A backfill that is under way. */
export interface BackfillState {
  /** RFC 3339: names it. */
  readonly startedAt: string;
  readonly from: string;
  readonly to: string;
  readonly origin: 'connect' | 'demand' | 'device';
  /** RFC 3339, or null while it goes on. */
  readonly pausedAt: string | null;
  readonly requestsUsed: number;
  /** Events that it has told so far, by type. */
  readonly counts: Readonly<Record<string, number>>;
  readonly resources: readonly BackfillResource[];
}

/** What there is to know before something is backfilled. */
export interface BackfillScene {
  readonly status: string;
  readonly statusReason: string | null;
  readonly isPolled: boolean;
  readonly utcOffsetMinutes: number | null;
  /** Epoch ms by the database's clock. */
  readonly at: number;
  /** Names of the resources that are polled live. */
  readonly resources: readonly string[];
  /** By resource. */
  readonly known: ReadonlyMap<string, KnownDays>;
  /** Oldest first. */
  readonly underWay: readonly BackfillState[];
}

export const pausedBackfill = 'backfill_paused';

/** @returns undefined when the tenant has no such connection */
export async function backfillScene(db: Database, tenant: string, id: string): Promise<BackfillScene | undefined> {
  const { rows: owners } = await sql<{
    status: string;
    statusReason: string | null;
    offset: number | null;
    isPolled: boolean;
    at: Date;
  }>`
    select status, status_reason as "statusReason", utc_offset_minutes as "offset", clock_timestamp() as at,
      status = any(${polledStatuses}) as "isPolled"
    from connections where id = ${id} and tenant = ${tenant} and kind = 'athlete'`.execute(db);
  const owner = owners[0];
  if (owner === undefined) return undefined;
  const targets = await db
    .selectFrom('poll_targets')
    .select(['resource', 'kind', 'cursor', 'failures', 'last_error', 'suspended'])
    .where('connection', '=', id)
    .orderBy('resource')
    .execute();
  const { rows: known } = await sql<KnownDays & { resource: string }>`
    select resource, min(date) as first, max(date) as last, count(distinct date)::integer as days
    from snapshots
    where connection = ${id} and date is not null and hash is not null and gone_at is null
    group by resource`.execute(db);
  const backfills = await db
    .selectFrom('backfills')
    .selectAll()
    .where('connection', '=', id)
    .orderBy('started_at')
    .execute();
  return {
    status: owner.status,
    statusReason: owner.statusReason,
    isPolled: owner.isPolled,
    utcOffsetMinutes: owner.offset,
    at: owner.at.getTime(),
    resources: targets.flatMap(({ resource, kind, suspended }) =>
      kind === 'live' && suspended !== 'scope_missing' ? [resource] : [],
    ),
    known: new Map(known.map(({ resource, first, last, days }) => [resource, { first, last, days }])),
    underWay: backfills.map((row) => {
      const own = targets
        .filter(({ kind }) => kind === 'backfill')
        .map((target) => ({ ...target, cursor: readCursor(target.cursor) }))
        .filter(({ cursor }) => cursor.backfill?.startedAt === row.started_at);
      return stateOf(row, own);
    }),
  };
}

type Row = {
  readonly started_at: string;
  readonly from_day: string;
  readonly to_day: string;
  readonly origin: Backfill['origin'] | null;
  readonly resources: readonly string[];
  readonly done: Readonly<Record<string, Tally>>;
  readonly paused_at: Date | null;
};

interface Target {
  readonly resource: string;
  readonly cursor: ReturnType<typeof readCursor>;
  readonly failures: number;
  readonly last_error: string | null;
  readonly suspended: string | null;
}

function stateOf(row: Row, targets: readonly Target[]): BackfillState {
  const tally = addTallies([...Object.values(row.done), ...targets.map(({ cursor }) => tallyOf(cursor.backfill))]);
  const names = [...new Set([...row.resources, ...targets.map(({ resource }) => resource)])].toSorted();
  return {
    startedAt: row.started_at,
    from: row.from_day,
    to: row.to_day,
    origin: row.origin ?? 'connect',
    pausedAt: row.paused_at?.toISOString() ?? null,
    requestsUsed: tally.requests,
    counts: tally.counts,
    resources: names.map((resource) => {
      const target = targets.find((one) => one.resource === resource);
      const days = Object.entries({ ...target?.cursor.suspects, ...target?.cursor.wanted });
      return {
        resource,
        done: target === undefined,
        remaining: target?.cursor.remaining ?? null,
        daysWanted: days.filter(([, { skippedAt }]) => skippedAt === undefined).length,
        skippedDays: days.flatMap(([date, { skippedAt }]) => (skippedAt === undefined ? [] : [date])),
        requestsUsed: (target === undefined ? row.done[resource] : tallyOf(target.cursor.backfill))?.requests ?? 0,
        failures: target?.failures ?? 0,
        lastError: target?.last_error ?? null,
        suspended: target?.suspended ?? null,
      };
    }),
  };
}

/**
 * Begins a backfill that somebody asks for.
 * @returns whether it was begun; false when there is one already, or the connection is not polled (any more)
 */
export function demandBackfill(
  db: Database,
  tenant: Tenant,
  id: string,
  { from, to, resources }: DateRange & { readonly resources: readonly string[] },
  actor: string,
): Promise<boolean> {
  return transact(db, async (trx) => {
    const connection = await lockedConnection(trx, tenant.id, id, { onlyPolled: true });
    if (connection === undefined || (await underWay(trx, id))) return false;
    const about = await telling(trx, tenant, connection);
    const events = await beginBackfill(trx, about, {
      origin: 'demand',
      from,
      resources: resources.map((name) => ({ name, to })),
    });
    if (events.length === 0) return false;
    await noteAction(trx, { actor, action: 'backfill.started', tenant: tenant.id, subject: id }, 'done');
    await appendEvents(trx, scopeOf(about), events);
    return true;
  });
}

/** Stops the backfills of a connection until they are resumed; a poll that is under way ends by itself. */
export function pauseBackfills(db: Database, tenant: string, id: string, actor: string): Promise<void> {
  return changePause(db, { tenant, id, actor, action: 'backfill.paused' }, async (trx) => {
    const paused = await trx
      .updateTable('backfills')
      .set({ paused_at: sql`clock_timestamp()` })
      .where('connection', '=', id)
      .where('paused_at', 'is', null)
      .executeTakeFirstOrThrow();
    await sql`
      update poll_targets set suspended = ${pausedBackfill}
      where connection = ${id} and kind = 'backfill' and suspended is null`.execute(trx);
    return paused.numUpdatedRows > 0n;
  });
}

export function resumeBackfills(db: Database, tenant: string, id: string, actor: string): Promise<void> {
  return changePause(db, { tenant, id, actor, action: 'backfill.resumed' }, async (trx) => {
    const resumed = await trx
      .updateTable('backfills')
      .set({ paused_at: null })
      .where('connection', '=', id)
      .where('paused_at', 'is not', null)
      .executeTakeFirstOrThrow();
    await sql`
      update poll_targets
      set suspended = case when status = any(${polledStatuses}) then null else coalesce(status_reason, status) end,
        next_due = case when lease_token is null then now() else next_due end
      from connections
      where connections.id = ${id} and connection = ${id} and poll_targets.kind = 'backfill' and suspended = ${pausedBackfill}`.execute(
      trx,
    );
    return resumed.numUpdatedRows > 0n;
  });
}

/**
 * Ends the backfills of a connection. What they have read stays, what they have not belongs to nobody, and a poll that is
 * under way is not recorded. Those that wait for their scope have been told as ended, and stay.
 */
export function cancelBackfills(db: Database, tenant: Tenant, id: string, actor: string): Promise<void> {
  return transact(db, async (trx) => {
    const connection = await lockedConnection(trx, tenant.id, id);
    if (connection === undefined) return;
    const { rows } = await sql<{ resource: string; cursor: unknown }>`
      delete from poll_targets
      where connection = ${id} and kind = 'backfill' and suspended is distinct from 'scope_missing'
      returning resource, cursor`.execute(trx);
    const removed = rows.map(({ resource, cursor }) => ({ resource, cursor: readCursor(cursor) }));
    const action = { actor, action: 'backfill.cancelled', tenant: tenant.id, subject: id };
    await noteAction(trx, action, removed.length > 0 ? 'done' : 'unchanged');
    const about = await telling(trx, tenant, connection);
    await appendEvents(trx, scopeOf(about), await endRemoved(trx, about, removed, { cancelled: true }));
  });
}

function changePause(
  db: Database,
  {
    tenant,
    id,
    actor,
    action,
  }: { readonly tenant: string; readonly id: string; readonly actor: string; readonly action: string },
  change: (trx: Trx) => Promise<boolean>,
): Promise<void> {
  return transact(db, async (trx) => {
    if ((await lockedConnection(trx, tenant, id)) === undefined) return;
    await noteAction(trx, { actor, action, tenant, subject: id }, (await change(trx)) ? 'done' : 'unchanged');
  });
}

async function lockedConnection(
  trx: Trx,
  tenant: string,
  id: string,
  { onlyPolled = false } = {},
): Promise<Backfilled | undefined> {
  await lockConnection(trx, id);
  return trx
    .selectFrom('connections')
    .select(['id', 'established_at', 'utc_offset_minutes'])
    .where('id', '=', id)
    .where('tenant', '=', tenant)
    .$if(onlyPolled, (query) => query.where('status', 'in', polledStatuses))
    .executeTakeFirst();
}
