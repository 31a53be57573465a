import { sql } from 'kysely';
import type { Resource, Tick } from '#core';
import type { Trx } from './database.ts';

/** How often a resource has news when another one tells that the watch has synced. */
const chance = 0.5;

/**
 * One sync of a watch moves many resources: those that move with it are listed now instead of in their own time, where
 * that is worth a request. A target that is being polled, or backs off, is left alone. Call it with the connection locked.
 */
export async function wakeSiblings(
  trx: Trx,
  { connection, at, polling, schedule, resource }: Tick,
  resources: readonly Resource[],
): Promise<void> {
  const siblings = resources.filter(({ name, hot }) => hot && name !== resource.name).map(({ name }) => name);
  const soonest = new Date(at + schedule.cadence.patience(chance));
  const listedBefore = at - polling.minSeconds * 1000;
  await sql`
    update poll_targets
    set next_due = ${new Date(at)},
      interval_seconds = greatest(0, (${at} - (cursor ->> 'listedAt')::float8) / 1000)
    where connection = ${connection.id} and resource = any(${siblings}::text[]) and kind = 'live'
      and suspended is null and failures = 0 and lease_token is null and next_due > ${soonest}
      and (cursor ->> 'listedAt')::float8 < ${listedBefore}`.execute(trx);
}
