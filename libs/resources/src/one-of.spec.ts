import { describe, expect, it } from '@jest/globals';
import { kindsIn } from './one-of.ts';

const known = ['note', 'weight'];

describe('an item that is one of several kinds', () => {
  it('is the kind whose field is set, with what stands beside it', () => {
    const item = { weight: { value: 70 }, source: 'USER' };
    expect(kindsIn(item, known)).toEqual([{ kind: 'weight', value: { value: 70 }, item }]);
  });

  it('counts for each kind that it sets, without the others', () => {
    const item = { weight: { value: 70 }, note: { value: 'tired' }, source: 'USER' };
    expect(kindsIn(item, known).map((one) => [one.kind, one.item])).toEqual([
      ['note', { note: { value: 'tired' }, source: 'USER' }],
      ['weight', { weight: { value: 70 }, source: 'USER' }],
    ]);
  });

  it('may be of a kind that nobody foresaw', () => {
    const item = { created: '2026-06-14', mood: { value: 1 }, note: null };
    expect(kindsIn(item, known)).toEqual([
      { kind: 'mood', value: { value: 1 }, item: { created: '2026-06-14', mood: { value: 1 } } },
    ]);
  });

  it('is nothing without any object', () => {
    expect(kindsIn({ created: '2026-06-14', note: 'text' }, known)).toEqual([]);
  });
});
