import { deviceSyncedEvent, syncBurstMs, type Changes, type DomainEvent, type Tick } from '#core';
import type { Trx } from './database.ts';

/**
 * One sync of a watch moves several resources, which are polled one after the other: only the first of a burst tells of it.
 * Call it with the connection locked.
 */
export async function deviceSynced(trx: Trx, tick: Tick, { synced }: Changes): Promise<readonly DomainEvent[]> {
  if (synced === null) return [];
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
  return numUpdatedRows === 0n ? [] : [deviceSyncedEvent(tick, synced)];
}
