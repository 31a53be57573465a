import {
  daysAway,
  deviceSyncedEvent,
  syncBurstMs,
  type Changes,
  type DomainEvent,
  type Resource,
  type Tick,
} from '#core';
import { beginBackfill, underWay } from './backfill.ts';
import type { Trx } from './database.ts';

/**
 * One sync of a watch moves several resources, which are polled one after the other: only the first of a burst tells of it.
 * A watch that was away for longer than some resources are watched begins a small backfill of their days in between.
 * Call it with the connection locked.
 * @param resources all that there are
 */
export async function deviceSynced(
  trx: Trx,
  tick: Tick,
  { synced }: Changes,
  resources: readonly Resource[],
): Promise<readonly DomainEvent[]> {
  if (synced === null) return [];
  const before = await trx
    .selectFrom('connections')
    .select('device_synced_at')
    .where('id', '=', tick.connection.id)
    .executeTakeFirst();
  const { numUpdatedRows } = await trx
    .updateTable('connections')
    .set({ device_synced_at: new Date(tick.at) })
    .where('id', '=', tick.connection.id)
    .where((where) =>
      where.or([
        where('device_synced_at', 'is', null),
        where('device_synced_at', '<=', new Date(tick.at - syncBurstMs)),
      ]),
    )
    .executeTakeFirstOrThrow();
  if (numUpdatedRows === 0n) return [];
  const away = await cameBack(trx, tick, before?.device_synced_at ?? null, resources);
  return [deviceSyncedEvent(tick, synced), ...away];
}

/** While another backfill is under way, the reconciliation finds these days. */
async function cameBack(
  trx: Trx,
  tick: Tick,
  before: Date | null,
  resources: readonly Resource[],
): Promise<readonly DomainEvent[]> {
  const { from, resources: missed } = daysAway(tick, before?.getTime() ?? null, resources);
  if (missed.length === 0) return [];
  if (await underWay(trx, tick.connection.id)) return [];
  const targets = await trx
    .selectFrom('poll_targets')
    .select('resource')
    .where('connection', '=', tick.connection.id)
    .where('kind', '=', 'live')
    .where('suspended', 'is', null)
    .execute();
  const polled = new Set(targets.map(({ resource }) => resource));
  return beginBackfill(trx, tick, { origin: 'device', from, resources: missed.filter(({ name }) => polled.has(name)) });
}
