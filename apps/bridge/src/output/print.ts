import type { Command } from 'commander';
import { terminalOf, type Terminal } from './terminal.ts';

/** The option of every command that tells something. */
export const withJson = (command: Command): Command =>
  command.option('--json', 'one JSON document on standard output instead of words');

/**
 * Prints what a command found: the document with `--json`, else words for people.
 * @param words ends with a line break
 */
export function print(command: Command, document: unknown, words: (terminal: Terminal) => string): void {
  const terminal = terminalOf(command);
  terminal.out(isJson(command) ? `${JSON.stringify(document, null, 2)}\n` : words(terminal));
}

export const isJson = (command: Command): boolean => command.opts()['json'] === true;
