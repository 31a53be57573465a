import { text, type Answer } from '../answer.ts';
import type { Grants } from '../oauth/grants.ts';
import type { RequestLog } from '../quota/request-log.ts';
import { rateLimitHeaders, windowUse } from '../quota/enforcement.ts';
import type { Switches } from '../switches.ts';
import type { World } from '../world/world.ts';
import { poisoned, serverError, spoiled } from './faults.ts';
import { form } from './form.ts';
import { firstDateKept, OPERATIONS, type Operation } from './operations.ts';
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

const BY_PATH: ReadonlyMap<string, Operation> = new Map(OPERATIONS.map((operation) => [operation.path, operation]));

/** Whose quota a request is charged to; nobody's if no token that we ever issued came with it. */
export function logOf(scene: ApiScene, request: ApiRequest): RequestLog | undefined {
  const token = scene.grants.bearer(bearer(request));
  return token === undefined ? undefined : scene.logs.get(token.grant.client);
}

/** Answers a request that has been counted in `log` already: refused calls count too. */
export function answer(scene: ApiScene, request: ApiRequest, log: RequestLog | undefined): Answer {
  if (request.path === '/hello') return text(200, 'Hello');
  const { switches } = scene;
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
  const operation = BY_PATH.get(request.path);
  if (operation === undefined) return problem(404, 'Not found', switches);
  if (request.method !== 'GET') return problem(405, 'Method not allowed', switches);

  const { athlete, scopes } = token.grant;
  if (athlete.revoked && switches.revoked_answer !== '403') return problem(401, 'Unauthorized', switches);
  if (!scopes.includes(operation.scope)) return problem(403, `Missing required scope: ${operation.scope}`, switches);
  if (athlete.revoked) return problem(403, 'Forbidden', switches);

  const keptFrom = firstDateKept(now(), athlete.profile.utcOffsetMinutes);
  const asked = parameters(operation, request.query, keptFrom, switches);
  if ('refusal' in asked) return problem(400, asked.refusal, switches);
  const failure = poisoned(operation, asked, athlete.profile.name, switches) ?? serverError(switches);
  if (failure) return failure;

  const history = world.history(athlete);
  const { content } = operation;
  const found = 'many' in content ? content.many(history, asked) : content.one(history, asked);
  return spoiled(form(operation, found, switches), switches);
}

function bearer(request: ApiRequest): string {
  return /^Bearer (\S+)$/i.exec(request.authorization ?? '')?.[1] ?? '';
}
