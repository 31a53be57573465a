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

/** A token is not used in its last seconds, so that it can't expire on the way. */
const reserveMs = 30_000;

interface Held {
  readonly accessToken: string;
  readonly expiresAt: number;
}

/** Short-lived access tokens from the auth service, kept in memory until they expire. Refresh tokens never come here. */
export function createTokenSource({ authUrl, internalToken, now }: TokenSourceOptions): TokenSource & {
  /** Reports that the provider refuses the athlete for good: a 401 to a fresh token, or a missing consent. */
  reject(connection: string, reason: 'token_rejected' | 'consent_missing'): Promise<void>;
} {
  const held = new Map<string, Held>();
  const asked = new Map<string, Promise<string>>();
  const refused = new Map<string, string>();

  const post = async (path: string, body: unknown): Promise<{ status: number; json: unknown }> => {
    try {
      const response = await request(new URL(path, authUrl), {
        method: 'POST',
        headers: { authorization: `Bearer ${internalToken}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        headersTimeout: 20_000,
        bodyTimeout: 20_000,
      });
      const text = await response.body.text();
      return { status: response.statusCode, json: text === '' ? undefined : JSON.parse(text) };
    } catch (error) {
      throw new BridgeError('AUTH_UNAVAILABLE', 'the auth service could not be reached (AUTH_URL); it is tried again', {
        cause: error,
      });
    }
  };

  const ask = async (connection: string): Promise<string> => {
    const rejected = refused.get(connection);
    const { status, json } = await post(
      `/internal/v1/connections/${connection}/access-token`,
      rejected === undefined ? {} : { rejected },
    );
    if (status === 409 || status === 404) {
      throw new BridgeError(
        'TOKEN_REJECTED',
        'the connection has no usable token: the athlete has to give consent again',
      );
    }
    if (status !== 200 || !isToken(json)) {
      throw new BridgeError(
        'AUTH_UNAVAILABLE',
        `the auth service answered ${status} instead of an access token; it is tried again`,
        { fields: { status } },
      );
    }
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
      refused.set(connection, createHash('sha256').update(accessToken).digest('hex'));
    },
    async reject(connection, reason) {
      held.delete(connection);
      const { status } = await post(`/internal/v1/connections/${connection}/rejections`, { reason });
      if (status >= 500)
        throw new BridgeError(
          'AUTH_UNAVAILABLE',
          `the auth service answered ${status} to a rejection; it is tried again`,
          { fields: { status } },
        );
    },
  };
}

function isToken(json: unknown): json is { accessToken: string; expiresAt: string } {
  return (
    typeof json === 'object' &&
    json !== null &&
    'accessToken' in json &&
    typeof json.accessToken === 'string' &&
    'expiresAt' in json &&
    typeof json.expiresAt === 'string'
  );
}
