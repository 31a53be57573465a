import { createHash } from 'node:crypto';
import type { ExecutionContext } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { BearerGuard, PasswordGuard } from './bearer.ts';
import { RateLimiter } from './rate-limiter.ts';

type Check = (token: string) => unknown;

const length = 4000;
const token = 'right'.repeat(length / 5);
const wrong = { first: `X${token.slice(1)}`, last: `${token.slice(0, -1)}X` } as const;

/** How much longer a check takes for a token whose last sign is wrong than for one whose first is: the median of many pairs. */
async function ratio(check: Check, pairs = 400): Promise<number> {
  const took = async (given: string): Promise<number> => {
    const start = process.hrtime.bigint();
    for (let times = 0; times < 5; times += 1) await check(given);
    return Number(process.hrtime.bigint() - start);
  };
  const ratios: number[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    // Who comes first changes, so that neither one always pays for what the one before left behind.
    if (pair % 2 === 0) ratios.push(1 / ((await took(wrong.first)) / (await took(wrong.last))));
    else ratios.push((await took(wrong.last)) / (await took(wrong.first)));
  }
  return ratios.toSorted((a, b) => a - b)[pairs / 2] ?? 0;
}

/** What the guard must not be. */
function signBySign(given: string): boolean {
  for (let index = 0; index < token.length; index += 1) if (given[index] !== token[index]) return false;
  return true;
}

describe('the time of a token check', () => {
  const limiter = new RateLimiter({ hit: () => Promise.resolve({ count: 1, resetMs: 1 }) }, 1);
  const guard = new (BearerGuard('timed'))(createHash('sha256').update(token).digest(), limiter);
  const guarded: Check = (given) => {
    const request = { headers: { authorization: `Bearer ${given}` }, ip: '192.0.2.1' };
    const context = { switchToHttp: () => ({ getRequest: () => request }) } as unknown as ExecutionContext;
    return Promise.resolve(guard.canActivate(context)).catch(() => false);
  };

  it('does not tell how much of a token is right', async () => {
    expect(await guarded(token)).toBe(true);
    const found = await ratio(guarded);
    expect(found).toBeGreaterThan(0.7);
    expect(found).toBeLessThan(1.4);
  });

  it('would tell here if it told anything', async () => {
    expect(await ratio(signBySign)).toBeGreaterThan(1.4);
  });
});

describe('a token as a password', () => {
  const limiter = new RateLimiter({ hit: () => Promise.resolve({ count: 1, resetMs: 1 }) }, 1);
  const opens = (password: string, authorization: string): Promise<unknown> => {
    const guard = new (PasswordGuard('trial'))(createHash('sha256').update(password).digest(), limiter);
    const request = { headers: { authorization }, ip: '192.0.2.1' };
    const context = { switchToHttp: () => ({ getRequest: () => request }) } as unknown as ExecutionContext;
    return Promise.resolve(guard.canActivate(context)).catch(({ status }: { status: unknown }) => status);
  };
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

  it.each(['p', 'with:colons:', 'ünïcode', '?>~\u{7ff}'])(
    'is what stands behind the first colon: %s',
    async (password) => {
      expect(await opens(password, basic(`:${password}`))).toBe(true);
      expect(await opens(password, basic(`somebody:${password}`).replace('Basic', 'basic'))).toBe(true);
    },
  );

  it.each([basic('p'), basic('p:'), basic(':'), basic(':P'), basic(':p '), 'Basic', 'Basic =', 'Bearer p', 'p', ''])(
    'is nothing else: %s',
    async (header) => {
      expect(await opens('p', header)).toBe(401);
    },
  );
});
