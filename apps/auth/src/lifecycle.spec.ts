import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Step, advance, holdsTokens, isUsable, transitions, unborn } from './lifecycle.ts';
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
  const steps: readonly Step[] = [
    consent(),
    { kind: 'rescope', scopes: ['tests:read'] },
    { kind: 'falter', failures: 5, reason: 'provider_timeout' },
    { kind: 'recover' },
    { kind: 'lose', reason: 'invalid_grant' },
    { kind: 'pause', reason: 'paused_by_tenant' },
    { kind: 'resume' },
    { kind: 'remove', reason: 'disconnected' },
    { kind: 'erase', reason: 'erased_by_tenant' },
  ];
  const table: readonly (readonly [ConnectionStatus, ...(ConnectionStatus | '-')[]])[] = [
    // from          consent   rescope     falter      recover   lose            pause     resume    remove     erase
    ['active', 'active', 'active', 'degraded', '-', 'needs_reauth', 'paused', '-', 'revoked', 'erased'],
    ['degraded', 'active', 'degraded', '-', 'active', 'needs_reauth', 'paused', '-', 'revoked', 'erased'],
    ['needs_reauth', 'active', '-', '-', '-', '-', '-', '-', 'revoked', 'erased'],
    ['paused', 'active', 'paused', '-', '-', 'needs_reauth', '-', 'active', 'revoked', 'erased'],
    ['revoked', '-', '-', '-', '-', '-', '-', '-', '-', 'erased'],
    ['erased', '-', '-', '-', '-', '-', '-', '-', '-', '-'],
  ];

  it.each(table)('from %s', (status, ...expected) => {
    expect(steps.map((step) => advance(athlete({ status }), step, at)?.connection.status ?? '-')).toEqual(expected);
  });

  it('tells of every step that changes something, with a reason or what has changed', () => {
    const changes = table.flatMap(([status]) => steps.flatMap((step) => advance(athlete({ status }), step, at) ?? []));
    expect(changes.filter(({ events }) => events.length === 0)).toEqual([]);
    const reasons = changes
      .flatMap(({ events }) => events)
      .flatMap(({ type, data }) => (type === 'ScopesChanged' ? [] : [(data as { reason?: unknown }).reason]));
    expect(reasons.length).toBeGreaterThan(20);
    expect(reasons.filter((reason) => !/^[a-z_]+$/.test(String(reason)))).toEqual([]);
  });

  it('says who gets tokens, and whose are kept alive', () => {
    const statuses = table.map(([status]) => status);
    expect(statuses.filter(isUsable)).toEqual(['active', 'degraded']);
    expect(statuses.filter(holdsTokens)).toEqual(['active', 'degraded', 'paused']);
  });

  it('is drawn as it is', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/connections.md'), 'utf8');
    const drawn = [...page.matchAll(/^ {2}(\S+) --> (\S+): (.+)$/gm)].flatMap(([, from = '', to = '', names = '']) =>
      names.split(', ').map((name) => `${from} ${name} ${to}`),
    );
    const real = Object.entries(transitions).flatMap(([step, ways]) =>
      Object.entries(ways).map(([from, to]) => `${from === 'unborn' ? '[*]' : from} ${step} ${to}`),
    );
    expect(drawn.toSorted()).toEqual(real.toSorted());
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
          data: { scopes: ['a:read', 'b:read'], polarUserId: '42', reason: 'consent_given' },
        },
      ],
    });
  });

  it('restores a known one, with its first date', () => {
    const change = advance(athlete({ status: 'needs_reauth', statusReason: 'refresh_answer_lost' }), consent(), at);
    expect(change?.connection).toMatchObject({
      status: 'active',
      statusReason: null,
      establishedAt: before,
      lifecycleRevision: 2,
    });
    expect(change?.events.map(({ type, revision }) => [type, revision])).toEqual([['ConnectionRestored', 2]]);
  });

  it('begins anew after a loss that made consumers delete, and goes on after one that did not', () => {
    const back = (statusReason: string) =>
      advance(athlete({ status: 'needs_reauth', statusReason }), consent(), at)?.connection.establishedAt;
    expect([back('consent_missing'), back('refresh_answer_lost')]).toEqual([at, before]);
    const lost = (reason: string) => advance(athlete(), { kind: 'lose', reason }, at);
    expect(lost('consent_missing')).toMatchObject({ tellAnew: true, events: [{ data: { deletionRequired: true } }] });
    expect(lost('refresh_answer_lost')).toMatchObject({
      tellAnew: false,
      tokens: 'destroy',
      events: [{ data: { deletionRequired: false } }],
    });
  });

  it('keeps the reason of a status that other scopes do not change', () => {
    const paused = athlete({ status: 'paused', statusReason: 'paused_by_tenant' });
    const change = advance(paused, { kind: 'rescope', scopes: ['tests:read'] }, at);
    expect(change?.connection).toMatchObject({ status: 'paused', statusReason: 'paused_by_tenant' });
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

  it('leaves nothing of an erased athlete', () => {
    const change = advance(athlete({ status: 'revoked' }), { kind: 'erase', reason: 'erased_by_tenant' }, at);
    expect(change).toMatchObject({ tokens: 'destroy', forgetData: true, forgetAthlete: true });
    expect(change?.connection).toMatchObject({ userReference: '', polarUserId: null, scopes: [], status: 'erased' });
    expect(change?.events).toMatchObject([
      { type: 'ConnectionErased', data: { reason: 'erased_by_tenant', deletionRequired: true } },
    ]);
  });

  it('keeps the tokens of a paused one, and has it enrolled when it is resumed', () => {
    const paused = advance(athlete(), { kind: 'pause', reason: 'paused_by_tenant' }, at);
    expect(paused).toMatchObject({ tokens: 'keep', enrol: false, forgetData: false });
    expect(paused?.events).toMatchObject([{ type: 'ConnectionPaused', data: { reason: 'paused_by_tenant' } }]);
    const resumed = advance(athlete({ status: 'paused' }), { kind: 'resume' }, at);
    expect(resumed).toMatchObject({ tokens: 'keep', enrol: true });
    expect(resumed?.events).toMatchObject([
      { type: 'ConnectionRestored', data: { reason: 'resumed', scopes: ['sleep:read'], polarUserId: '42' } },
    ]);
  });

  it('tells a failing refresh once, and its recovery', () => {
    const falter = { kind: 'falter', failures: 5, reason: 'provider_timeout' } as const;
    expect(typesOf(athlete(), falter)).toEqual(['AccessTokenRefreshFailed']);
    expect(typesOf(athlete({ status: 'degraded' }), falter)).toBeUndefined();
    expect(typesOf(athlete({ status: 'degraded' }), { kind: 'recover' })).toEqual(['ConnectionRestored']);
  });

  it('takes the same scopes in another order for no change', () => {
    const step = { kind: 'rescope', scopes: ['b:read', 'a:read', 'a:read'] } as const;
    expect(advance(athlete({ scopes: ['a:read', 'b:read'] }), step, at)).toBeUndefined();
  });
});
