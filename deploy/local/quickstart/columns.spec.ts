import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { notice, times, widthOf, wrap } from './columns.ts';

describe('the columns of quickstart', () => {
  it('breaks between words only, loses none, and exceeds the width by single words only', () => {
    const words = fc.array(fc.stringMatching(/^\S{1,30}$/), { minLength: 1 });
    fc.assert(
      fc.property(words, fc.integer({ min: 1, max: 60 }), (text, width) => {
        const lines = wrap(text.join(' '), width);
        expect(lines.flatMap((line) => line.split(' '))).toEqual(text);
        for (const line of lines) expect(line.length <= width || !line.includes(' ')).toBe(true);
      }),
    );
  });

  it('puts a remark beside what it is about, or below where there is no room', () => {
    expect(notice('kafka', 'host:1', 'topics', 80)).toBe(`kafka      host:1${' '.repeat(28)} topics`);
    expect(notice('kafka', 'host:1', 'word '.repeat(9).trim(), 60)).toBe(
      'kafka      host:1\n           word word word word word word word word word',
    );
    expect(notice('provider', 'Polar', '', 80)).toBe('provider   Polar');
  });

  it('takes 80 columns where there is no terminal', () => {
    expect([widthOf({}), widthOf({ columns: 40 }), widthOf({ columns: 120 })]).toEqual([80, 80, 120]);
  });

  it('counts one and many', () => {
    expect([times(0, 'hour'), times(1, 'hour'), times(2, 'hour')]).toEqual(['0 hours', '1 hour', '2 hours']);
  });
});
