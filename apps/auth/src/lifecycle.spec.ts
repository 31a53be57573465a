import { describe, expect, it } from '@jest/globals';
import { type Step, advance, isOver, isUsable, unborn } from './lifecycle.ts';
import type { Connection, ConnectionStatus, SealedTokens } from './ports.ts';

const at = new Date('2026-11-22T10:00:00Z');
const before = new Date('2026-11-01T10:00:00Z');
const tokens: SealedTokens = {
  keyId: 'k1',
  accessToken: Buffer.alloc(1),
  refreshToken: Buffer.alloc(1),
  accessExpiresAt: at,
};
const athlete = (changes: Partial<Connection> = {}): Connection => ({
  ...unborn('c1', 'acme', 'user-1', before),
  status: 'active',
  scopes: ['sleep:read'],
  polarUserId: '42',
  lifecycleRevision: 1,
  ...changes,
});
const consent = (scopes: readonly string[] = ['sleep:read'], polarUserId: string | null = '42'): Step => ({
  kind: 'consent',
  scopes,
  polarUserId,
  tokens,
});
const typesOf = (connection: Connection, step: Step) => advance(connection, step, at)?.events.map(({ type }) => type);

describe('the status machine', () => {
  const rescope: Step = { kind: 'rescope', scopes: ['tests:read'] };
  const falter: Step = { kind: 'falter', failures: 5, reason: 'provider_timeout' };
  const lose: Step = { kind: 'lose', reason: 'invalid_grant' };
  const remove: Step = { kind: 'remove', reason: 'disconnected' };
  const recover: Step = { kind: 'recover' };
  const table: readonly (readonly [ConnectionStatus, ...(ConnectionStatus | '-')[]])[] = [
    // from          consent   rescope     falter      recover   lose            remove
    ['active', 'active', 'active', 'degraded', '-', 'needs_reauth', 'revoked'],
    ['degraded', 'active', 'degraded', '-', 'active', 'needs_reauth', 'revoked'],
    ['needs_reauth', 'active', '-', '-', '-', '-', 'revoked'],
    ['revoked', 'active', '-', '-', '-', '-', '-'],
    ['paused', 'active', 'paused', '-', '-', 'needs_reauth', 'revoked'],
    ['erased', 'active', '-', '-', '-', '-', '-'],
  ];

  it.each(table)('from %s', (status, ...expected) => {
    const steps = [consent(), rescope, falter, recover, lose, remove];
    expect(steps.map((step) => advance(athlete({ status }), step, at)?.connection.status ?? '-')).toEqual(expected);
  });

  it('says who gets tokens and whose relation is over', () => {
    const statuses = table.map(([status]) => status);
    expect(statuses.filter(isUsable)).toEqual(['active', 'degraded']);
    expect(statuses.filter(isOver)).toEqual(['revoked', 'erased']);
  });
});

describe('a consent', () => {
  it('establishes a connection that was never there', () => {
    const change = advance(unborn('c1', 'acme', 'user-1', at), consent(['b:read', 'a:read']), at);
    expect(change).toMatchObject({
      connection: { status: 'active', scopes: ['a:read', 'b:read'], polarUserId: '42', lifecycleRevision: 1 },
      tokens,
      enrol: true,
      forgetData: false,
      events: [
        {
          type: 'ConnectionEstablished',
          topic: 'connection',
          resource: 'connection',
          identity: ['c1'],
          revision: 1,
          mode: 'live',
          observedAt: '2026-11-22T10:00:00.000Z',
          data: { scopes: ['a:read', 'b:read'], polarUserId: '42' },
        },
      ],
    });
  });

  it('restores a known one, with its first date', () => {
    const change = advance(athlete({ status: 'needs_reauth', statusReason: 'invalid_grant' }), consent(), at);
    expect(change?.connection).toMatchObject({
      status: 'active',
      statusReason: null,
      establishedAt: before,
      lifecycleRevision: 2,
    });
    expect(change?.events.map(({ type, revision }) => [type, revision])).toEqual([['ConnectionRestored', 2]]);
  });

  it('tells changed scopes too', () => {
    const change = advance(athlete({ scopes: ['a:read', 'b:read'] }), consent(['b:read', 'c:read']), at);
    expect(change?.events.map(({ type, revision }) => [type, revision])).toEqual([
      ['ConnectionRestored', 2],
      ['ScopesChanged', 3],
    ]);
    expect(change?.events[1]?.data).toEqual({ scopes: ['b:read', 'c:read'], added: ['c:read'], removed: ['a:read'] });
  });

  it('keeps the known account when the provider does not tell it', () => {
    expect(advance(athlete(), consent(undefined, null), at)?.connection.polarUserId).toBe('42');
  });

  it('begins anew after a disconnect', () => {
    const change = advance(athlete({ status: 'revoked' }), consent(undefined, null), at);
    expect(change?.connection).toMatchObject({ establishedAt: at, polarUserId: null });
    expect(change?.events[0]?.data).toMatchObject({ polarUserId: null });
  });
});

describe('other steps', () => {
  it('ends a consent with the duty to delete', () => {
    const change = advance(athlete(), { kind: 'lose', reason: 'consent_missing' }, at);
    expect(change).toMatchObject({
      tokens: 'destroy',
      enrol: false,
      forgetData: false,
      connection: { statusReason: 'consent_missing' },
    });
    expect(change?.events).toMatchObject([
      { type: 'ConsentRevoked', data: { reason: 'consent_missing', deletionRequired: true } },
    ]);
  });

  it('forgets everything on a disconnect', () => {
    const change = advance(athlete({ status: 'needs_reauth' }), { kind: 'remove', reason: 'disconnected' }, at);
    expect(change).toMatchObject({ tokens: 'destroy', forgetData: true });
    expect(change?.events).toMatchObject([
      { type: 'ConnectionRemoved', data: { reason: 'disconnected', deletionRequired: true } },
    ]);
  });

  it('tells a failing refresh once, and its recovery not at all', () => {
    const falter = { kind: 'falter', failures: 5, reason: 'provider_timeout' } as const;
    expect(typesOf(athlete(), falter)).toEqual(['AccessTokenRefreshFailed']);
    expect(typesOf(athlete({ status: 'degraded' }), falter)).toBeUndefined();
    expect(typesOf(athlete({ status: 'degraded' }), { kind: 'recover' })).toEqual([]);
  });

  it('takes the same scopes in another order for no change', () => {
    const step = { kind: 'rescope', scopes: ['b:read', 'a:read', 'a:read'] } as const;
    expect(advance(athlete({ scopes: ['a:read', 'b:read'] }), step, at)).toBeUndefined();
  });
});
