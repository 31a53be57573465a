import { expect, it } from '@jest/globals';
import { keyStates } from './key-states.ts';

const key = (id: string) => ({ id, key: Buffer.alloc(32) });

it('tells of each key what is left of it', () => {
  const counts = new Map([
    ['k3', 5],
    ['k2', 2],
    ['k0', 1],
  ]);
  expect(keyStates([key('k3'), key('k2'), key('k1')], counts)).toEqual([
    { id: 'k3', rows: 5, state: 'current' },
    { id: 'k2', rows: 2, state: 'old' },
    { id: 'k1', rows: 0, state: 'unused' },
    { id: 'k0', rows: 1, state: 'missing' },
  ]);
});
