import type { Command } from 'commander';
import cliProgress from 'cli-progress';
import { figure } from '#core';
import { terminalOf } from './terminal.ts';

/** How far long work is. Says nothing on standard output. */
export interface Progress {
  /** @param all null where nobody knows */
  readonly tell: (done: number, all: number | null) => void;
  /** Before something else is told; more than once does no harm. */
  readonly end: () => void;
}

/**
 * Does long work and shows how far it is: as a bar on a terminal, elsewhere as a line for each percent.
 * @param unit what is counted, such as `rows`
 */
export async function withProgress<T>(
  command: Command,
  unit: string,
  work: (progress: Progress) => Promise<T>,
): Promise<T> {
  const { isInteractive, complain } = terminalOf(command);
  const progress = isInteractive ? bar(unit) : lines(unit, complain);
  try {
    return await work(progress);
  } finally {
    // Whatever happens: a bar that is not ended keeps the process alive.
    progress.end();
  }
}

function bar(unit: string): Progress {
  const drawn = new cliProgress.SingleBar(
    {
      stream: process.stderr,
      format: (options, { progress }, { done, all }: { done: number; all: number | null }) => {
        const counted = all === null ? figure(done) : `${figure(done)} of ${figure(all)}`;
        const { barsize = 0 } = options;
        return all === null
          ? `${counted} ${unit}`
          : `[${'#'.repeat(progress * barsize).padEnd(barsize)}] ${counted} ${unit}`;
      },
      hideCursor: true,
      // A signal ends the process by `runMain`, and an exit ends the bar.
      gracefulExit: false,
    },
    cliProgress.Presets.legacy,
  );
  let isDrawn = false;
  const end = (): void => {
    if (isDrawn) drawn.stop();
    isDrawn = false;
    process.off('exit', end);
  };
  return {
    tell(done, all) {
      const payload = { done, all };
      if (isDrawn) drawn.update(done, payload);
      else drawn.start(all ?? 0, done, payload);
      if (!isDrawn) process.once('exit', end);
      isDrawn = true;
    },
    end,
  };
}

function lines(unit: string, write: (text: string) => void): Progress {
  let last: string | undefined;
  return {
    tell(done, all) {
      const counted = all === null ? figure(done) : `${figure(done)} of ${figure(all)}`;
      const step = all === null || all === 0 ? counted : String(Math.floor((100 * done) / all));
      if (step !== last) write(`${counted} ${unit}\n`);
      last = step;
    },
    end: () => undefined,
  };
}
