import { styleText } from 'node:util';
import type { Command } from 'commander';

/** What is wrong is red, what somebody should look at yellow, what goes without saying dim. */
export type Colour = 'red' | 'yellow' | 'green' | 'dim' | 'bold';

/** Where a command writes to. */
export interface Terminal {
  /** Columns that a line may have. */
  readonly width: number;
  /** Whether standard error is a terminal, on which a line may be drawn over. */
  readonly isInteractive: boolean;
  /** What was asked for: standard output. */
  readonly out: (text: string) => void;
  /** What is said beside it: standard error. */
  readonly complain: (text: string) => void;
  /** Coloured, where colours are wanted. */
  readonly paint: (colour: Colour, text: string) => string;
}

/** Where there is no terminal, or one that does not know its size, too. */
const mostColumns = 100;

/** commander knows the streams, their widths and NO_COLOR already; a test gives it others by `configureOutput`. */
export function terminalOf(command: Command): Terminal {
  const { writeOut, writeErr, getOutHelpWidth, getErrHelpWidth, getOutHasColors } = command.configureOutput();
  const hasColours = getOutHasColors?.() === true;
  return {
    width: Math.min(getOutHelpWidth?.() || mostColumns, mostColumns),
    isInteractive: (getErrHelpWidth?.() ?? 0) > 0,
    out: (text) => writeOut?.(text),
    complain: (text) => writeErr?.(text),
    paint: (colour, text) => (hasColours ? styleText(colour, text, { validateStream: false }) : text),
  };
}
