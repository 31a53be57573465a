import { expect, it } from '@jest/globals';
import { clockVerdicts } from './clock.ts';

const before = Date.parse('2026-11-27T10:00:00Z');

it.each<[string, number, number, number | undefined, string | undefined]>([
  ['the same time', before + 50, 100, undefined, undefined],
  ['any time within a slow answer', before + 9_000, 10_000, undefined, undefined],
  ['less than two seconds', before + 1_900, 0, undefined, undefined],
  ['a time that was rounded down', before - 2_900, 0, 1_000, undefined],
  ['five seconds ahead', before + 5_000, 0, undefined, 'warn The clock of it is 5 s ahead of this machine'],
  ['an hour behind', before - 3_600_000, 0, undefined, 'broken The clock of it is 60 min behind this machine'],
])('judges %s', (_, at, tookMs, stepMs, expected) => {
  const reading = { before, at, after: before + tookMs, ...(stepMs !== undefined && { stepMs }) };
  const [found] = clockVerdicts('it', reading);
  expect(found && `${found.state} ${found.line}`.split("'s;")[0]).toBe(expected);
});
