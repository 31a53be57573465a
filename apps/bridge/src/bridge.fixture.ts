import type { ExitCode } from './exit-codes.ts';
import { wrapped } from './output/prose.ts';
import type { Terminal } from './output/terminal.ts';
import { createProgram, run } from './program.ts';

export interface Told {
  readonly code: ExitCode;
  readonly out: string;
  readonly complaints: string;
}

/** Runs `bridge` in this process, as if standard output were no terminal. */
export async function bridge(...args: readonly string[]): Promise<Told> {
  const [out, complaints]: [string[], string[]] = [[], []];
  const program = createProgram({
    writeOut: (text) => out.push(text),
    writeErr: (text) => complaints.push(text),
    getOutHelpWidth: () => 100,
    getErrHelpWidth: () => 0,
    getOutHasColors: () => false,
    getErrHasColors: () => false,
  });
  const code = await run(program, args);
  return { code, out: out.join(''), complaints: complaints.join('') };
}

/** So wide, and without colours unless it is told how to paint. */
export const paper = (width = 100, paint: Terminal['paint'] = (_, text) => text): Terminal => ({
  width,
  isInteractive: false,
  out: () => undefined,
  prose: (text) => wrapped(text, width),
  complain: () => undefined,
  paint,
});

/** Shows what stands out: `red(...)`. */
export const marked: Terminal['paint'] = (colour, text) => (colour === 'dim' ? text : `${colour}(${text})`);
