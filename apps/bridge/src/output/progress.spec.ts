import { Command } from 'commander';
import { expect, it } from '@jest/globals';
import { progressOf } from './progress.ts';

function linesOf(steps: readonly (readonly [number, number | null])[]): readonly string[] {
  const lines: string[] = [];
  const command = new Command().configureOutput({
    writeErr: (text) => lines.push(text),
    getErrHelpWidth: () => 0,
  });
  const progress = progressOf(command, 'rows');
  for (const [done, all] of steps) progress.tell(done, all);
  progress.end();
  return lines;
}

it('is a line for each percent where no terminal is', () => {
  expect(
    linesOf([
      [0, 1000],
      [4, 1000],
      [10, 1000],
      [19, 1000],
      [1000, 1000],
    ]),
  ).toHaveLength(3);
  expect(
    linesOf([
      [1, 2],
      [2, 2],
    ]),
  ).toEqual(['1 of 2 rows\n', '2 of 2 rows\n']);
});

it('counts where nobody knows how many there are', () => {
  expect(
    linesOf([
      [5, null],
      [5, null],
      [7, null],
    ]),
  ).toEqual(['5 rows\n', '7 rows\n']);
});
