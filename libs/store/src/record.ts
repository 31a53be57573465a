import { sql } from 'kysely';
import {
  backfillOver,
  BridgeError,
  goesOn,
  goneState,
  mergeArrivals,
  nextDueAt,
  nextListing,
  readCursor,
  type Changes,
  type Cursor,
  type NextListing,
  type Resource,
  type Tick,
} from '#core';
import { endBackfill } from './backfill.ts';
import { isConflict } from './conflict.ts';
import type { Database, Trx } from './database.ts';
import { deviceSynced } from './device-sync.ts';
import { appendEvents, scopeOf } from './outbox.ts';
import { writeSnapshots } from './snapshots.ts';
import { relaxedCommit } from './relaxed-commit.ts';
import { lockConnection, ownTarget } from './own-target.ts';
import { wakeSiblings } from './wake.ts';

/** What a recorded poll came to. */
export interface Recorded {
  readonly events: number;
  readonly snapshots: number;
  readonly markerOnly: number;
  /** Epoch ms. */
  readonly nextDue: number;
  /** There is more to read at once: the lease is kept. */
  readonly goesOn: boolean;
}

/**
 * Writes everything that a poll found in ONE transaction: snapshots, cursor, triggers, events. Fenced: commits only while
 * the target's lease is still the tick's.
 * @param resources all that there are: a watch that comes back may have missed days of them
 * @throws BridgeError LEASE_LOST when another poll has taken the target over; DATABASE_CONFLICT when an event was recorded before
 */
export async function record(
  db: Database,
  tick: Tick,
  changes: Changes,
  resources: readonly Resource[] = [],
): Promise<Recorded> {
  try {
    return isQuiet(tick, changes)
      ? await recordQuiet(db, tick, changes, resources)
      : await recordChanges(db, tick, changes, resources);
  } catch (error) {
    if (isConflict(error)) {
      throw new BridgeError(
        'DATABASE_CONFLICT',
        'another transaction was faster; the poll starts over from the newest snapshots',
        { cause: error },
      );
    }
    throw error;
  }
}

function isQuiet(tick: Tick, changes: Changes): boolean {
  const over = tick.kind === 'backfill' && backfillOver(changes.cursor);
  return (
    !over &&
    changes.events.length === 0 &&
    changes.snapshots.length === 0 &&
    changes.synced === null &&
    (changes.utcOffsetMinutes === null || changes.utcOffsetMinutes === tick.connection.utcOffsetMinutes)
  );
}

/** Most polls find nothing: one statement, unless a trigger came in between. */
async function recordQuiet(
  db: Database,
  tick: Tick,
  changes: Changes,
  resources: readonly Resource[],
): Promise<Recorded> {
  const next = schedule(tick, changes.cursor, changes);
  const { numAffectedRows } = await sql`
    update poll_targets
    set cursor = ${JSON.stringify(changes.cursor)}::jsonb,
      lease_token = case when ${next.goesOn} then lease_token end, next_due = case when ${next.goesOn} then next_due else ${new Date(next.due)} end,
      interval_seconds = ${next.intervalSeconds}, seen_changes = ${next.rate.changes}, seen_days = ${next.rate.days}, last_polled_at = ${new Date(tick.at)}, failures = 0, last_error = null,
      last_data_at = coalesce(${changes.heldData ? new Date(tick.at) : null}::timestamptz, last_data_at)
    from ${relaxedCommit}
    where connection = ${tick.connection.id} and resource = ${tick.resource.name} and kind = ${tick.kind}
      and lease_token = ${tick.leaseToken} and cursor = ${JSON.stringify(tick.cursor)}::jsonb`.execute(db);
  if (numAffectedRows === 0n) return recordChanges(db, tick, changes, resources);
  return { events: 0, snapshots: 0, markerOnly: changes.markerOnly, nextDue: next.due, goesOn: next.goesOn };
}

