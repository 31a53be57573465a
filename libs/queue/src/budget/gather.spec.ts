import { describe, expect, it } from '@jest/globals';
import { gather } from './gather.ts';

describe('gather', () => {
  it('makes one batch of what comes in one tick, and the next of what comes meanwhile', async () => {
    const batches: (readonly string[])[] = [];
    const ends: (() => void)[] = [];
    const started: (() => void)[] = [];
    const begun = () => new Promise<void>((resolve) => started.push(resolve));
    const add = gather<string>(async (key, items) => {
      batches.push([key, ...items]);
      started.shift()?.();
      await new Promise<void>((resolve) => ends.push(resolve));
    });

    const first = begun();
    add('a', '1');
    add('a', '2');
    await first;
    add('a', '3');
    const other = begun();
    add('b', '4');
    await other;
    add('a', '5');
    const next = begun();
    ends[0]?.();
    await next;

    expect(batches).toEqual([
      ['a', '1', '2'],
      ['b', '4'],
      ['a', '3', '5'],
    ]);
    for (const end of ends) end();
  });
});
