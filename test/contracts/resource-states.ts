import { eventTypes, stateType, type Resource } from '#core';
import { dataOf } from './entity-data.ts';
import type { EventContract } from './event-contract.ts';
import { contractOf, resourcesFolder } from './resource-contract.ts';
import { aboutOf } from './resource-events.ts';
import { reachable } from './schema.ts';

/** The states of all facts of these resources, by topic: one type for each entity. */
export function states(resources: readonly Resource[], folder?: string): readonly EventContract[] {
  return resources.flatMap((resource) => resourceStates(resource, folder));
}

function resourceStates(resource: Resource, folder = resourcesFolder): readonly EventContract[] {
  const contract = contractOf(resource, eventTypes(resource), folder);
  const { entities, definitions } = dataOf(resource, contract);
  return Object.entries(resource.entities).map(([entity, { events }]) => {
    const data = entities[entity] ?? {};
    return {
      type: stateType(resource.topic, entity),
      topic: `${resource.topic}.state`,
      resource: resource.name,
      ofClient: resource.perClient,
      description: `What there is of ${aboutOf(resource, entity, contract)} now, whole. A message without a value says that there is none any more.`,
      identity: contract.entities?.[entity]?.identity ?? [],
      changedFields: 'never' as const,
      data,
      definitions: reachable(data, definitions),
      stateAs: events.recorded,
    };
  });
}
