import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from './problem.ts';

interface Route {
  readonly path: RegExp;
  readonly methods: readonly string[];
}

/**
 * Follows which routes there are.
 * @returns throws 405 with `Allow` for a request that no route takes, if there is one of its path
 */
export function otherMethods(fastify: FastifyInstance): (request: FastifyRequest) => void {
  const routes: Route[] = [];
  fastify.addHook('onRoute', ({ url, method }) => {
    routes.push({ path: patternOf(url), methods: [method].flat() });
  });
  return ({ method, url }) => {
    const [path = ''] = url.split('?', 1);
    const allowed = new Set(routes.filter((route) => route.path.test(path)).flatMap(({ methods }) => methods));
    if (allowed.size === 0) return;
    const allow = [...allowed].toSorted().join(', ');
    throw new Problem(405, `There is no ${method} of this path. Allowed: ${allow}.`, { headers: { allow } });
  };
}

/** `/v1/tenants/:tenant` and `/docs/*`, as the router reads them. */
function patternOf(url: string): RegExp {
  const source = url
    .replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll(/:[^/]+/g, '[^/]+')
    .replaceAll('*', '.*');
  return new RegExp(`^${source}$`);
}
