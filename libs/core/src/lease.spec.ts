import { expect, it } from '@jest/globals';
import { isHeld } from './lease.ts';

const until = '2026-11-28T08:00:00Z';
const at = Date.parse(until);

it.each([
  ['held before its end', 'a', until, at - 1, true],
  ['free at its end', 'a', until, at, false],
  ['free without an owner', null, until, at - 1, false],
  ['free when it was never given', 'a', null, at, false],
])('a lease is %s', (_, owner, leaseUntil, now, expected) => {
  expect(isHeld({ owner, leaseUntil }, now)).toBe(expected);
});
