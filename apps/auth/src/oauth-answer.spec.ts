import { describe, expect, it } from '@jest/globals';
import { BridgeError } from '#core';
import { readAnswer } from './oauth-answer.ts';

const now = Date.parse('2026-11-22T10:00:00Z');
const answer = (status: number, body: unknown, retryAfter?: string) => ({
  status,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  retryAfter,
});
const good = {
  access_token: 'a',
  refresh_token: 'r',
  expires_in: 3599,
  scope: 'sleep:read tests:read',
  x_user_id: 42,
  token_type: 'bearer',
};

function errorOf(status: number, body: unknown, retryAfter?: string): BridgeError {
  try {
    readAnswer(answer(status, body, retryAfter), now);
  } catch (error) {
    if (error instanceof BridgeError) return error;
  }
  throw new Error('it was accepted');
}

describe('readAnswer', () => {
  it('reads a grant', () => {
    expect(readAnswer(answer(200, good), now)).toEqual({
      accessToken: 'a',
      refreshToken: 'r',
      expiresInSeconds: 3599,
      scopes: ['sleep:read', 'tests:read'],
      polarUserId: '42',
    });
  });

  it('lives with what is left out, and with numbers as text', () => {
    expect(readAnswer(answer(200, { access_token: 'a', expires_in: '43199', x_user_id: 'u-1' }), now)).toEqual({
      accessToken: 'a',
      refreshToken: null,
      expiresInSeconds: 43_199,
      scopes: null,
      polarUserId: 'u-1',
    });
  });

  it.each([
    [200, '', 'PROVIDER_BODY_BROKEN', 'retry'],
    [200, '<html>', 'PROVIDER_BODY_BROKEN', 'retry'],
    [200, { ...good, expires_in: undefined }, 'PROVIDER_BODY_BROKEN', 'retry'],
    [200, { ...good, expires_in: 0 }, 'PROVIDER_BODY_BROKEN', 'retry'],
    [200, { ...good, access_token: '' }, 'PROVIDER_BODY_BROKEN', 'retry'],
    [200, [], 'PROVIDER_BODY_BROKEN', 'retry'],
    [400, { error: 'invalid_grant' }, 'TOKEN_REJECTED', 'reauthorise'],
    [401, { error: 'invalid_grant' }, 'TOKEN_REJECTED', 'reauthorise'],
    [401, { error: 'invalid_client' }, 'PROVIDER_REJECTED', 'drop'],
    [400, { error: 'invalid_request' }, 'PROVIDER_REJECTED', 'drop'],
    [403, '<html>', 'PROVIDER_REJECTED', 'drop'],
    [302, '', 'PROVIDER_REJECTED', 'drop'],
    [500, { error: 'invalid_grant' }, 'PROVIDER_UNAVAILABLE', 'retry'],
    [503, '<html>', 'PROVIDER_UNAVAILABLE', 'retry'],
    [408, '', 'PROVIDER_UNAVAILABLE', 'retry'],
    [429, '', 'PROVIDER_RATE_LIMITED', 'wait'],
  ])('tells errors apart: %i %j -> %s', (status, body, code, disposition) => {
    expect(errorOf(status, body)).toMatchObject({ code, disposition });
  });

  it('says how long to wait after a 429, where the provider does', () => {
    expect(errorOf(429, '', '120').waitUntil).toBe(now + 120_000);
    expect(errorOf(429, '', 'Sun, 22 Nov 2026 10:05:00 GMT').waitUntil).toBe(now + 300_000);
    expect(errorOf(429, '', 'soon').waitUntil).toBeUndefined();
  });

  it('keeps no text of the provider that could hold a secret', () => {
    const error = errorOf(400, { error: 'Refresh token abc123 unknown', error_description: 'abc123' });
    expect(JSON.stringify([error.message, error.fields])).not.toContain('abc123');
  });
});
