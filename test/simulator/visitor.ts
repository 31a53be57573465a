import type { Simulator } from './index.ts';
import { SCOPES } from './oauth/scopes.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; throws where it is none. */
  readonly json: <T = Record<string, unknown>>() => T;
}

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly scope: string;
  readonly expires_in: number;
  readonly x_user_id?: number;
}

/** The least client that can talk to the simulator: for its own tests, and to connect athletes in a hurry. */
export function visitor(simulator: Simulator, client = simulator.clients[0]) {
  if (client === undefined) throw new Error('the simulator has no client');
  const { id, secret } = client;
  const basic = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;

  async function send(url: string, init: RequestInit = {}): Promise<Reply> {
    const response = await fetch(url, { redirect: 'manual', ...init });
    const body = await response.text();
    return { status: response.status, headers: response.headers, text: body, json: <T>() => JSON.parse(body) as T };
  }

  function authorize(query: Record<string, string>, headers: Record<string, string> = {}): Promise<Reply> {
    const all = { client_id: id, response_type: 'code', scope: SCOPES.join(' '), ...query };
    return send(`${simulator.authUrl}/authorize?${new URLSearchParams(all).toString()}`, { headers });
  }

  function token(form: Record<string, string>, authorization = basic): Promise<Reply> {
    const body = new URLSearchParams(form);
    return send(`${simulator.authUrl}/token`, { method: 'POST', headers: { authorization }, body });
  }

  async function connect(athlete: string, query: Record<string, string> = {}): Promise<Tokens> {
    const consented = await authorize({ login_hint: athlete, ...query });
    const code = landing(consented).get('code') ?? '';
    const redirectUri = query['redirect_uri'];
    const form = { grant_type: 'authorization_code', code, ...(redirectUri && { redirect_uri: redirectUri }) };
    return (await token(form)).json<Tokens>();
  }

  const refresh = (refreshToken: string) => token({ grant_type: 'refresh_token', refresh_token: refreshToken });
  const get = (tokens: Pick<Tokens, 'access_token'>, path: string) =>
    send(`${simulator.apiUrl}${path}`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
  const control = (method: string, path: string, body?: unknown) =>
    send(`${simulator.url}/control${path}`, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });

  return { authorize, token, connect, refresh, get, control, send };
}

/** The query of the address that a redirect leads to. */
export function landing(reply: Reply): URLSearchParams {
  return new URL(reply.headers.get('location') ?? 'none:').searchParams;
}

/** `from=...&to=...` over whole days; as datetimes for the operations that want them. */
export function days(from: string, to: string, features: readonly string[] = [], time = ''): string {
  return [`from=${from}${time}&to=${to}${time}`, ...features.map((feature) => `features=${feature}`)].join('&');
}
