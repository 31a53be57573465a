import { describe, expect, it } from '@jest/globals';
import { redact, redacted, scrub } from './redact.ts';

describe('redact', () => {
  it('replaces secret-looking keys at any depth, whatever they hold', () => {
    const given = {
      tenant: 'acme',
      list: [{ accessToken: 'a', nested: { Authorization: { x: 1 }, 'set-cookie': ['b'] } }],
      code: 'c',
    };
    expect(redact(given)).toEqual({
      tenant: 'acme',
      list: [{ accessToken: redacted, nested: { Authorization: redacted, 'set-cookie': redacted } }],
      code: redacted,
    });
  });

  it('names nobody', () => {
    const given = { userReference: 'alice', polarUserId: 7, user_reference: 'a', email: 'a@b', connection: 'c1' };
    expect(redact(given)).toEqual({
      userReference: redacted,
      polarUserId: redacted,
      user_reference: redacted,
      email: redacted,
      connection: 'c1',
    });
  });

  it('keeps the absence of a secret visible', () => {
    expect(redact({ token: null, password: undefined })).toEqual({ token: null, password: undefined });
  });

  it.each([
    ['Bearer abc.def-_', `Bearer ${redacted}`],
    ['sent bearer AAAA== to x', `sent bearer ${redacted} to x`],
    ['Basic Zm9vOmJhcg==', `Basic ${redacted}`],
    ['https://h/cb?code=xyz&state=s1&x=1', `https://h/cb?code=${redacted}&state=${redacted}&x=1`],
    [`GET /connect/${'a'.repeat(22)}.t9x.${'b'.repeat(43)} 404`, `GET /connect/${redacted} 404`],
    ['dist.apps.auth-service.main', 'dist.apps.auth-service.main'],
    ['postgres://app:hunter2@db:5432/x', `postgres://app:${redacted}@db:5432/x`],
    ['redis://:hunter2@cache:6379', `redis://:${redacted}@cache:6379`],
    ['nothing to hide at http://h/p?q=1', 'nothing to hide at http://h/p?q=1'],
  ])('scrubs %s', (given, expected) => {
    expect(scrub(given)).toBe(expected);
  });

  it('tells an error with its cause and its code, but without its secrets', () => {
    const error = Object.assign(new Error('sent Bearer abc', { cause: new Error('inner ?code=1') }), {
      code: 'NOT_FOUND',
      disposition: 'drop',
      fields: { refreshToken: 'x', path: '/sleeps' },
    });
    expect(redact({ error })).toMatchObject({
      error: {
        type: 'Error',
        message: `sent Bearer ${redacted}`,
        errorCode: 'NOT_FOUND',
        disposition: 'drop',
        fields: { refreshToken: redacted, path: '/sleeps' },
        cause: { message: `inner ?code=${redacted}` },
      },
    });
  });

  it('survives cycles, depth, bytes and odd values', () => {
    const loop: Record<string, unknown> = {
      bytes: Buffer.from('secret'),
      big: 1n,
      when: new Date(0),
      set: new Set([1]),
    };
    loop['self'] = loop;
    expect(redact(loop)).toEqual({
      bytes: '[6 bytes]',
      big: '1',
      when: '1970-01-01T00:00:00.000Z',
      set: [1],
      self: '[cycle]',
    });
    let deep: object = {};
    for (let i = 0; i < 20; i += 1) deep = { deep };
    expect(JSON.stringify(redact(deep))).toContain('[deeper]');
  });
});
