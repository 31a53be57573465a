import type { Command } from 'commander';
import cliProgress from 'cli-progress';
import { figure } from '#core';
import { terminalOf } from './terminal.ts';

/** How far long work is. Says nothing on standard output. */
export interface Progress {
  /** @param all null where nobody knows */
  readonly tell: (done: number, all: number | null) => void;
  readonly end: () => void;
}

/** A bar on a terminal; elsewhere a line for each percent. @param unit what is counted, such as `rows` */
export function progressOf(command: Command, unit: string): Progress {
  const { isInteractive, complain } = terminalOf(command);
  return isInteractive ? bar(unit) : lines(unit, complain);
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
  const end = (): void => {
    process.off('exit', end);
    drawn.stop();
  };
  let isDrawn = false;
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
