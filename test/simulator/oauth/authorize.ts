import { redirect, html, type Answer } from '../answer.ts';
import type { ClientOptions } from '../options.ts';
import type { Switches } from '../switches.ts';
import type { Athlete, World } from '../world/world.ts';
import { consentPage } from './consent-page.ts';
import type { Grants } from './grants.ts';
import { parseScopes } from './scopes.ts';

export interface OAuthScene {
  readonly clients: ReadonlyMap<string, ClientOptions>;
  readonly world: World;
  readonly grants: Grants;
  readonly switches: Switches;
}

/**
 * `GET /oauth/authorize`. There is nobody to log in: a `login_hint` or an `athlete` cookie names who consents, the
 * switch `auto_consent` takes the next athlete who has not, and else a page lets somebody choose.
 */
export function authorize(scene: OAuthScene, query: URLSearchParams, cookie: string | undefined): Answer {
  const request = check(scene, query);
  if ('status' in request) return request;
  const { world, switches } = scene;
  const mine = world.of(request.client.id);
  const named = query.get('login_hint') ?? cookieValue(cookie);
  if (named !== undefined) {
    const athlete = mine.find((one) => one.profile.name === named);
    return athlete ? consent(scene, query, athlete) : html(400, `<p>${request.client.id} has no such athlete.</p>`);
  }
  if (!switches.auto_consent) return consentPage(request.client.id, mine, query);
  const next = mine.find((one) => !one.connected);
  return next ? consent(scene, query, next) : html(400, '<p>Every athlete of this client is connected.</p>');
}

/** `POST /oauth/consent`: what the page sends. */
export function decide(scene: OAuthScene, form: URLSearchParams): Answer {
  const request = check(scene, form);
  if ('status' in request) return request;
  if (form.get('decision') === 'deny') return failed(request.client, 'access_denied', form.get('state'));
  const athlete = scene.world.of(request.client.id).find((one) => one.profile.name === form.get('athlete'));
  return athlete ? consent(scene, form, athlete) : html(400, '<p>No such athlete.</p>');
}

function consent(scene: OAuthScene, query: URLSearchParams, athlete: Athlete): Answer {
  const request = check(scene, query);
  if ('status' in request) return request;
  const { client, redirectUri } = request;
  if (scene.switches.deny) return failed(client, 'access_denied', query.get('state'));
  const scopes = request.scopes.filter((scope) => !scene.switches.drop_scope.includes(scope));
  // An athlete has a past by the time that anybody is allowed to read it.
  scene.world.history(athlete);
  const code = scene.grants.code({ client: client.id, athlete, scopes }, redirectUri);
  const to = new URL(redirectUri ?? defaultOf(client));
  to.searchParams.set('code', code);
  const state = query.get('state');
  if (state !== null) to.searchParams.set('state', state);
  return redirect(to.href);
}

/** A client or redirect URI that is not registered must never be redirected to. Other errors go to the default URL. */
function check(scene: OAuthScene, query: URLSearchParams) {
  const client = scene.clients.get(query.get('client_id') ?? '');
  if (client === undefined) return html(400, '<p>Unknown client_id.</p>');
  const redirectUri = query.get('redirect_uri') ?? undefined;
  if (redirectUri !== undefined && !client.redirectUris.includes(redirectUri)) {
    return html(400, '<p>redirect_uri is not registered.</p>');
  }
  const state = query.get('state');
  if (query.get('response_type') !== 'code') return failed(client, 'unsupported_response_type', state);
  const scopes = parseScopes(query.get('scope'));
  if (scopes === undefined) return failed(client, 'invalid_scope', state);
  return { client, redirectUri, scopes };
}

function failed(client: ClientOptions, error: string, state: string | null): Answer {
  const to = new URL(defaultOf(client));
  to.searchParams.set('error', error);
  if (state !== null) to.searchParams.set('state', state);
  return redirect(to.href);
}

function defaultOf(client: ClientOptions): string {
  const [first] = client.redirectUris;
  if (first === undefined) throw new Error(`client ${client.id} has no redirect URI`);
  return first;
}

function cookieValue(header: string | undefined): string | undefined {
  const pair = header?.split(/;\s*/).find((one) => one.startsWith('athlete='));
  return pair === undefined ? undefined : decodeURIComponent(pair.slice('athlete='.length));
}
