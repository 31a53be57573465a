import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { BridgeError, type Tenant } from '#core';
import { AppLogger, Clock } from '#platform';
import { unborn } from './lifecycle.ts';
import { LocalSealer } from './local-sealer.ts';
import type { Grant } from './oauth-answer.ts';
import type { OAuthClient } from './oauth-client.ts';
import type {
  Connection,
  ConnectionStore,
  CredentialStore,
  Credentials,
  RefreshAttempts,
  SealedTokens,
} from './ports.ts';
import { Refresher } from './refresher.ts';
import { openTokens, sealGrant } from './vault.ts';

const sealer = new LocalSealer([{ id: 'k1', key: Buffer.alloc(32, 1) }], randomBytes);
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
async function scene(answer: (refreshToken: string) => Grant, status: Connection['status'] = 'active') {
  const connection: Connection = {
    ...unborn('c1', 'acme', 'user-1', new Date(0)),
    status,
    scopes: ['sleep:read'],
    lifecycleRevision: 1,
  };
  const first = await sealGrant(sealer, connection, grant('0'), '', Date.now() - 3_600_000);
  const state = {
    connection,
    row: { connection: 'c1', tenant: 'acme', version: 1, ...first } as Credentials,
    failures: 0,
    events: [] as string[],
    breakCommits: 0,
    onRead: (): unknown => undefined,
    onWrite: (): unknown => undefined,
    attempts: [] as string[],
    tries: 0,
    underWayUntil: undefined as number | undefined,
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
    find: async () => {
      await state.onRead();
      return state.row;
    },
    exclusively: async (_id, _at, work) => {
      const tokens = await work(state.row).catch((error: unknown) => {
        throw state.breakCommits > 0 ? new Error('terminating connection') : error;
      });
      if (tokens !== undefined) {
        await state.onWrite();
        commit(tokens);
      }
      return true;
    },
    rescue: async (_id, version, tokens) => {
      const isThere = state.row.version === version;
      if (isThere) commit(tokens);
      return isThere;
    },
    countFailure: () => Promise.resolve((state.failures += 1)),
  };
  const connections: Partial<ConnectionStore> = {
    find: () => Promise.resolve(state.connection),
    change: (_id, _prefix, decide) => {
      const change = decide(state.connection);
      if (change !== undefined) {
        state.connection = change.connection;
        state.events.push(...change.events.map(({ type }) => type));
      }
      return Promise.resolve(state.connection);
    },
  };
  const oauth = {
    refresh: async (_: Tenant, refreshToken: string, announce?: () => Promise<void>) => {
      await announce?.();
      return answer(refreshToken);
    },
  };
  const attempts: Partial<RefreshAttempts> = {
    begin: () => {
      if (state.underWayUntil !== undefined)
        return Promise.resolve({ kind: 'under_way', until: state.underWayUntil } as const);
      state.attempts.push('begin');
      return Promise.resolve({ kind: 'begun', tries: (state.tries += 1) } as const);
    },
    end: (_id, version, tries, end) => {
      state.attempts.push(`${end} ${String(version)}.${String(tries)}`);
      return Promise.resolve();
    },
  };
  const refresher = new Refresher({
    connections: connections as ConnectionStore,
    credentials: credentials as CredentialStore,
    attempts: attempts as RefreshAttempts,
    oauth: oauth as unknown as OAuthClient,
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
    const { state, refresh } = await scene(() => grant('1'));
    expect(await refresh()).toMatchObject({ kind: 'tokens', accessToken: 'access-1' });
    expect(await openTokens(sealer, state.row)).toMatchObject({ refreshToken: 'refresh-1', version: 2 });
  });

  it('keeps the refresh token when the provider sends no new one', async () => {
    const { state, refresh } = await scene(() => ({ ...grant('1'), refreshToken: null }));
    await refresh();
    expect(await openTokens(sealer, state.row)).toMatchObject({ accessToken: 'access-1', refreshToken: 'refresh-0' });
  });

  it('takes what another process has fetched meanwhile', async () => {
    const { refresh } = await scene(refuse('TOKEN_REJECTED'));
    expect(await refresh(() => true)).toMatchObject({ kind: 'tokens', accessToken: 'access-0' });
  });

  it('saves granted tokens even if their transaction breaks', async () => {
    const { state, refresh } = await scene(() => grant('1'));
    state.breakCommits = 3;
    expect(await refresh()).toMatchObject({ accessToken: 'access-1' });
    expect((await openTokens(sealer, state.row)).refreshToken).toBe('refresh-1');
  });

  it('gives no token out that could not be stored', async () => {
    const { state, refresh } = await scene(() => grant('1'));
    state.breakCommits = 99;
    await expect(refresh()).rejects.toThrow('terminating connection');
    expect(state.failures).toBe(0);
  });

  it('gives out what somebody else has stored when its own tokens come too late', async () => {
    const { state, put, refresh } = await scene(() => grant('1'));
    state.breakCommits = 1;
    state.onWrite = async () => put(await sealGrant(sealer, state.connection, grant('rival'), '', Date.now()));
    expect(await refresh()).toMatchObject({ kind: 'tokens', accessToken: 'access-rival' });
    expect(await openTokens(sealer, state.row)).toMatchObject({ refreshToken: 'refresh-rival', version: 2 });
  });

  it('looks again before it believes invalid_grant', async () => {
    const { state, put, refresh } = await scene(refuse('TOKEN_REJECTED'));
    state.onRead = async () => put(await sealGrant(sealer, state.connection, grant('rival'), '', Date.now()));
    expect(await refresh()).toMatchObject({ kind: 'tokens', accessToken: 'access-rival' });
    state.onRead = () => undefined;
    expect(await refresh()).toEqual({ kind: 'lost', version: 2, reason: 'refresh_answer_lost' });
  });

  it('never gives up on what passes by itself; tells the fifth failure, once', async () => {
    const { state, refresh } = await scene(refuse('PROVIDER_TIMEOUT'));
    for (let attempt = 1; attempt <= 7; attempt += 1)
      await expect(refresh()).rejects.toMatchObject({ disposition: 'retry' });
    expect(state.events).toEqual(['AccessTokenRefreshFailed']);
    expect(state.connection.status).toBe('degraded');
    expect(state.row.version).toBe(1);
  });

  it('recovers', async () => {
    const { state, refresh } = await scene(() => grant('1'), 'degraded');
    await refresh();
    expect([state.connection.status, state.events]).toEqual(['active', ['ConnectionRestored']]);
  });

  it('knows what the provider said though the transaction breaks, too', async () => {
    const late = await scene(refuse('PROVIDER_TIMEOUT'));
    late.state.breakCommits = 1;
    await expect(late.refresh()).rejects.toMatchObject({ code: 'PROVIDER_TIMEOUT' });
    const refused = await scene(refuse('TOKEN_REJECTED'));
    refused.state.breakCommits = 1;
    expect(await refused.refresh()).toEqual({ kind: 'lost', version: 1, reason: 'invalid_grant' });
  });

  it('tells scopes that a refresh took away', async () => {
    const { state, refresh } = await scene(() => ({ ...grant('1'), scopes: ['tests:read'] }));
    await refresh();
    expect([state.connection.scopes, state.events]).toEqual([['tests:read'], ['ScopesChanged']]);
  });

  it('lets a wrong client secret wait for its operator', async () => {
    const { state, refresh } = await scene(refuse('PROVIDER_REJECTED'));
    await expect(refresh()).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE', disposition: 'retry' });
    expect(state.failures).toBe(1);
  });

  it('tells a lost answer from a withdrawn consent by how often these tokens went out', async () => {
    const first = await scene(refuse('TOKEN_REJECTED'));
    expect(await first.refresh()).toEqual({ kind: 'lost', version: 1, reason: 'invalid_grant' });
    expect(first.state.attempts).toEqual(['begin', 'refused 1.1']);
    const second = await scene(refuse('TOKEN_REJECTED'));
    second.state.tries = 1;
    expect(await second.refresh()).toEqual({ kind: 'lost', version: 1, reason: 'refresh_answer_lost' });
  });

  it.each([
    ['a time-out', 'PROVIDER_TIMEOUT', {}, []],
    ['a broken connection', 'PROVIDER_UNAVAILABLE', { reason: 'ECONNRESET' }, []],
    ['a refused connection', 'PROVIDER_UNAVAILABLE', { reason: 'ECONNREFUSED', sent: false }, ['refused 1.1']],
    ['a 5xx', 'PROVIDER_UNAVAILABLE', { status: 503 }, ['unsure 1.1']],
    ['a broken body', 'PROVIDER_BODY_BROKEN', {}, ['unsure 1.1']],
    ['a 429', 'PROVIDER_RATE_LIMITED', { status: 429 }, ['refused 1.1']],
    ['a refused client', 'PROVIDER_REJECTED', { status: 401 }, ['refused 1.1']],
  ] as const)('notes what %s says about the end of the request', async (_name, code, fields, ends) => {
    const { state, refresh } = await scene(() => {
      throw new BridgeError(code, 'no', { fields });
    });
    await expect(refresh()).rejects.toThrow();
    expect(state.attempts).toEqual(['begin', ...ends]);
  });

  it('sends nothing beside a request that may still be under way', async () => {
    const { state, refresh } = await scene(() => {
      throw new Error('it was sent');
    });
    state.underWayUntil = 1234;
    await expect(refresh()).rejects.toMatchObject({ code: 'REFRESH_UNDER_WAY', disposition: 'wait', waitUntil: 1234 });
    expect([state.failures, state.attempts]).toEqual([0, []]);
  });

  it('does not count an empty budget as a failure', async () => {
    const { state, refresh } = await scene(refuse('BUDGET_EXHAUSTED'));
    await expect(refresh()).rejects.toMatchObject({ code: 'BUDGET_EXHAUSTED' });
    expect(state.failures).toBe(0);
  });
});
