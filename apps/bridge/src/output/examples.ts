import type { AddHelpTextContext } from 'commander';
import { terminalOf } from './terminal.ts';

/** Text for `addHelpText('after', ...)`: commands as they are typed, each with what it is for. */
export function examples(...lines: readonly (readonly [command: string, what: string])[]): string {
  return ['', 'Examples:', ...lines.flatMap(([command, what]) => [`  # ${what}`, `  bridge ${command}`])].join('\n');
}

/** Running text for the same. */
export const note =
  (text: string) =>
  ({ command }: AddHelpTextContext): string =>
    `\n${terminalOf(command).prose(text)}`;
