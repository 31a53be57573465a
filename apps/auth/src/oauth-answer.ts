import { BridgeError } from '#core';

/** What the provider's token endpoint grants. */
export interface Grant {
  readonly accessToken: string;
  /** Null when the provider keeps the old one valid. */
  readonly refreshToken: string | null;
  readonly expiresInSeconds: number;
  /** Null when the provider doesn't say. */
  readonly scopes: readonly string[] | null;
  readonly polarUserId: string | null;
}

export interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: string;
}

/**
 * Reads an answer of the token endpoint. Errors are told apart by what they mean for the consent:
 * TOKEN_REJECTED (code or refresh token is no good), PROVIDER_REJECTED (our client is no good), the rest passes by itself.
 * @param now epoch ms
 */
export function readAnswer({ status, retryAfter, body }: Answer, now: number): Grant {
  const content = parse(body);
  if (status === 200) return readGrant(content);
  const reason =
    typeof content?.['error'] === 'string' && /^[a-z_]{1,40}$/.test(content['error']) ? content['error'] : 'none';
  const fields = { status, reason };
  if (status === 429) {
    const waitUntil = pauseEnd(retryAfter, now);
    throw new BridgeError('PROVIDER_RATE_LIMITED', 'The token endpoint says that the quota is used up', {
      fields,
      ...(waitUntil !== undefined && { waitUntil }),
    });
  }
  if (status >= 500 || status === 408) {
    throw new BridgeError('PROVIDER_UNAVAILABLE', 'The token endpoint does not work at the moment', { fields });
  }
  if (reason === 'invalid_grant') {
    throw new BridgeError('TOKEN_REJECTED', 'The token endpoint does not accept the grant (any more)', { fields });
  }
  throw new BridgeError(
    'PROVIDER_REJECTED',
    "The token endpoint refuses the request: check the tenant's client id and secret",
    { fields },
  );
}

function readGrant(content: Readonly<Record<string, unknown>> | undefined): Grant {
  const expiresIn = Number(content?.['expires_in']);
  const accessToken = content?.['access_token'];
  if (typeof accessToken !== 'string' || accessToken === '' || !(expiresIn > 0) || !Number.isFinite(expiresIn)) {
    throw new BridgeError('PROVIDER_BODY_BROKEN', 'The token endpoint answered 200 without a usable token');
  }
  const { refresh_token: refreshToken, scope, x_user_id: user } = content as Readonly<Record<string, unknown>>;
  return {
    accessToken,
    refreshToken: typeof refreshToken === 'string' && refreshToken !== '' ? refreshToken : null,
    expiresInSeconds: expiresIn,
    scopes: typeof scope === 'string' && scope.trim() !== '' ? scope.trim().split(/[\s,]+/) : null,
    polarUserId: (typeof user === 'string' && user !== '') || typeof user === 'number' ? String(user) : null,
  };
}

function parse(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const content: unknown = JSON.parse(body);
    return typeof content === 'object' && content !== null ? (content as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Retry-After is a number of seconds or a date. */
function pauseEnd(retryAfter: string | undefined, now: number): number | undefined {
  if (retryAfter === undefined) return undefined;
  const end = /^\d+$/.test(retryAfter) ? now + Number(retryAfter) * 1000 : Date.parse(retryAfter);
  return Number.isFinite(end) ? end : undefined;
}
