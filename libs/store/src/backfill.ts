import { sql } from 'kysely';
import {
  addDays,
  emptyCursor,
  givenUp,
  pollingEvent,
  readCursor,
  type Cursor,
  type DomainEvent,
  type Tenant,
  type Tick,
} from '#core';
import type { Trx } from './database.ts';
import { appendEvents, scopeOf } from './outbox.ts';
import { ownTarget } from './own-target.ts';

/** What a backfill has to know of its connection. */
export interface Backfilled {
  readonly id: string;
  readonly established_at: Date;
  readonly utc_offset_minutes: number | null;
}

/**
 * Begins the backfill of resources that are new to a connection; those that waited for their scope go on under the same
 * announcement. Call it before they are taken back into the plan.
 */
export async function startBackfill(
  trx: Trx,
  tenant: Tenant,
  connection: Backfilled,
  added: readonly string[],
): Promise<void> {
  const { backfillDays, minSeconds } = tenant.polling;
  const about = await telling(trx, tenant, connection);
  const { establishedOn: to } = about.connection;
  const startedAt = new Date(about.at).toISOString();
  const range = { from: addDays(to, -backfillDays), to };
  const cursor: Cursor = { ...emptyCursor, remaining: range, backfill: { startedAt, ...range } };
  const fresh = backfillDays === 0 ? [] : added;
  await sql`
    insert into poll_targets (connection, resource, kind, tenant, next_due, cursor, interval_seconds)
    select ${connection.id}::uuid, resource, 'backfill', ${tenant.id}, now(), ${JSON.stringify(cursor)}::jsonb, ${minSeconds}
    from unnest(${[...fresh]}::text[]) as resource
    on conflict (connection, resource, kind) do nothing`.execute(trx);
  const { rows: resumed } = await sql<{ resource: string }>`
    update poll_targets
    set cursor = jsonb_set(cursor, '{backfill,startedAt}', ${JSON.stringify(startedAt)}::jsonb)
    where connection = ${connection.id} and kind = 'backfill' and suspended = 'scope_missing'
    returning resource`.execute(trx);
  const resources = [...fresh, ...resumed.map(({ resource }) => resource)];
  if (resources.length === 0) return;
  await appendEvents(trx, scopeOf(about), [
    pollingEvent(about, 'BackfillStarted', [startedAt], { startedAt, ...range, resources }),
  ]);
}

/**
 * The live target takes over what is left: days that were given up, days that are not final yet, and when details were
 * read. The last one tells that all is there. Call it with the connection locked.
 */
export async function endBackfill(trx: Trx, tick: Tick, cursor: Cursor): Promise<readonly DomainEvent[]> {
  const { wanted, suspects, open, readAt } = cursor;
  const handover = Object.entries({ wanted, suspects, open, readAt }).filter(
    ([, days]) => Object.keys(days).length > 0,
  );
  for (const [name, days] of handover) {
    await sql`
      update poll_targets
      set cursor = jsonb_set(cursor, array[${name}], ${JSON.stringify(days)}::jsonb || coalesce(cursor -> ${name}, '{}')),
          next_due = case when lease_token is null then now() else next_due end
      where connection = ${tick.connection.id} and resource = ${tick.resource.name} and kind = 'live'`.execute(trx);
  }
  await ownTarget(trx.deleteFrom('poll_targets'), tick).execute();
  return backfillNews(trx, tick, cursor, tick.resource.name);
}

/** Ends the backfills that nothing is left of: these targets were taken away. */
export async function endBackfills(
  trx: Trx,
  tenant: Tenant,
  connection: Backfilled,
  removed: readonly Cursor[],
): Promise<void> {
  const mine = removed.filter(({ backfill }) => backfill !== undefined);
  const ended = new Map(mine.map((cursor) => [cursor.backfill?.startedAt, cursor]));
  for (const cursor of ended.values()) {
    const about = await telling(trx, tenant, connection);
    await appendEvents(trx, scopeOf(about), await backfillNews(trx, about, cursor));
  }
}

/**
 * Tells of the end of a backfill when none of its resources has anything left to do: those without their scope wait for
 * it, and begin a backfill of their own when it comes. Until then, tells of its progress. Call it with the connection locked.
 * @param done the resource that has been read, if one has
 */
export async function backfillNews(
  trx: Trx,
  about: Pick<Tick, 'at' | 'kind' | 'connection'>,
  { backfill }: Cursor,
  done?: string,
): Promise<readonly DomainEvent[]> {
  if (backfill === undefined) return [];
  const rows = await trx
    .selectFrom('poll_targets')
    .select(['resource', 'kind', 'cursor', 'suspended'])
    .where('connection', '=', about.connection.id)
    .execute();
  const targets = rows.map((row) => ({ ...row, cursor: readCursor(row.cursor) }));
  const others = targets.filter(({ cursor }) => cursor.backfill?.startedAt === backfill.startedAt);
  const left = others.filter(({ kind, suspended }) => kind === 'backfill' && suspended !== 'scope_missing');
  if (left.length > 0) {
    if (done === undefined) return [];
    const progress = { ...backfill, resource: done, left: left.map(({ resource }) => resource).toSorted() };
    return [pollingEvent(about, 'BackfillProgressed', [backfill.startedAt, done], progress)];
  }
  const missing = targets.flatMap(({ cursor }) => givenUp(cursor));
  const missingDays = [...new Set(missing)].filter((date) => date >= backfill.from && date < backfill.to).toSorted();
  return [pollingEvent(about, 'BackfillCompleted', [backfill.startedAt], { ...backfill, missingDays })];
}

/** What an event of a backfill needs to know that no poll is behind. */
async function telling(
  trx: Trx,
  tenant: Tenant,
  { id, established_at, utc_offset_minutes }: Backfilled,
): Promise<Pick<Tick, 'at' | 'kind' | 'connection' | 'topicPrefix'> & { readonly traceparent: null }> {
  const { rows } = await sql<{ at: Date }>`select clock_timestamp() as at`.execute(trx);
  return {
    at: (rows[0]?.at ?? established_at).getTime(),
    kind: 'backfill',
    connection: {
      id,
      tenant: tenant.id,
      utcOffsetMinutes: utc_offset_minutes,
      establishedOn: established_at.toISOString().slice(0, 10),
    },
    topicPrefix: tenant.topics.prefix,
    traceparent: null,
  };
}
