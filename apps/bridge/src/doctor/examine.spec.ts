import { describe, expect, it } from '@jest/globals';
import { type Verdict, verdict } from '#core';
import { type Check, examine } from './examine.ts';

const fine = verdict.ok('All is well.');
const bad = verdict.broken('It is broken.', 'Mend it.');
const check = (name: string, needs: readonly string[], look: () => Promise<readonly Verdict[]>): Check => ({
  name,
  needs,
  look,
});
const says =
  (...verdicts: readonly Verdict[]) =>
  (): Promise<readonly Verdict[]> =>
    Promise.resolve(verdicts);
const longestMs = 10_000;

describe('an examination', () => {
  it('tells everything that is wrong, in the order of the checks', async () => {
    const another = verdict.warn('It is odd.', 'Look at it.');
    expect(await examine([check('a', [], says(bad, another)), check('b', [], says(fine))], longestMs)).toEqual([
      { check: 'a', ...bad },
      { check: 'a', ...another },
      { check: 'b', ...fine },
    ]);
  });

  it('looks at what does not hang together at once', async () => {
    const both = Promise.withResolvers<void>();
    let begun = 0;
    const meet = async (): Promise<readonly Verdict[]> => {
      begun += 1;
      if (begun === 2) both.resolve();
      await both.promise;
      return [fine];
    };
    expect(await examine([check('a', [], meet), check('b', [], meet)], longestMs)).toHaveLength(2);
  });

  it('leaves out what needs a broken one, and what needs that, and says so', async () => {
    const never = (): Promise<readonly Verdict[]> => Promise.reject(new Error('was looked at'));
    const checks = [check('a', [], says(bad)), check('b', ['a'], never), check('c', ['b'], never)];
    expect((await examine(checks, longestMs)).map(({ state, line }) => `${state} ${line}`)).toEqual([
      'broken It is broken.',
      'skipped Not looked at: it needs a.',
      'skipped Not looked at: it needs b.',
    ]);
  });

  it('goes on behind what only somebody should look at, and behind what is none of the app', async () => {
    const odd = verdict.warn('It is odd.', 'Look at it.');
    const checks = [check('a', [], says(odd)), check('b', ['a', 'elsewhere'], says(fine))];
    expect((await examine(checks, longestMs)).map(({ state }) => state)).toEqual(['warn', 'ok']);
  });

  it('leaves out what lacks a setting', async () => {
    const checks = [{ ...check('a', [], says(bad)), lacks: ['REDIS_URL'] }];
    expect(await examine(checks, longestMs)).toEqual([
      { check: 'a', state: 'skipped', line: 'Not looked at: REDIS_URL cannot be used.' },
    ]);
  });

  it('takes no answer in time for broken', async () => {
    const silent = (): Promise<readonly Verdict[]> => new Promise(() => undefined);
    expect(await examine([check('a', [], silent)], 5)).toMatchObject([{ state: 'broken', line: 'a: no answer.' }]);
  });

  it('tells what nobody foresaw in one line, without a password', async () => {
    const odd = (): Promise<never> => Promise.reject(new Error('odd: postgres://me:hunter2@db/x\nat line 5'));
    const [found] = await examine([check('a', [], odd)], longestMs);
    expect(found).toMatchObject({ state: 'broken', line: expect.stringMatching(/^a: odd: postgres:\/\/me:/) });
    expect(JSON.stringify(found)).not.toMatch(/hunter2|line 5/);
  });
});
