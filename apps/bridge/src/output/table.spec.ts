import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { paper } from '../bridge.fixture.ts';
import { table, type Column } from './table.ts';

const columns: readonly Column[] = [{ title: 'id' }, { title: 'rows', isNumber: true }, { title: 'why', wraps: true }];
const sentence = 'Waits for the budget: no more live polls are let through for now.';

describe('a table', () => {
  it('has numbers below each other, and nothing at the end of a line', () => {
    expect(
      table(
        columns,
        [
          ['a', '1', 'so'],
          ['bcd', '1000', ''],
        ],
        paper(100),
      ),
    ).toBe(['id   rows  why', 'a       1  so', 'bcd  1000', ''].join('\n'));
  });

  it.each([100, 60, 40])('fits %i columns', (width) => {
    const lines = table(columns, [['0e7a5e', '12', `${sentence} ${sentence}`]], paper(width)).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
    expect(lines.join(' ').replaceAll(/\s+/g, ' ')).toContain('budget: no more live polls');
  });

  it('breaks a word that is wider than its column, and loses nothing of it', () => {
    const word = 'x'.repeat(90);
    const text = table(columns, [['id', '1', word]], paper(40));
    expect(text.replaceAll(/[^x]/g, '')).toBe(word);
  });

  it('breaks no id', () => {
    const id = '6f0e7a5e-7a39-4c02-a7a0-5b7a0f3f7d6c';
    expect(table(columns, [[id, '1', sentence]], paper(50))).toContain(`${id} `);
  });

  it('is as wide with colours as without', () => {
    const painted = paper(100, (_, text) => `\u{1b}[31m${text}\u{1b}[39m`);
    const lines = table(columns, [[painted.paint('red', 'a'), '1', 'so']], painted).split('\n');
    expect(stripVTControlCharacters(lines[1] ?? '')).toBe('a      1  so');
  });
});