async function recordChanges(
  db: Database,
  tick: Tick,
  changes: Changes,
  resources: readonly Resource[],
): Promise<Recorded> {
  return db.transaction().execute(async (trx) => {
    await lockConnection(trx, tick.connection.id);
    const stored = await ownTarget(
      trx.selectFrom('poll_targets').select('cursor').forUpdate(),
      tick,
    ).executeTakeFirst();
    if (stored === undefined) {
      throw new BridgeError(
        'LEASE_LOST',
        'the target was taken over by another poll; nothing of this one was recorded',
        {
          fields: { connection: tick.connection.id, resource: tick.resource.name },
        },
      );
    }
    const cursor = mergeArrivals(tick.cursor, readCursor(stored.cursor), changes.cursor);
    const next = schedule(tick, cursor, changes);

    const gone = await writeSnapshots(trx, tick, changes.snapshots);
    for (const { resource, dates } of changes.triggers) await trigger(trx, tick, resource, dates);
    const over = tick.kind === 'backfill' && backfillOver(cursor);
    const completed = over ? await endBackfill(trx, tick, cursor) : [];
    if (!over)
      await ownTarget(
        trx.updateTable('poll_targets').set({
          ...settled(tick, cursor, next),
          ...(changes.events.length > 0 && { last_changed_at: new Date(tick.at) }),
          ...(changes.heldData && { last_data_at: new Date(tick.at) }),
        }),
        tick,
      ).execute();
    if (changes.utcOffsetMinutes !== null && changes.utcOffsetMinutes !== tick.connection.utcOffsetMinutes) {
      await trx
        .updateTable('connections')
        .set({ utc_offset_minutes: changes.utcOffsetMinutes })
        .where('id', '=', tick.connection.id)
        .execute();
    }
    if (changes.synced !== null) await wakeSiblings(trx, tick, resources);
    const events = [...(await deviceSynced(trx, tick, changes, resources)), ...changes.events, ...completed];
    const states = tick.keepsState ? [...changes.states, ...gone.map((part) => goneState(tick, part))] : [];
    await appendEvents(trx, scopeOf(tick), events, states);
    return {
      events: events.length,
      snapshots: changes.snapshots.length,
      markerOnly: changes.markerOnly,
      nextDue: next.due,
      goesOn: next.goesOn,
    };
  });
}

interface Next extends NextListing {
  readonly due: number;
  readonly goesOn: boolean;
}

function schedule(tick: Tick, cursor: Cursor, { news }: Changes): Next {
  const next = nextListing(tick, { cursor, news });
  const after = { ...tick, cursor, intervalSeconds: next.intervalSeconds };
  return { ...next, due: nextDueAt(after), goesOn: goesOn(after) };
}

function settled(tick: Tick, cursor: Cursor, next: Next): { [column: string]: unknown } & { cursor: string } {
  return {
    cursor: JSON.stringify(cursor),
    ...(!next.goesOn && { lease_token: null, next_due: new Date(next.due) }),
    interval_seconds: next.intervalSeconds,
    seen_changes: next.rate.changes,
    seen_days: next.rate.days,
    last_polled_at: new Date(tick.at),
    failures: 0,
    last_error: null,
  };
}

/**
 * Another resource has to read these days again; the live one where it has no backfill beside it. A target that is being
 * polled right now sees it when it records.
 */
async function trigger(trx: Trx, tick: Tick, resource: string, dates: readonly string[]): Promise<void> {
  const since = new Date(tick.at).toISOString();
  const wants = Object.fromEntries(dates.map((date) => [date, { since, tries: 0, notBefore: 0 }]));
  await sql`
    update poll_targets
    set cursor = jsonb_set(cursor, '{wanted}', coalesce(cursor -> 'wanted', '{}') || ${JSON.stringify(wants)}::jsonb),
        next_due = case when lease_token is null then least(next_due, now()) else next_due end
    where connection = ${tick.connection.id} and resource = ${resource} and suspended is null
      and kind = case when exists (
        select from poll_targets own where own.connection = ${tick.connection.id} and own.resource = ${resource} and own.kind = ${tick.kind}
      ) then ${tick.kind} else 'live' end`.execute(trx);
}
