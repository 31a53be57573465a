import { stripVTControlCharacters, styleText } from 'node:util';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { wrapped } from './prose.ts';

it('breaks what is too long between words, and leaves what fits', () => {
  expect(wrapped('the quick brown fox jumps over\nthe dog\n', 20)).toBe('the quick brown fox\njumps over\nthe dog\n');
});

it('indents what comes after a break like its line, and below the words of a list', () => {
  expect(wrapped('  reason: quick brown foxes', 22)).toBe('  reason: quick brown\n  foxes');
  expect(wrapped('  - types: "SleepScore"; allowed: a, b', 24)).toBe('  - types: "SleepScore";\n    allowed: a, b');
});

it('parts neither a figure nor a command, which is copied', () => {
  expect(wrapped('Of all of these 12\u{a0}345\u{a0}678 are left.', 22)).toBe(
    'Of all of these\n12\u{a0}345\u{a0}678 are left.',
  );
  expect(wrapped('Look: `bridge connections list --status paused`.', 30)).toBe(
    'Look:\n`bridge connections list --status paused`.',
  );
});

it('does not count colours', () => {
  const red = styleText('red', 'the quick', { validateStream: false });
  expect(stripVTControlCharacters(wrapped(`${red} brown fox jumps`, 20))).toBe('the quick brown fox\njumps');
});

it('loses no word, and has no line that could be shorter', () => {
  const word = fc.stringMatching(/^[a-z]{1,12}$/);
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), fc.integer({ min: 20, max: 120 }), (words, width) => {
      const lines = wrapped(words.join(' '), width).split('\n');
      expect(lines.join(' ')).toBe(words.join(' '));
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
      for (const [index, next] of lines.slice(1).entries())
        expect(`${lines[index] ?? ''} ${next.split(' ')[0] ?? ''}`.length).toBeGreaterThan(width);
    }),
  );
});
