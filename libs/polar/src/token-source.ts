import { createHash } from 'node:crypto';
import { request } from 'undici';
import { BridgeError } from '#core';
import type { TokenSource } from './with-auth.ts';

export interface TokenSourceOptions {
  /** Base URL of the auth service. */
  readonly authUrl: string;
  /** Bearer token of its internal routes. */
  readonly internalToken: string;
  readonly now: () => number;
}

/** Before a tenant that auth does not serve is asked for again: as long as the services need to see a changed tenant file. */
const notServedMs = 10_000;

/** A token is not used in its last seconds, so that it can't expire on the way. */
const reserveMs = 30_000;

interface Held {
  readonly accessToken: string;
  readonly expiresAt: number;
}

/** Short-lived access tokens from the auth service, kept in memory until they expire. Refresh tokens never come here. */
export function createTokenSource({ authUrl, internalToken, now }: TokenSourceOptions): TokenSource & {
  /**
   * Reports that the provider refuses the athlete for good: a 401 to a fresh token, or a missing consent. The verdict names
   * the token, so that it can't hit a consent that was given since.
   */
  reject(connection: string, reason: 'token_rejected' | 'consent_missing'): Promise<void>;
} {
  const held = new Map<string, Held>();
  const asked = new Map<string, Promise<string>>();
  const refused = new Map<string, string>();

  const post = async (path: string, body: unknown): Promise<AuthAnswer> => {
    try {
      const response = await request(new URL(path, authUrl), {
        method: 'POST',
        headers: { authorization: `Bearer ${internalToken}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        headersTimeout: 20_000,
        bodyTimeout: 20_000,
      });
      const json = objectIn(await response.body.text());
      const retryAfter = Number(response.headers['retry-after'] ?? Number.NaN);
      return { status: response.statusCode, json, retryAfter };
    } catch (error) {
      throw new BridgeError('AUTH_UNAVAILABLE', 'the auth service could not be reached (AUTH_URL); it is tried again', {
        cause: error,
      });
    }
  };

  const ask = async (connection: string): Promise<string> => {
    const rejected = refused.get(connection);
    const answer = await post(
      `/internal/v1/connections/${connection}/access-token`,
      rejected === undefined ? {} : { rejected },
    );
    const { status, json } = answer;
    if (isNotServed(answer)) throw notServed(now());
    if (isVerdict(answer)) {
      throw new BridgeError(
        'TOKEN_REJECTED',
        'the connection has no usable token: the athlete has to give consent again',
      );
    }
    if (status === 503 && 'disposition' in json && json.disposition === 'wait' && answer.retryAfter > 0) {
      throw new BridgeError(
        'BUDGET_EXHAUSTED',
        'auth asks to wait: for the quota, or for a refresh whose end it does not know yet',
        {
          waitUntil: now() + answer.retryAfter * 1000,
        },
      );
    }
    if (status !== 200 || !isToken(json)) throw unusable(answer, 'instead of an access token');
    refused.delete(connection);
    held.set(connection, { accessToken: json.accessToken, expiresAt: Date.parse(json.expiresAt) });
    return json.accessToken;
  };

  return {
    async accessToken(connection) {
      const token = held.get(connection);
      if (token !== undefined && token.expiresAt - reserveMs > now()) return token.accessToken;
      held.delete(connection);
      const running = asked.get(connection) ?? ask(connection).finally(() => asked.delete(connection));
      asked.set(connection, running);
      return running;
    },
    refused(connection, accessToken) {
      if (held.get(connection)?.accessToken === accessToken) held.delete(connection);
      refused.set(connection, fingerprint(accessToken));
    },
    async reject(connection, reason) {
      const token = held.get(connection)?.accessToken;
      const rejected = token === undefined ? refused.get(connection) : fingerprint(token);
      held.delete(connection);
      // Without a token of ours the verdict came from auth itself.
      if (rejected === undefined) return;
      const answer = await post(`/internal/v1/connections/${connection}/rejections`, { reason, rejected });
      if (isNotServed(answer)) throw notServed(now());
      if (answer.status !== 204 && !isVerdict(answer)) throw unusable(answer, 'to a rejection');
    },
  };
}

interface AuthAnswer {
  readonly status: number;
  readonly json: object;
  /** Seconds; NaN where the answer has none. */
  readonly retryAfter: number;
}

/** That auth itself says so, and not something in front of it: its problem details carry a code of ours. */
function isVerdict({ status, json }: AuthAnswer): boolean {
  return (status === 404 || status === 409) && 'code' in json && typeof json.code === 'string';
}

/** It may know so before us, from its own look at the tenant file. Says nothing of the athlete's consent. */
function isNotServed({ json }: AuthAnswer): boolean {
  return 'code' in json && (json.code === 'TENANT_PAUSED' || json.code === 'TENANT_UNKNOWN');
}

function notServed(now: number): BridgeError {
  return new BridgeError('TENANT_NOT_SERVED', 'auth says that the tenant is paused or not in the tenant file', {
    waitUntil: now + notServedMs,
  });
}

function unusable({ status }: AuthAnswer, instead: string): BridgeError {
  return new BridgeError('AUTH_UNAVAILABLE', `the auth service answered ${status} ${instead}; it is tried again`, {
    fields: { status },
  });
}

/** Something in front of auth, or in its place, may answer with a page. */
function objectIn(text: string): object {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null ? json : {};
  } catch {
    return {};
  }
}

/** How auth knows a token again without being shown it. */
function fingerprint(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function isToken(json: object): json is { accessToken: string; expiresAt: string } {
  return (
    'accessToken' in json &&
    typeof json.accessToken === 'string' &&
    'expiresAt' in json &&
    typeof json.expiresAt === 'string'
  );
}
