import { sql } from 'kysely';
import { readCursor, type ChangeRate, type TargetKind } from '#core';
import { noteAction } from './audit.ts';
import { transact } from './conflict.ts';
import type { Database, Trx } from './database.ts';
import { lockConnection } from './own-target.ts';

/** Where a poll target stands, for people. Times are RFC 3339, UTC. */
export interface TargetState {
  readonly resource: string;
  readonly kind: TargetKind;
  readonly lastPolledAt: string | null;
  readonly lastChangedAt: string | null;
  /** Null while it is suspended. */
  readonly nextDueAt: string | null;
  readonly polling: boolean;
  readonly intervalSeconds: number;
  readonly rate: ChangeRate;
  readonly failures: number;
  readonly lastError: string | null;
  readonly suspended: string | null;
  /** Local days whose detail waits to be read. */
  readonly wantedDays: readonly string[];
  /** Local days given up for now. */
  readonly skippedDays: readonly string[];
}

/** @returns undefined when the tenant has no such connection */
export async function syncOf(
  db: Database,
  tenant: string,
  connection: string,
): Promise<
  | { readonly status: string; readonly statusReason: string | null; readonly targets: readonly TargetState[] }
  | undefined
> {
  const owner = await db
    .selectFrom('connections')
    .select(['status', 'status_reason'])
    .where('id', '=', connection)
    .where('tenant', '=', tenant)
    .executeTakeFirst();
  if (owner === undefined) return undefined;
  const rows = await db
    .selectFrom('poll_targets')
    .selectAll()
    .where('connection', '=', connection)
    .orderBy('resource')
    .orderBy('kind')
    .execute();
  const targets = rows.map((row) => {
    const days = Object.entries({ ...readCursor(row.cursor).suspects, ...readCursor(row.cursor).wanted });
    return {
      resource: row.resource,
      kind: row.kind,
      lastPolledAt: row.last_polled_at?.toISOString() ?? null,
      lastChangedAt: row.last_changed_at?.toISOString() ?? null,
      nextDueAt: row.suspended === null ? row.next_due.toISOString() : null,
      polling: row.lease_token !== null,
      intervalSeconds: row.interval_seconds,
      rate: { changes: row.seen_changes, days: row.seen_days },
      failures: row.failures,
      lastError: row.last_error,
      suspended: row.suspended,
      wantedDays: days.filter(([, want]) => want.skippedAt === undefined).map(([date]) => date),
      skippedDays: days.filter(([, want]) => want.skippedAt !== undefined).map(([date]) => date),
    };
  });
  return { status: owner.status, statusReason: owner.status_reason, targets };
}

/**
 * Makes targets of a connection due, their listings included, and notes who wanted it.
 * @param resources of all resources unless given
 * @returns how many
 */
export function pollNow(
  db: Database,
  tenant: string,
  connection: string,
  actor: string,
  resources?: readonly string[],
): Promise<number> {
  return transact(db, async (trx) => {
    if ((await lockConnection(trx, connection)) !== tenant) return 0;
    const due = await makeDue(trx, tenant, connection, resources);
    const action = { actor, action: 'connection.polled', tenant, subject: connection };
    await noteAction(trx, action, due > 0 ? 'done' : 'refused');
    return due;
  });
}

async function makeDue(
  trx: Trx,
  tenant: string,
  connection: string,
  resources: readonly string[] | undefined,
): Promise<number> {
  const result = await sql`
    update poll_targets set next_due = case when lease_token is null then now() else next_due end,
      cursor = (cursor - 'listedAt') || jsonb_build_object('demandedAt', clock_timestamp())
    where tenant = ${tenant} and connection = ${connection} and suspended is null
      and (${resources ?? null}::text[] is null or resource = any(${resources ?? null}::text[]))`.execute(trx);
  return Number(result.numAffectedRows ?? 0n);
}
