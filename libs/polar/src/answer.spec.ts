import { describe, expect, it } from '@jest/globals';
import { atOnce, BridgeError, type ErrorCode, type Json } from '#core';
import { answer } from './answer.ts';
import type { PolarResponse } from './request.ts';

const now = Date.parse('2026-06-15T12:00:00Z');
const of = (status: number, body = '', headers: PolarResponse['headers'] = {}): Json | undefined =>
  atOnce(answer({ status, body, headers }, { path: '/sleeps', now, shortestWindowSeconds: 900 }));

function refusal(status: number, body = '', headers: PolarResponse['headers'] = {}): BridgeError {
  try {
    of(status, body, headers);
  } catch (error) {
    if (error instanceof BridgeError) return error;
  }
  throw new Error('it was an answer');
}

describe('answer', () => {
  it.each([
    [200, ''],
    [200, ' \n'],
    [204, ''],
    [404, '{"errorMessage":"No data"}'],
    [404, '<html>'],
  ])('takes %i %j for no data', (status, body) => {
    expect(of(status, body)).toBeUndefined();
  });

  it.each(['{}', '[]', 'null', '0', '{"nightSleeps":[]}'])('gives the body %s', (body) => {
    expect(of(200, body)).toEqual(JSON.parse(body));
  });

  it.each<[number, string, ErrorCode]>([
    [400, "Value for key 'from' could not be parsed as datetime", 'PROVIDER_REJECTED'],
    [400, '{"errorMessage":"Query parameter \'from\' is required"}', 'PROVIDER_REJECTED'],
    [301, '', 'PROVIDER_REJECTED'],
    [405, '', 'PROVIDER_REJECTED'],
    [401, '<html><title>HTTP Status 401</title>', 'TOKEN_REJECTED'],
    [403, '{"errorMessage":"Missing required scope: sports:read"}', 'SCOPE_MISSING'],
    [403, '{"error":"Missing required scope: sports:read"}', 'SCOPE_MISSING'],
    [403, '{"errorMessage":"User has not accepted all mandatory consents"}', 'CONSENT_MISSING'],
    [403, '', 'CONSENT_MISSING'],
    [429, '', 'PROVIDER_RATE_LIMITED'],
    [500, 'Unexpected error occurred', 'PROVIDER_UNAVAILABLE'],
    [502, '<html>', 'PROVIDER_UNAVAILABLE'],
    [503, '', 'PROVIDER_UNAVAILABLE'],
  ])('takes %i %j for %s', (status, body, code) => {
    const error = refusal(status, body);
    expect(error.code).toBe(code);
    expect(error.message).toContain('/sleeps');
  });

  it('names the scope that is missing, and repeats what the provider says is wrong with the request', () => {
    expect(refusal(403, '{"error":"Missing required scope: sports:read"}').fields).toEqual({ scope: 'sports:read' });
    expect(refusal(400, '{"errorMessage":"Query parameter \'from\' is required"}').message).toContain(
      "Query parameter 'from' is required",
    );
    expect(refusal(400, 'plain').message).toContain('no reason given');
    expect(refusal(503).fields).toEqual({ status: 503 });
  });

  it('takes a 200 that is not JSON for their fault, never for no data, and quotes nothing of it', () => {
    const error = refusal(200, '{"heartRate": 61, "note": "PRIV', { 'content-type': 'application/json' });
    expect([error.code, error.disposition]).toEqual(['PROVIDER_BODY_BROKEN', 'retry']);
    expect(error.message).toContain('application/json, 31 characters');
    expect(`${error.message} ${String(error.cause)} ${JSON.stringify(error.fields)}`).not.toMatch(/PRIV|61/);
  });
});

describe('the pause after a 429', () => {
  it.each<[string, PolarResponse['headers'], number]>([
    ['Retry-After in seconds', { 'retry-after': '17' }, 17],
    ['the first of two', { 'retry-after': ['17', '99'] }, 17],
    ['Retry-After as a date', { 'retry-after': 'Mon, 15 Jun 2026 12:01:30 GMT' }, 90],
    ['the whole window: a date that is over', { 'retry-after': 'Mon, 15 Jun 2026 11:00:00 GMT' }, 900],
    ['the whole window: not a time at all', { 'retry-after': 'soon' }, 900],
    ['the whole window: a zero', { 'retry-after': '0' }, 900],
    ['the whole window: nothing said', {}, 900],
    [
      'the reset of the window that is used up',
      { 'ratelimit-usage': '520, 1200', 'ratelimit-limit': '520, 5100', 'ratelimit-reset': '784, 72000' },
      784,
    ],
    [
      'the longer reset when both are',
      { 'ratelimit-usage': '520, 5100', 'ratelimit-limit': '520, 5100', 'ratelimit-reset': '784, 72000' },
      72_000,
    ],
    [
      'the whole window: none is used up',
      { 'ratelimit-usage': '5, 5', 'ratelimit-limit': '520, 5100', 'ratelimit-reset': '784, 72000' },
      900,
    ],
    [
      'Retry-After, though a reset is there',
      { 'retry-after': '3', 'ratelimit-usage': '520', 'ratelimit-limit': '520', 'ratelimit-reset': '784' },
      3,
    ],
  ])('is %s', (_, headers, seconds) => {
    const { disposition, waitUntil } = refusal(429, '', headers);
    expect([disposition, ((waitUntil ?? 0) - now) / 1000]).toEqual(['wait', seconds]);
  });
});
