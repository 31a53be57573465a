import { sql, type RawBuilder } from 'kysely';
import {
  mergeArrivals,
  pollingEvent,
  readCursor,
  retryAt,
  suspectDays,
  type Backfill,
  type BridgeError,
  type ChangeRate,
  type Cursor,
  type DateRange,
  type TargetKind,
  type Tick,
} from '#core';
import { backfillNews } from './backfill.ts';
import type { Database } from './database.ts';
import { appendEvents, scopeOf } from './outbox.ts';
import { lockConnection, ownTarget } from './own-target.ts';
import { relaxedCommit } from './relaxed-commit.ts';
import { polledStatuses } from './schema.ts';

/** A due target, leased to be polled. */
export interface LeasedTarget {
  readonly connection: string;
  readonly resource: string;
  readonly kind: TargetKind;
  readonly tenant: string;
  readonly leaseToken: string;
}

/** What a poll has to know of its target, read when the poll begins. */
export interface BegunTarget {
  readonly tenant: string;
  readonly cursor: Cursor;
  readonly intervalSeconds: number;
  readonly rate: ChangeRate;
  readonly failures: number;
  readonly utcOffsetMinutes: number | null;
  /** UTC date of the consent. */
  readonly establishedOn: string;
  readonly backfilling: boolean;
  /** The days of a backfill that was begun later. */
  readonly refilling?: DateRange;
  readonly siblingsHealthy: boolean;
  /** Epoch ms by the database's clock. */
  readonly at: number;
}

/** SyncStalled is told at this many failed polls in a row. */
const stalledFailures = 3;

/** How many due targets of a kind a tenant may have leased. */
export interface Share {
  readonly tenant: string;
  readonly kind: TargetKind;
  readonly most: number;
}

/**
 * Leases due targets, of each share those that are longest overdue. Several planners share the work: each skips what
 * another holds. A lease that is not settled in time is due again by itself, under another token.
 */
export async function leaseDue(
  db: Database,
  shares: readonly Share[],
  leaseSeconds: number,
): Promise<readonly LeasedTarget[]> {
  const some = shares.filter(({ most }) => most > 0);
  if (some.length === 0) return [];
  // Whoever ends a connection suspends its targets, so that its status need not be asked for. A locked row stays where it
  // is, so it is found again by its place; one that has moved before it was locked waits for the next tick.
  const { rows } = await sql<LeasedTarget>`
    with shares as (
      select * from unnest(${some.map(({ tenant }) => tenant)}::text[], ${some.map(({ kind }) => kind)}::text[], ${some.map(({ most }) => most)}::int[])
        as share (tenant, kind, most)
    ), due as (
      select taken.* from shares, lateral (
        select ctid as row from poll_targets
        where tenant = shares.tenant and kind = shares.kind and suspended is null and next_due <= now()
        order by next_due limit shares.most
        for update skip locked
      ) as taken
    )
    update poll_targets as target
    set lease_token = gen_random_uuid(), next_due = now() + make_interval(secs => ${leaseSeconds})
    from due, ${relaxedCommit}
    where target.ctid = due.row
    returning target.connection, target.resource, target.kind, target.tenant, target.lease_token as "leaseToken"`.execute(
    db,
  );
  return rows;
}

/** How many targets of a tenant are due, of each kind; counted only so far. */
export type DueTargets = { readonly tenant: string } & { readonly [Kind in TargetKind]: number };

/**
 * @param most of a tenant's targets of a kind that are counted: the cost grows with it
 * @returns those of the tenants that have a due target
 */
export async function dueTargets(
  db: Database,
  tenants: readonly string[],
  most: number,
): Promise<readonly DueTargets[]> {
  // One look at the index for each: as a join it may become a scan of all targets.
  const { rows } = await sql<DueTargets>`
    select tenant, live, backfill
    from unnest(${[...tenants]}::text[]) as tenants (tenant),
      lateral (select ${countDue('live', most)} as live, ${countDue('backfill', most)} as backfill offset 0) as due
    where live > 0 or backfill > 0`.execute(db);
  return rows;
}

/** Targets of a tenant that wait for their turn. */
export interface WaitingTargets {
  readonly tenant: string;
  readonly kind: TargetKind;
  /** Counted only up to `mostWaiting`. */
  readonly due: number;
  /** How long the first of them has been due. */
  readonly oldestSeconds: number;
}

