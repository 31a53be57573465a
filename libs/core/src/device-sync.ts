import type { LocalDate } from './calendar.ts';
import type { DomainEvent } from './event.ts';
import type { Tick } from './tick.ts';

/** News of one sync of a watch comes within this time: its resources are polled one after the other. */
export const syncBurstMs = 10 * 60_000;

/** Derived: the provider has no such thing. News of a hot resource means that a watch has synced. */
export function deviceSyncedEvent(tick: Tick, days: readonly LocalDate[]): DomainEvent {
  const observedAt = new Date(tick.at).toISOString();
  return {
    type: 'DeviceSynced',
    topic: 'device',
    resource: 'device-sync',
    identity: [observedAt],
    revision: 1,
    mode: 'live',
    observedAt,
    polarModifiedAt: null,
    utcOffsetMinutes: tick.connection.utcOffsetMinutes,
    data: { resource: tick.resource.name, days },
  };
}
