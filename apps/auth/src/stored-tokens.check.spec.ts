import { describe, expect, it } from '@jest/globals';
import { AppLogger } from '#platform';
import type { Credentials, CredentialStore, Sealer } from './ports.ts';
import { StoredTokensCheck } from './stored-tokens.check.ts';

const log = AppLogger.create({ name: 'auth', logLevel: 'silent' });
const failure = (code: string): Error => Object.assign(new Error(`the database says ${code}`), { code });

/** A check whose database gives these answers, one after the other. */
function checkOf(...answers: readonly (Error | readonly Credentials[])[]) {
  const left = [...answers];
  const credentials = {
    samplePerKey: () => {
      const next = left.shift();
      return next instanceof Error ? Promise.reject(next) : Promise.resolve(next ?? []);
    },
  } as unknown as CredentialStore;
  const check = new StoredTokensCheck(credentials, {} as Sealer, log, 1);
  return { check, left };
}

describe('the check of stored tokens', () => {
  it.each(['ECONNREFUSED', 'ENOTFOUND', '57P03', '08006', '53300'])(
    'waits for a database that is away (%s)',
    async (code) => {
      const { check, left } = checkOf(failure(code), failure(code), []);
      await check.onApplicationBootstrap();
      expect(left).toEqual([]);
    },
  );

  it.each(['42P01', '22023', '28P01', '3D000'])('ends at once where waiting does not help (%s)', async (code) => {
    const { check, left } = checkOf(failure(code), []);
    await expect(check.onApplicationBootstrap()).rejects.toThrow(code);
    expect(left).toEqual([[]]);
  });

  it('ends at once where nobody knows what it is', async () => {
    const { check } = checkOf(new Error('SASL: client password must be a string'), []);
    await expect(check.onApplicationBootstrap()).rejects.toThrow('client password');
  });

  it('waits where all addresses of a name refuse, or the pool has waited too long', async () => {
    const refusals = new AggregateError([failure('ECONNREFUSED')]);
    const { check, left } = checkOf(refusals, new Error('timeout exceeded when trying to connect'), []);
    await check.onApplicationBootstrap();
    expect(left).toEqual([]);
  });

  it('lets a shutdown through', async () => {
    const { check, left } = checkOf(...Array.from({ length: 10_000 }, () => failure('ECONNREFUSED')));
    const over = check.onApplicationBootstrap();
    check.onModuleDestroy();
    await over;
    expect(left.length).toBeGreaterThan(0);
  });
});
