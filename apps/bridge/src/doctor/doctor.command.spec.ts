import { describe, expect, it } from '@jest/globals';
import { bridge } from '../bridge.fixture.ts';

describe('bridge doctor', () => {
  it('ends with 1 where something is broken, and tells it in words', async () => {
    const { code, out, complaints } = await bridge('doctor', '--for', 'poller');
    expect([code, complaints]).toEqual([1, '']);
    expect(out).toMatch(/^state +check +found, and what to do\nbroken +settings +\w+: not set\n +-> allowed: /);
    expect(out).toMatch(/\n\d+ broken, \d+ warn, \d+ skipped, \d+ ok\n$/);
  });

  it('tells a script the same', async () => {
    const { code, out, complaints } = await bridge('doctor', '--for', 'poller', '--json');
    expect([code, complaints]).toEqual([1, '']);
    expect(JSON.parse(out)).toMatchObject({
      isFine: false,
      findings: expect.arrayContaining([
        {
          check: 'settings',
          state: 'broken',
          line: 'AUTH_URL: not set',
          advice: expect.stringContaining('set AUTH_URL'),
        },
        { check: 'access tokens', state: 'skipped', line: expect.stringContaining('AUTH_URL') },
      ]),
    });
  });

  it.each([
    ['an app that is none', ['--for', 'kafka'], 'all, auth, poller, publisher'],
    ['a patience that is none', ['--timeout', '0'], 'a whole number from 1 to 300'],
  ])('says what may be typed instead of %s', async (_, args, allowed) => {
    const { code, out, complaints } = await bridge('doctor', ...args);
    expect([code, out]).toEqual([2, '']);
    expect(complaints).toContain(allowed);
  });
});
