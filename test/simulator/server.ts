import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { answer, hangs, logOf, type ApiScene } from './api/api.ts';
import { happens } from './api/faults.ts';
import { OPEN_PATHS, operationAt } from './api/operations.ts';
import { json, text, waitOf, type Answer } from './answer.ts';
import { control } from './control/routes.ts';
import { authorize, decide, type OAuthScene } from './oauth/authorize.ts';
import { clientOf, token, type TokenRequest } from './oauth/token.ts';
import type { Simulator } from './simulator.ts';

/** Where the provider's API begins; the simulator has everything on one port. */
export const API_PREFIX = '/v4/data';

export type ServerScene = ApiScene & OAuthScene & { readonly simulator: () => Simulator };

export function serve(scene: ServerScene): Server {
  const server = createServer((request, response) => {
    handle(scene, request, response).catch((error: unknown) => {
      send(response, text(500, error instanceof Error ? (error.stack ?? error.message) : String(error)));
    });
  });
  // Longer than any client's own, so that no request meets a connection that is just being closed.
  server.keepAliveTimeout = 90_000;
  return server;
}

async function handle(scene: ServerScene, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://simulator');
  const method = request.method ?? 'GET';
  if (pathname.startsWith(`${API_PREFIX}/`)) return serveData(scene, request, response, pathname, query);
  if (pathname === '/oauth/token' && method === 'POST') return serveToken(scene, request, response);
  if (pathname === '/oauth/authorize') return send(response, authorize(scene, query, request.headers.cookie));
  if (pathname === '/oauth/consent' && method === 'POST') {
    return send(response, decide(scene, new URLSearchParams(await bodyOf(request))));
  }
  if (pathname.startsWith('/control/')) {
    const body = await bodyOf(request);
    return send(response, controlled(scene, `${method} ${pathname}`, query, body));
  }
  return send(response, text(404, 'Not found'));
}

async function serveData(
  scene: ServerScene,
  request: IncomingMessage,
  response: ServerResponse,
  pathname: string,
  query: URLSearchParams,
): Promise<void> {
  const { switches, now } = scene;
  const path = pathname.slice(API_PREFIX.length);
  const asked = { method: request.method ?? 'GET', path, query, authorization: request.headers.authorization };
  const log = OPEN_PATHS.includes(path) ? undefined : logOf(scene, asked);
  const leave = log?.arrive(operationAt(path)?.operation.path ?? path, now());
  response.on('close', () => {
    leave?.();
    if (!response.writableFinished) log?.abandon();
  });
  // The quota is settled on arrival, in the order in which requests come.
  const answered = answer(scene, asked, log);
  const wait = waitOf(switches.latency);
  if (wait > 0) await sleep(wait);
  // Never answered: the client has to give up by itself.
  if (answered.status < 429 && (happens(switches.timeout_rate) || hangs(scene, asked))) return;
  log?.answered(answered.status);
  send(response, answered);
}

async function serveToken(scene: ServerScene, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { grants, clients, logs, now } = scene;
  const form = new URLSearchParams(await bodyOf(request));
  const { authorization, 'content-type': contentType } = request.headers;
  const log = logs.get(clientOf(clients, authorization)?.id ?? '');
  log?.token(form.get('grant_type') ?? '', now());
  const athlete = grants.grantOf(form.get('refresh_token') ?? '')?.athlete.profile.name;
  // A client that goes away changes nothing: the provider is at work until it is done.
  const leave = athlete === undefined ? undefined : log?.refreshes.enter(athlete);
  try {
    await answerToken(scene, request, response, { authorization, contentType, form });
  } finally {
    leave?.();
  }
}

async function answerToken(
  { switches, grants, clients }: ServerScene,
  request: IncomingMessage,
  response: ServerResponse,
  asked: TokenRequest,
): Promise<void> {
  const wait = waitOf(switches.token_latency);
  if (happens(switches.token_5xx_rate)) {
    if (wait > 0) await sleep(wait, undefined, { ref: false });
    return send(response, text(503, 'Service unavailable'));
  }
  const answered = token(clients, grants, asked);
  if (wait > 0) await sleep(wait, undefined, { ref: false });
  if (happens(switches.token_lost_rate)) {
    request.socket.destroy();
    return undefined;
  }
  return send(response, answered);
}

function controlled(scene: ServerScene, route: string, query: URLSearchParams, body: string): Answer {
  try {
    return control(scene.simulator(), route, query, body === '' ? {} : JSON.parse(body));
  } catch (error) {
    return json(400, { error: String(error) });
  }
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  const length = status === 204 ? {} : { 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, { ...headers, ...length }).end(body);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
