import { loadResources, ownTopics } from './load-resources.ts';

export { loadResources } from './load-resources.ts';

/** All resources, loaded once. */
export const resources = await loadResources();

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