/** A tenant's targets of a kind are counted only so far: whoever watches asks often. */
const mostWaiting = 10_000;

/** @returns two for each of the tenants, one of each kind */
export async function waitingTargets(db: Database, tenants: readonly string[]): Promise<readonly WaitingTargets[]> {
  const { rows } = await sql<WaitingTargets>`
    select tenants.tenant, kinds.kind, due.count::int as due,
      coalesce(greatest(0, extract(epoch from now() - due.first)), 0)::float8 as "oldestSeconds"
    from unnest(${[...tenants]}::text[]) as tenants (tenant), (values ('live'), ('backfill')) as kinds (kind),
      lateral (select count(*), min(next_due) as first from (
        select next_due from poll_targets
        where poll_targets.tenant = tenants.tenant and poll_targets.kind = kinds.kind and suspended is null and next_due <= now()
        order by next_due limit ${mostWaiting}
      ) as waiting offset 0) as due`.execute(db);
  return rows;
}

function countDue(kind: TargetKind, most: number): RawBuilder<number> {
  return sql<number>`(select count(*)::int from (
    select from poll_targets
    where poll_targets.tenant = tenants.tenant and kind = ${kind} and suspended is null and next_due <= now()
    order by next_due limit ${most}
  ) as first)`;
}

/**
 * Begins the poll of a leased target and renews its lease.
 * @returns undefined when the lease is not ours any more: there is nothing to do
 */
export async function beginPoll(
  db: Database,
  target: LeasedTarget,
  leaseSeconds: number,
): Promise<BegunTarget | undefined> {
  const { rows } = await sql<{
    tenant: string;
    cursor: unknown;
    interval: number;
    seenChanges: number;
    seenDays: number;
    failures: number;
    utcOffsetMinutes: number | null;
    establishedAt: Date;
    backfill: Backfill | true | null;
    siblingsHealthy: boolean;
    at: Date;
  }>`
    update poll_targets as target
    set next_due = now() + make_interval(secs => ${leaseSeconds})
    from connections, ${relaxedCommit}
    where target.connection = ${target.connection} and target.resource = ${target.resource} and target.kind = ${target.kind}
      and target.lease_token = ${target.leaseToken} and connections.id = target.connection and connections.status = any(${polledStatuses})
    returning target.tenant, target.cursor, target.interval_seconds as interval, target.seen_changes as "seenChanges", target.seen_days as "seenDays", target.failures,
      connections.utc_offset_minutes as "utcOffsetMinutes", connections.established_at as "establishedAt", clock_timestamp() as at,
      (select coalesce(other.cursor -> 'backfill', 'true') from poll_targets other
        where other.connection = target.connection and other.resource = target.resource and other.kind = 'backfill') as backfill,
      exists (select from poll_targets other where other.connection = target.connection and other.resource <> target.resource
        and other.failures = 0 and other.last_data_at > coalesce(target.last_polled_at, '-infinity')) as "siblingsHealthy"`.execute(
    db,
  );
  const row = rows[0];
  if (row === undefined) {
    // The plan does not ask whether anybody may poll it: what slipped in must not come back each time a lease runs out.
    await suspendConnection(db, target.connection);
    return undefined;
  }
  return {
    tenant: row.tenant,
    cursor: readCursor(row.cursor),
    intervalSeconds: row.interval,
    rate: { changes: row.seenChanges, days: row.seenDays },
    failures: row.failures,
    utcOffsetMinutes: row.utcOffsetMinutes,
    establishedOn: row.establishedAt.toISOString().slice(0, 10),
    ...besides(row.backfill),
    siblingsHealthy: row.siblingsHealthy,
    at: row.at.getTime(),
  };
}

function besides(backfill: Backfill | true | null): Pick<BegunTarget, 'backfilling' | 'refilling'> {
  if (backfill === null) return { backfilling: false };
  if (backfill === true || backfill.origin === undefined) return { backfilling: true };
  return { backfilling: false, refilling: { from: backfill.from, to: backfill.to } };
}

