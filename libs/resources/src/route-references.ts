import { objectsAt, textAt, type Fact, type JsonObject } from '#core';

/** The routes that a target's exercises follow: the only places where the API tells of a route (documented). */
export function routeReferences(target: JsonObject): Pick<Fact, 'references'> {
  const ids = objectsAt(target, 'exercise').flatMap((exercise) => textAt(exercise, 'routeId') ?? []);
  const routes = [...new Set(ids)].filter((id) => id !== '' && id !== '0');
  return routes.length === 0 ? {} : { references: { routes } };
}
