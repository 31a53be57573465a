import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { BridgeError, type Tenant } from '#core';
import { AppLogger, Clock } from '#platform';
import { unborn } from './lifecycle.ts';
import type { Grant } from './oauth-answer.ts';
import type { OAuthClient } from './oauth-client.ts';
import type { Connection, ConnectionStore, CredentialStore, Credentials, SealedTokens } from './ports.ts';
import { Refresher } from './refresher.ts';
import { Sealer } from './sealer.ts';
import { openTokens, sealGrant } from './vault.ts';

const sealer = new Sealer([{ id: 'k1', key: Buffer.alloc(32, 1) }], randomBytes);
const tenant = { id: 'acme', topics: { prefix: 'polar.acme' } } as Tenant;
const grant = (name: string): Grant => ({
  accessToken: `access-${name}`,
  refreshToken: `refresh-${name}`,
  expiresInSeconds: 3600,
  scopes: ['sleep:read'],
  polarUserId: null,
});
const never = (): boolean => false;

/** One connection in memory. `breakCommits` lets so many transactions fail after their work was done. */
function scene(answer: (refreshToken: string) => Grant, status: Connection['status'] = 'active') {
  const connection: Connection = {
    ...unborn('c1', 'acme', 'user-1', new Date(0)),
    status,
    scopes: ['sleep:read'],
    lifecycleRevision: 1,
  };
  const first = sealGrant(sealer, connection, grant('0'), '', Date.now() - 3_600_000);
  const state = {
    connection,
    row: { connection: 'c1', tenant: 'acme', version: 1, ...first } as Credentials,
    failures: 0,
    events: [] as string[],
    breakCommits: 0,
    onRead: () => {},
  };
  const put = (tokens: SealedTokens): void => {
    state.row = { ...state.row, ...tokens, version: state.row.version + 1 };
    state.failures = 0;
  };
  const commit = (tokens: SealedTokens): void => {
    if (state.breakCommits > 0) {
      state.breakCommits -= 1;
      throw new Error('terminating connection');
    }
    put(tokens);
  };
  const credentials: Partial<CredentialStore> = {
    find: () => {
      state.onRead();
      return Promise.resolve(state.row);
    },
    exclusively: async (_id, _at, work) => {
      const tokens = await work(state.row);
      if (tokens !== undefined) commit(tokens);
      return true;
    },
    rescue: async (_id, version, tokens) => {
      if (state.row.version === version) commit(tokens);
    },
    countFailure: () => Promise.resolve((state.failures += 1)),
  };
  const connections: Partial<ConnectionStore> = {
    change: (_id, _prefix, decide) => {
      const change = decide(state.connection);
      if (change !== undefined) {
        state.connection = change.connection;
        state.events.push(...change.events.map(({ type }) => type));
      }
      return Promise.resolve(state.connection);
    },
  };
  const oauth = { refresh: (_: Tenant, refreshToken: string) => Promise.resolve().then(() => answer(refreshToken)) };
  const refresher = new Refresher({
    connections: connections as ConnectionStore,
    credentials: credentials as CredentialStore,
    oauth: oauth as OAuthClient,
    sealer,
    clock: new Clock(),
    log: AppLogger.create({ name: 'test', logLevel: 'silent' }),
    metrics: { consent: () => undefined, refresh: () => undefined },
    secondThoughtMs: 1,
  });
  return { state, put, refresh: (isGood = never) => refresher.refresh(tenant, state.connection, isGood) };
}

const refuse =
  (code: 'TOKEN_REJECTED' | 'PROVIDER_TIMEOUT' | 'PROVIDER_REJECTED' | 'BUDGET_EXHAUSTED') => (): never => {
    throw new BridgeError(code, 'no');
  };

describe('Refresher', () => {
  it('stores new tokens before it gives one out', async () => {
    const { state, refresh } = scene(() => grant('1'));
    expect(await refresh()).toMatchObject({ kind: 'tokens', accessToken: 'access-1' });
    expect(openTokens(sealer, state.row)).toMatchObject({ refreshToken: 'refresh-1', version: 2 });
  });

  it('keeps the refresh token when the provider sends no new one', async () => {
    const { state, refresh } = scene(() => ({ ...grant('1'), refreshToken: null }));
    await refresh();
    expect(openTokens(sealer, state.row)).toMatchObject({ accessToken: 'access-1', refreshToken: 'refresh-0' });
  });

  it('takes what another process has fetched meanwhile', async () => {
    const { refresh } = scene(refuse('TOKEN_REJECTED'));
    expect(await refresh(() => true)).toMatchObject({ kind: 'tokens', accessToken: 'access-0' });
  });

  it('saves granted tokens even if their transaction breaks', async () => {
    const { state, refresh } = scene(() => grant('1'));
    state.breakCommits = 3;
    expect(await refresh()).toMatchObject({ accessToken: 'access-1' });
    expect(openTokens(sealer, state.row).refreshToken).toBe('refresh-1');
  });

  it('gives no token out that could not be stored', async () => {
    const { state, refresh } = scene(() => grant('1'));
    state.breakCommits = 99;
    await expect(refresh()).rejects.toThrow('terminating connection');
    expect(state.failures).toBe(0);
  });

  it('looks again before it believes invalid_grant', async () => {
    const { state, put, refresh } = scene(refuse('TOKEN_REJECTED'));
    state.onRead = () => put(sealGrant(sealer, state.connection, grant('rival'), '', Date.now()));
    expect(await refresh()).toMatchObject({ kind: 'tokens', accessToken: 'access-rival' });
    state.onRead = () => undefined;
    expect(await refresh()).toEqual({ kind: 'lost', version: 2 });
  });

  it('never gives up on what passes by itself; tells the fifth failure, once', async () => {
    const { state, refresh } = scene(refuse('PROVIDER_TIMEOUT'));
    for (let attempt = 1; attempt <= 7; attempt += 1)
      await expect(refresh()).rejects.toMatchObject({ disposition: 'retry' });
    expect(state.events).toEqual(['AccessTokenRefreshFailed']);
    expect(state.connection.status).toBe('degraded');
    expect(state.row.version).toBe(1);
  });

  it('recovers', async () => {
    const { state, refresh } = scene(() => grant('1'), 'degraded');
    await refresh();
    expect([state.connection.status, state.events]).toEqual(['active', []]);
  });

  it('tells scopes that a refresh took away', async () => {
    const { state, refresh } = scene(() => ({ ...grant('1'), scopes: ['tests:read'] }));
    await refresh();
    expect([state.connection.scopes, state.events]).toEqual([['tests:read'], ['ScopesChanged']]);
  });

  it('lets a wrong client secret wait for its operator', async () => {
    const { state, refresh } = scene(refuse('PROVIDER_REJECTED'));
    await expect(refresh()).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE', disposition: 'retry' });
    expect(state.failures).toBe(1);
  });

  it('does not count an empty budget as a failure', async () => {
    const { state, refresh } = scene(refuse('BUDGET_EXHAUSTED'));
    await expect(refresh()).rejects.toMatchObject({ code: 'BUDGET_EXHAUSTED' });
    expect(state.failures).toBe(0);
  });
});
