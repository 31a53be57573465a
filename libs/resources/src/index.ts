import { eventTypes } from '#core';
import { loadResources, ownEventTypes, ownTopics } from './load-resources.ts';

export { loadResources, ownEventTypes } from './load-resources.ts';

/** All resources, loaded once. */
export const resources = await loadResources();

/** Names of all types of events there are, in the order of the alphabet, such as `SleepScored`. */
export function allEventTypes(): readonly string[] {
  return [...ownEventTypes, ...resources.flatMap(eventTypes)].toSorted();
}

/** Last parts of all topics of a tenant. */
export function topics(): readonly string[] {
  return [...ownTopics, ...resources.map(({ topic }) => topic)];
}

/** Last parts of the topics that may have a topic of states beside them: one holds what a resource tells. */
export function stateTopics(): readonly string[] {
  return resources.map(({ topic }) => topic);
}

/** @param wanted the tenant's `resources`: `all`, or names */
export function resourcesOf(wanted: 'all' | readonly string[]): typeof resources {
  return wanted === 'all' ? resources : resources.filter(({ name }) => wanted.includes(name));
}
