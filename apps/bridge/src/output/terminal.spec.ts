import { Command, type OutputConfiguration } from 'commander';
import { expect, it } from '@jest/globals';
import { terminalOf } from './terminal.ts';

const terminal = (output: OutputConfiguration) => terminalOf(new Command().configureOutput(output));

it('has colours where they are wanted only', () => {
  expect(terminal({ getOutHasColors: () => true }).paint('red', 'late')).toBe('\u{1b}[31mlate\u{1b}[39m');
  expect(terminal({ getOutHasColors: () => false }).paint('red', 'late')).toBe('late');
});

it('has running text in 100 columns at most, and in 80 where there is no terminal', () => {
  const longest = (output: OutputConfiguration) =>
    Math.max(
      ...terminal(output)
        .prose('two '.repeat(100))
        .split('\n')
        .map((line) => line.length),
    );
  expect(longest({ getOutHelpWidth: () => 240 })).toBe(99);
  expect(longest({ getOutHelpWidth: () => 60 })).toBe(59);
  expect(longest({ getOutHelpWidth: () => undefined as unknown as number })).toBe(79);
});

it('complains in lines that fit standard error', () => {
  const said: string[] = [];
  terminal({ getErrHelpWidth: () => 40, writeErr: (text) => said.push(text) }).complain(
    `${'two '.repeat(12).trim()}\n`,
  );
  expect(
    said
      .join('')
      .split('\n')
      .map((line) => line.length),
  ).toEqual([39, 7, 0]);
});

it('has tables in 100 columns at most', () => {
  expect(terminal({ getOutHelpWidth: () => 240 }).width).toBe(100);
  expect(terminal({ getOutHelpWidth: () => 60 }).width).toBe(60);
  expect(terminal({ getOutHelpWidth: () => 0 }).width).toBe(100);
});

it('may be drawn over where standard error is a terminal', () => {
  expect(terminal({ getErrHelpWidth: () => 80 }).isInteractive).toBe(true);
  expect(terminal({ getErrHelpWidth: () => 0 }).isInteractive).toBe(false);
});
