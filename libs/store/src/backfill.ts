import { sql } from 'kysely';
import {
  addDays,
  addTallies,
  eachDay,
  emptyCursor,
  givenUp,
  historyAfter,
  historyFrom,
  pollingEvent,
  readCursor,
  readFrom,
  tallyOf,
  type Backfill,
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

/** What an event of a backfill needs to know, whether or not a poll is behind it. */
export type BackfillScope = Pick<Tick, 'at' | 'kind' | 'connection' | 'topicPrefix' | 'polling'> & {
  readonly traceparent: string | null;
};

/** A target of a backfill that was taken away. */
export interface RemovedTarget {
  readonly resource: string;
  readonly cursor: Cursor;
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
  const { backfillDays } = tenant.polling;
  const about = await telling(trx, tenant, connection);
  const { establishedOn: to } = about.connection;
  const backfill: Backfill = { startedAt: startOf(about), from: addDays(to, -backfillDays), to };
  const fresh = backfillDays === 0 ? [] : added.map((name) => ({ name, to }));
  await insertTargets(trx, about, backfill, fresh);
  // What they have cost until then was told at the end of the backfill that they were a part of.
  const { rows: resumed } = await sql<{ resource: string }>`
    update poll_targets
    set cursor = jsonb_set(cursor #- '{backfill,requests}' #- '{backfill,counts}', '{backfill,startedAt}',
      ${JSON.stringify(backfill.startedAt)}::jsonb)
    where connection = ${connection.id} and kind = 'backfill' and suspended = 'scope_missing'
    returning resource`.execute(trx);
  const resources = [...fresh.map(({ name }) => name), ...resumed.map(({ resource }) => resource)];
  await appendEvents(trx, scopeOf(about), await announced(trx, about, backfill, resources));
}

/**
 * Has the backfills that are under way begin now. Their events are known by when they began: told once more, each would be taken
 * for the one that was told before.
 */
export async function restartBackfills(trx: Trx, connections: readonly string[], at: Date): Promise<void> {
  if (connections.length === 0) return;
  const running = await trx
    .selectFrom('backfills')
    .select(['connection', 'started_at'])
    .where('connection', 'in', connections)
    .orderBy('started_at')
    .execute();
  for (const [connection, own] of Map.groupBy(running, (one) => one.connection)) {
    for (const [index, { started_at: before }] of own.entries()) {
      const startedAt = new Date(at.getTime() + index).toISOString();
      await sql`
        update poll_targets set cursor = jsonb_set(cursor, '{backfill,startedAt}', ${JSON.stringify(startedAt)}::jsonb)
        where connection = ${connection} and kind = 'backfill' and cursor -> 'backfill' ->> 'startedAt' = ${before}`.execute(
        trx,
      );
      await sql`
        update backfills set started_at = ${startedAt} where connection = ${connection} and started_at = ${before}`.execute(
        trx,
      );
    }
  }
}

/**
 * Begins a backfill that is none of the connect's. Call it with the connection locked.
 * @param resources each with the day after the last one that it is to read
 * @returns the events that tell of it; none where each of the resources has a backfill already
 */
export async function beginBackfill(
  trx: Trx,
  about: BackfillScope,
  {
    origin,
    from,
    resources,
  }: Pick<Backfill, 'from'> & {
    readonly origin: 'demand' | 'device';
    readonly resources: readonly { readonly name: string; readonly to: string }[];
  },
): Promise<readonly DomainEvent[]> {
  const to = resources
    .map((one) => one.to)
    .toSorted()
    .at(-1);
  if (to === undefined) return [];
  const backfill: Backfill = { startedAt: startOf(about), from, to, origin };
  const begun = await insertTargets(trx, about, backfill, resources);
  return announced(trx, about, backfill, begun);
}

/** @returns whether a backfill has anything to do; those that wait for their scope do nothing */
export async function underWay(trx: Trx, id: string): Promise<boolean> {
  const { rows } = await sql`
    select from poll_targets
    where connection = ${id} and kind = 'backfill' and suspended is distinct from 'scope_missing' limit 1`.execute(trx);
  return rows.length > 0;
}

const startOf = ({ at }: BackfillScope): string => new Date(at).toISOString();

/** @returns the resources that had no backfill */
async function insertTargets(
  trx: Trx,
  { connection, polling }: BackfillScope,
  backfill: Backfill,
  resources: readonly { readonly name: string; readonly to: string }[],
): Promise<readonly string[]> {
  const cursors = resources.map(({ to }): string => {
    const cursor: Cursor = { ...emptyCursor, remaining: { from: backfill.from, to }, backfill };
    return JSON.stringify(cursor);
  });
  const { rows } = await sql<{ resource: string }>`
    insert into poll_targets (connection, resource, kind, tenant, next_due, cursor, interval_seconds)
    select ${connection.id}::uuid, resource, 'backfill', ${connection.tenant}, now(), cursor::jsonb, ${polling.minSeconds}
    from unnest(${resources.map(({ name }) => name)}::text[], ${cursors}::text[]) as fresh (resource, cursor)
    on conflict (connection, resource, kind) do nothing
    returning resource`.execute(trx);
  return rows.map(({ resource }) => resource);
}

async function announced(
  trx: Trx,
  about: BackfillScope,
  { startedAt, from, to, origin }: Backfill,
  resources: readonly string[],
): Promise<readonly DomainEvent[]> {
  if (resources.length === 0) return [];
  await trx
    .insertInto('backfills')
    .values({
      connection: about.connection.id,
      started_at: startedAt,
      from_day: from,
      to_day: to,
      origin: origin ?? null,
      resources: [...resources],
    })
    .execute();
  const data = { startedAt, from, to, origin: origin ?? 'connect', resources };
  return [pollingEvent({ ...about, kind: 'backfill' }, 'BackfillStarted', [startedAt], data)];
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
  await settleTarget(trx, tick, { resource: tick.resource.name, cursor });
  return backfillNews(trx, tick, cursor, { done: tick.resource.name });
}

/** Ends the backfills that nothing is left of: these targets were taken away. */
export async function endBackfills(
  trx: Trx,
  tenant: Tenant,
  connection: Backfilled,
  removed: readonly RemovedTarget[],
): Promise<void> {
  const mine = removed.filter(({ cursor }) => cursor.backfill !== undefined);
  if (mine.length === 0) return;
  const about = await telling(trx, tenant, connection);
  await appendEvents(trx, scopeOf(about), await endRemoved(trx, about, mine, {}));
}

/** The targets are gone. @returns the events that tell of the ends that this makes */
export async function endRemoved(
  trx: Trx,
  about: BackfillScope,
  removed: readonly RemovedTarget[],
  options: { readonly cancelled?: boolean },
): Promise<readonly DomainEvent[]> {
  for (const target of removed) await settleTarget(trx, about, target);
  const events: DomainEvent[] = [];
  for (const [, same] of Map.groupBy(removed, ({ cursor }) => cursor.backfill?.startedAt)) {
    const cursor = same[0]?.cursor ?? emptyCursor;
    // What was not read of all of them is missing, too.
    const unread = options.cancelled
      ? same.flatMap((one) => eachDay(cursor.backfill?.from ?? '', readFrom(one.cursor)))
      : [];
    events.push(...(await backfillNews(trx, about, cursor, { ...options, unread })));
  }
  return events;
}

/** Puts what a target has cost to the account of its backfill, and tells the live one from which day on all is there. */
async function settleTarget(
  trx: Trx,
  about: Pick<BackfillScope, 'connection' | 'polling'>,
  { resource, cursor }: RemovedTarget,
): Promise<void> {
  const { backfill } = cursor;
  if (backfill === undefined) return;
  const { id } = about.connection;
  await sql`
    insert into backfills (connection, started_at, from_day, to_day, origin, resources, done)
    values (${id}, ${backfill.startedAt}, ${backfill.from}, ${backfill.to}, ${backfill.origin ?? null}, array[${resource}],
      jsonb_build_object(${resource}::text, ${JSON.stringify(tallyOf(backfill))}::jsonb))
    on conflict (connection, started_at) do update set done = backfills.done || excluded.done`.execute(trx);
  const live = await trx
    .selectFrom('poll_targets')
    .select('cursor')
    .where('connection', '=', id)
    .where('resource', '=', resource)
    .where('kind', '=', 'live')
    .forUpdate()
    .executeTakeFirst();
  if (live === undefined) return;
  const known = historyFrom({ ...about, cursor: readCursor(live.cursor) });
  const now = historyAfter(known, cursor);
  if (now === known) return;
  await sql`
    update poll_targets set cursor = jsonb_set(cursor, '{historyFrom}', ${JSON.stringify(now)}::jsonb)
    where connection = ${id} and resource = ${resource} and kind = 'live'`.execute(trx);
}

/**
 * Tells of the end of a backfill when none of its resources has anything left to do: those without their scope wait for
 * it, and begin a backfill of their own when it comes. Until then, tells of its progress. Call it with the connection locked.
 * @param options.done the resource that has been read, if one has
 * @param options.unread days that nobody will read
 */
export async function backfillNews(
  trx: Trx,
  about: Pick<Tick, 'at' | 'kind' | 'connection'>,
  { backfill }: Cursor,
  options: { readonly done?: string; readonly cancelled?: boolean; readonly unread?: readonly string[] } = {},
): Promise<readonly DomainEvent[]> {
  if (backfill === undefined) return [];
  const { startedAt, from, to } = backfill;
  const rows = await trx
    .selectFrom('poll_targets')
    .select(['resource', 'kind', 'cursor', 'suspended'])
    .where('connection', '=', about.connection.id)
    .execute();
  const targets = rows.map((row) => ({ ...row, cursor: readCursor(row.cursor) }));
  const others = targets.filter(({ kind, cursor }) => kind === 'backfill' && cursor.backfill?.startedAt === startedAt);
  const left = others.filter(({ suspended }) => suspended !== 'scope_missing');
  const told = { ...about, kind: 'backfill' } as const;
  if (left.length > 0) {
    const { done } = options;
    if (done === undefined) return [];
    const { requests, counts } = tallyOf(backfill);
    const names = left.map(({ resource }) => resource).toSorted();
    const progress = { startedAt, from, to, resource: done, left: names, counts, requestsUsed: requests };
    return [pollingEvent(told, 'BackfillProgressed', [startedAt, done], progress)];
  }
  const ended = await trx
    .deleteFrom('backfills')
    .where('connection', '=', about.connection.id)
    .where('started_at', '=', startedAt)
    .returning('done')
    .executeTakeFirst();
  const { requests, counts } = addTallies([
    ...Object.values(ended?.done ?? {}),
    ...others.map(({ cursor }) => tallyOf(cursor.backfill)),
  ]);
  const missing = [...targets.flatMap(({ cursor }) => givenUp(cursor)), ...(options.unread ?? [])];
  const missingDays = [...new Set(missing)].filter((date) => date >= from && date < to).toSorted();
  const cancelled = options.cancelled ?? false;
  const data = { startedAt, from, to, cancelled, counts, requestsUsed: requests, missingDays };
  return [pollingEvent(told, 'BackfillCompleted', [startedAt], data)];
}

/** What an event of a backfill needs to know that no poll is behind. */
export async function telling(
  trx: Trx,
  tenant: Tenant,
  { id, established_at, utc_offset_minutes }: Backfilled,
): Promise<BackfillScope> {
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
    polling: tenant.polling,
    topicPrefix: tenant.topics.prefix,
    traceparent: null,
  };
}
