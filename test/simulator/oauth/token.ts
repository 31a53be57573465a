import { json, type Answer } from '../answer.ts';
import type { ClientOptions } from '../options.ts';
import type { Grants } from './grants.ts';

export interface TokenRequest {
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  readonly form: URLSearchParams;
}

/**
 * `POST /oauth/token`: HTTP Basic and a form, as documented. The error codes are those of RFC 6749, which the
 * documentation leaves out.
 */
export function token(clients: ReadonlyMap<string, ClientOptions>, grants: Grants, request: TokenRequest): Answer {
  const client = clientOf(clients, request.authorization);
  if (client === undefined) {
    const answer = failed(401, 'invalid_client');
    return { ...answer, headers: { ...answer.headers, 'www-authenticate': 'Basic realm="oauth"' } };
  }
  if (!request.contentType?.startsWith('application/x-www-form-urlencoded')) return failed(400, 'invalid_request');
  const { form } = request;
  const grant = form.get('grant_type');
  if (grant === 'authorization_code') return byCode(grants, client.id, form);
  if (grant === 'refresh_token') return byRefreshToken(grants, client.id, form);
  return failed(400, grant === null ? 'invalid_request' : 'unsupported_grant_type');
}

/** The client that HTTP Basic names and proves; RFC 6749 has both parts form encoded. */
export function clientOf(
  clients: ReadonlyMap<string, ClientOptions>,
  authorization: string | undefined,
): ClientOptions | undefined {
  const encoded = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const words = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = words.indexOf(':');
  if (colon < 0) return undefined;
  const client = clients.get(plain(words.slice(0, colon))) ?? clients.get(words.slice(0, colon));
  const secret = words.slice(colon + 1);
  return client !== undefined && [secret, plain(secret)].includes(client.secret) ? client : undefined;
}

function byCode(grants: Grants, client: string, form: URLSearchParams): Answer {
  const code = form.get('code');
  if (code === null) return failed(400, 'invalid_request');
  const grant = grants.redeem(code, client, form.get('redirect_uri') ?? undefined);
  return grant ? issued(grants.issue(grant)) : failed(400, 'invalid_grant');
}

function byRefreshToken(grants: Grants, client: string, form: URLSearchParams): Answer {
  const refreshToken = form.get('refresh_token');
  if (refreshToken === null) return failed(400, 'invalid_request');
  const exchanged = grants.exchange(refreshToken, client);
  return exchanged ? issued(grants.issue(exchanged.grant, exchanged.keep)) : failed(400, 'invalid_grant');
}

function issued(body: Record<string, unknown>): Answer {
  return json(200, body, { 'cache-control': 'no-store' });
}

function failed(status: number, error: string): Answer {
  return json(status, { error });
}

function plain(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