/** Has a lease last so many seconds more, from now on or from a later moment (epoch ms) that the poll waits for. */
export async function holdLease(
  db: Database,
  target: LeasedTarget,
  { until = 0, seconds }: { readonly until?: number; readonly seconds: number },
): Promise<void> {
  await sql`
    update poll_targets
    set next_due = greatest(next_due, greatest(now(), ${new Date(until)}) + make_interval(secs => ${seconds}))
    where connection = ${target.connection} and resource = ${target.resource} and kind = ${target.kind} and lease_token = ${target.leaseToken}`.execute(
    db,
  );
}

/** A planner that has an older view of the tenants must not lease it again at once. */
const givenBackSeconds = 10;

/**
 * Gives a leased target back as if it had not been leased: nothing is counted.
 * @param until epoch ms before which it is not due again; without it, it stays due
 */
export async function giveBack(db: Database, target: LeasedTarget, until = 0): Promise<void> {
  await sql`
    update poll_targets
    set lease_token = null, next_due = greatest(now() + make_interval(secs => ${givenBackSeconds}), ${new Date(until)})
    where connection = ${target.connection} and resource = ${target.resource} and kind = ${target.kind} and lease_token = ${target.leaseToken}`.execute(
    db,
  );
}

/** Puts requests of a poll that has come to nothing to the account of its backfill. */
export async function noteRequests(db: Database, target: LeasedTarget, requests: number): Promise<void> {
  await sql`
    update poll_targets
    set cursor = jsonb_set(cursor, '{backfill,requests}',
      to_jsonb(coalesce((cursor -> 'backfill' ->> 'requests')::integer, 0) + ${requests}::integer))
    where connection = ${target.connection} and resource = ${target.resource} and kind = ${target.kind}
      and lease_token = ${target.leaseToken} and cursor ? 'backfill'`.execute(db);
}

/** Settles a poll that failed: counts it, backs off, and tells of a stall at the third in a row. */
export async function failPoll(db: Database, tick: Tick, error: BridgeError): Promise<void> {
  const failures = tick.failures + 1;
  const stalls = failures === stalledFailures && tick.cursor.stalledSince === undefined;
  const stalledSince = new Date(tick.at).toISOString();
  const split = error.disposition === 'retry' ? suspectDays(tick, failures) : tick.cursor;
  const cursor: Cursor = stalls ? { ...split, stalledSince } : split;
  await db.transaction().execute(async (trx) => {
    await lockConnection(trx, tick.connection.id);
    const stored = await ownTarget(
      trx.selectFrom('poll_targets').select('cursor').forUpdate(),
      tick,
    ).executeTakeFirst();
    if (stored === undefined) return;
    await ownTarget(
      trx.updateTable('poll_targets').set({
        failures,
        last_error: `${error.code}: ${error.message}`.slice(0, 500),
        next_due: new Date(retryAt(tick, failures, error)),
        lease_token: null,
        cursor: JSON.stringify(mergeArrivals(tick.cursor, readCursor(stored.cursor), cursor)),
      }),
      tick,
    ).execute();
    if (!stalls) return;
    const event = pollingEvent(tick, 'SyncStalled', [tick.resource.name, stalledSince], {
      resource: tick.resource.name,
      stalledSince,
      failures,
      reason: error.code,
    });
    await appendEvents(trx, scopeOf(tick), [event]);
  });
}

/** Takes a target out of the plan until the connection is enrolled anew (new consent, changed scopes, changed tenant). */
export async function suspendTarget(db: Database, tick: Tick, reason: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await lockConnection(trx, tick.connection.id);
    const { numUpdatedRows } = await ownTarget(
      trx.updateTable('poll_targets').set({ suspended: reason, lease_token: null, last_error: reason }),
      tick,
    ).executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n || tick.kind !== 'backfill') return;
    await appendEvents(trx, scopeOf(tick), await backfillNews(trx, tick, tick.cursor));
  });
}

/**
 * Takes all targets of a connection out of the plan; unless it has a good consent by now, so that they stay due.
 * @param reason as the connection says when it is left out
 */
export async function suspendConnection(db: Database, connection: string, reason?: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await lockConnection(trx, connection);
    await sql`
      update poll_targets set suspended = coalesce(${reason ?? null}, status_reason, status), lease_token = null
      from connections
      where poll_targets.connection = ${connection} and connections.id = ${connection} and suspended is null
        and not connections.status = any(${polledStatuses})`.execute(trx);
  });
}
