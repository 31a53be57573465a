import { image, text, type Answer } from '../answer.ts';
import type { Grants } from '../oauth/grants.ts';
import type { RequestLog } from '../quota/request-log.ts';
import { rateLimitHeaders, windowUse } from '../quota/enforcement.ts';
import type { Switches } from '../switches.ts';
import type { History } from '../world/history.ts';
import type { World } from '../world/world.ts';
import { poisoned, serverError, spoiled } from './faults.ts';
import type { Asked, Content } from './content.ts';
import { itemForm, listForm } from './form.ts';
import { firstDateKept, OPEN_PATHS, operationAt, type Operation } from './operations.ts';
import { parameters } from './parameters.ts';
import { problem } from './problem.ts';

export interface ApiScene {
  readonly world: World;
  readonly grants: Grants;
  readonly switches: Switches;
  readonly logs: ReadonlyMap<string, RequestLog>;
  readonly now: () => number;
}

export interface ApiRequest {
  readonly method: string;
  /** Below `/v4/data`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
}

/** Whose quota a request is charged to; nobody's if no token that we ever issued came with it. */
export function logOf(scene: ApiScene, request: ApiRequest): RequestLog | undefined {
  const token = scene.grants.bearer(bearer(request));
  return token === undefined ? undefined : scene.logs.get(token.grant.client);
}

/** Whether nothing of this athlete's is ever answered. */
export function hangs({ grants, switches }: ApiScene, request: ApiRequest): boolean {
  const name = grants.bearer(bearer(request))?.grant.athlete.profile.name;
  return name !== undefined && switches.hanging_athletes.includes(name);
}

/** Answers a request that has been counted in `log` already: refused calls count too. */
export function answer(scene: ApiScene, request: ApiRequest, log: RequestLog | undefined): Answer {
  const { switches } = scene;
  if (OPEN_PATHS.includes(request.path)) return serverError(switches) ?? text(200, 'Hello');
  if (log === undefined) return respond(scene, request);

  const uses = windowUse(log.instants, log.quota, scene.now(), switches.rate_window);
  const headers = rateLimitHeaders(uses, switches.ratelimit_headers);
  const over = uses.filter((use) => use.isOver);
  for (const { window } of over) log.refuse(window);
  if (over.length > 0) return problem(429, 'Too many requests', switches, headers);
  const answered = respond(scene, request);
  return { ...answered, headers: { ...answered.headers, ...headers } };
}

/** The order of the checks - token, scope, consent, parameters - is not documented. */
function respond(scene: ApiScene, request: ApiRequest): Answer {
  const { grants, switches, world, now } = scene;
  const token = grants.bearer(bearer(request));
  if (token === undefined || token.expires <= now()) return problem(401, 'Unauthorized', switches);
  const called = operationAt(request.path);
  if (called === undefined) return problem(404, 'Not found', switches);
  const { operation, values } = called;
  if (request.method !== 'GET') return problem(405, 'Method not allowed', switches);

  const { athlete, scopes } = token.grant;
  if (athlete.revoked && switches.revoked_answer !== '403') return problem(401, 'Unauthorized', switches);
  if (!scopes.includes(operation.scope)) return problem(403, `Missing required scope: ${operation.scope}`, switches);
  if (athlete.revoked) return problem(403, 'Forbidden', switches);

  const keptFrom = firstDateKept(now(), world.profileOf(athlete).utcOffsetMinutes);
  const asked = parameters(operation, { query: request.query, values, keptFrom }, switches);
  if ('refusal' in asked) return problem(400, asked.refusal, switches);
  const failure = poisoned(operation, asked, athlete.profile.name, switches) ?? serverError(switches);
  return failure ?? spoiled(content(operation, world.history(athlete), asked, switches), switches);
}

function content(operation: Operation, history: History, asked: Asked, switches: Switches): Answer {
  const served: Content = operation.content;
  if ('many' in served) {
    return listForm(operation, served.many(history, asked), served.beside?.(history) ?? {}, switches);
  }
  const found = 'one' in served ? served.one(history, asked) : served.image(history, asked);
  // Not documented, neither for a route nor for a picture.
  if (found === undefined) return problem(404, 'Not found', switches);
  return Buffer.isBuffer(found) ? image('image/png', found) : itemForm(operation, found, switches);
}

function bearer(request: ApiRequest): string {
  return /^Bearer (\S+)$/i.exec(request.authorization ?? '')?.[1] ?? '';
}
