import { expect, it } from '@jest/globals';
import { listed, size, span, times } from './words.ts';

it.each<[number, string]>([
  [400, 'less than a second'],
  [119_000, '119 s'],
  [900_000, '15 min'],
  [86_400_000, '24 h'],
  [345_600_000, '4 days'],
])('says how long %i ms are', (ms, words) => {
  expect(span(ms)).toBe(words);
});

it.each<[number, string]>([
  [999, '999 bytes'],
  [1500, '1.5 kB'],
  [1_000_000, '1 MB'],
  [1_200_345, '1.2 MB'],
])('says how large %i bytes are', (bytes, words) => {
  expect(size(bytes)).toBe(words);
});

it('counts, and lists', () => {
  expect([times(1, 'lane'), times(12_000, 'lane')]).toEqual(['1 lane', '12\u{a0}000 lanes']);
  expect(listed(['a', 'b', 'c'], 2)).toBe('a, b and 1 more');
});
