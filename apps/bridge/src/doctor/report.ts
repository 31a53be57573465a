import { type VerdictState, figure } from '#core';
import { table, type Column } from '../output/table.ts';
import type { Colour, Terminal } from '../output/terminal.ts';
import type { Finding } from './examine.ts';

const colours: Readonly<Record<VerdictState, Colour>> = { broken: 'red', warn: 'yellow', skipped: 'dim', ok: 'green' };
/** What is worst comes first. */
const order = Object.keys(colours) as readonly VerdictState[];
const columns: readonly Column[] = [
  { title: 'state' },
  { title: 'check' },
  { title: 'found, and what to do', wraps: true },
];

/** For people: a row for each finding, its advice below it. */
export function report(findings: readonly Finding[], terminal: Terminal): string {
  const sorted = findings.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  const rows = sorted.map(({ state, check, line, advice }) => [
    terminal.paint(colours[state], state),
    check,
    advice === undefined ? line : `${line}\n-> ${advice}`,
  ]);
  const counts = order.map((state) => `${figure(findings.filter((one) => one.state === state).length)} ${state}`);
  return `${table(columns, rows, terminal)}\n${counts.join(', ')}\n`;
}
