import { expect, it } from '@jest/globals';
import { keyTable, progressLine } from './report.ts';

const key = (id: string) => ({ id, key: Buffer.alloc(32) });

it('says of each key what to do', () => {
  const counts = new Map([
    ['k3', 5],
    ['k2', 2],
    ['k0', 1],
  ]);
  expect(keyTable([key('k3'), key('k2'), key('k1')], counts).replaceAll(/ +/g, ' ')).toBe(
    [
      'key rows',
      'k3 5 current: seals all that is new',
      'k2 2 old: run rewrap',
      'k1 0 unused: may be removed an hour after it was the first one',
      'k0 1 MISSING from ENCRYPTION_KEYS: add it after the current one',
      '',
    ].join('\n'),
  );
});

it('draws over itself on a terminal only', () => {
  expect(progressLine(1, 2, true)).toBe(`\r[${'#'.repeat(15)}${' '.repeat(15)}] 1 of 2 rows`);
  expect(progressLine(2, 2, true)).toMatch(/^\r.*2 of 2 rows\n$/);
  expect(progressLine(0, 0, false)).toMatch(/^\[#{30}\] 0 of 0 rows\n$/);
});
