import type { Resource } from '#core';
import type { EventContract } from './event-contract.ts';
import { ownEvents } from './own-events.ts';
import { resourceEvents } from './resource-events.ts';

/** The contracts of all event types, by topic, in the order in which descriptors name them. */
export function contracts(resources: readonly Resource[], folder?: string): readonly EventContract[] {
  const all = [...ownEvents(), ...resources.flatMap((resource) => resourceEvents(resource, folder))];
  return [...Map.groupBy(all, ({ topic }) => topic).values()].flat();
}
