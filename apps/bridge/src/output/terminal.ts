import { styleText } from 'node:util';
import type { Command } from 'commander';
import { wrapped } from './prose.ts';

/** What is wrong is red, what somebody should look at yellow, what goes without saying dim. */
export type Colour = 'red' | 'yellow' | 'green' | 'dim' | 'bold';

/** Where a command writes to. */
export interface Terminal {
  /** Columns that a table may have. */
  readonly width: number;
  /** Whether standard error is a terminal, on which a line may be drawn over. */
  readonly isInteractive: boolean;
  /** What was asked for: standard output. */
  readonly out: (text: string) => void;
  /** Running text for standard output, in lines that fit. */
  readonly prose: (text: string) => string;
  /** What is said beside it, as running text: standard error. */
  readonly complain: (text: string) => void;
  /** Coloured, where colours are wanted. */
  readonly paint: (colour: Colour, text: string) => string;
}

/** Longer lines are hard to read. A table has as many where there is no terminal, too: whoever searches it wants whole rows. */
const mostColumns = 100;
/** Of running text, where there is no terminal or one that does not know its size. */
const proseColumns = 80;

/** How wide running text may be. @param width of the terminal, where there is one */
export const proseWidth = (width: number | undefined): number => Math.min(width || proseColumns, mostColumns);

/** commander knows the streams, their widths and NO_COLOR already; a test gives it others by `configureOutput`. */
export function terminalOf(command: Command): Terminal {
  const { writeOut, writeErr, getOutHelpWidth, getErrHelpWidth, getOutHasColors } = command.configureOutput();
  const hasColours = getOutHasColors?.() === true;
  return {
    width: Math.min(getOutHelpWidth?.() || mostColumns, mostColumns),
    isInteractive: (getErrHelpWidth?.() ?? 0) > 0,
    out: (text) => writeOut?.(text),
    prose: (text) => wrapped(text, proseWidth(getOutHelpWidth?.())),
    complain: (text) => writeErr?.(wrapped(text, proseWidth(getErrHelpWidth?.()))),
    paint: (colour, text) => (hasColours ? styleText(colour, text, { validateStream: false }) : text),
  };
}
