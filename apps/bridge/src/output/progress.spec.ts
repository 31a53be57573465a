import { Command } from 'commander';
import { expect, it } from '@jest/globals';
import { withProgress } from './progress.ts';

async function linesOf(...steps: readonly (readonly [number, number | null])[]): Promise<readonly string[]> {
  const lines: string[] = [];
  const command = new Command().configureOutput({
    writeErr: (text) => lines.push(text),
    getErrHelpWidth: () => 0,
  });
  await withProgress(command, 'rows', async ({ tell }) => {
    for (const [done, all] of steps) tell(done, all);
  });
  return lines;
}

it('is a line for each percent where no terminal is', async () => {
  expect(await linesOf([0, 1000], [4, 1000], [10, 1000], [19, 1000], [1000, 1000])).toHaveLength(3);
  expect(await linesOf([1, 2], [2, 2])).toEqual(['1 of 2 rows\n', '2 of 2 rows\n']);
});

it('counts where nobody knows how many there are', async () => {
  expect(await linesOf([5, null], [5, null], [7, null])).toEqual(['5 rows\n', '7 rows\n']);
});
