import { Command, type OutputConfiguration } from 'commander';
import { expect, it } from '@jest/globals';
import { terminalOf } from './terminal.ts';

const terminal = (output: OutputConfiguration) => terminalOf(new Command().configureOutput(output));

it('has colours where they are wanted only', () => {
  expect(terminal({ getOutHasColors: () => true }).paint('red', 'late')).toBe('\u{1b}[31mlate\u{1b}[39m');
  expect(terminal({ getOutHasColors: () => false }).paint('red', 'late')).toBe('late');
});

it('has 100 columns at most', () => {
  expect(terminal({ getOutHelpWidth: () => 240 }).width).toBe(100);
  expect(terminal({ getOutHelpWidth: () => 60 }).width).toBe(60);
  expect(terminal({ getOutHelpWidth: () => 0 }).width).toBe(100);
});

it('may be drawn over where standard error is a terminal', () => {
  expect(terminal({ getErrHelpWidth: () => 80 }).isInteractive).toBe(true);
  expect(terminal({ getErrHelpWidth: () => 0 }).isInteractive).toBe(false);
});
