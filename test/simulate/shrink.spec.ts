import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { shrink } from './shrink.ts';

describe('shrink', () => {
  const needing = (needed: readonly number[]) => (items: readonly number[]) =>
    Promise.resolve(needed.every((one) => items.includes(one)));

  it('leaves exactly what is needed, in its order, however much there was', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(40), fc.uniqueArray(fc.nat(40), { maxLength: 5 }), async (count, some) => {
        const items = Array.from({ length: count }, (_, index) => index);
        const needed = some.filter((one) => one < count).toSorted((a, b) => a - b);
        expect(await shrink(items, needing(needed))).toEqual(needed);
      }),
    );
  });

  it('asks far less often than there are subsets', async () => {
    let asked = 0;
    const items = Array.from({ length: 64 }, (_, index) => index);
    const fails = needing([7, 41]);
    await shrink(items, (some) => {
      asked += 1;
      return fails(some);
    });
    expect(asked).toBeLessThan(80);
  });
});
