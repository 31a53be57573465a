import { stripVTControlCharacters } from 'node:util';
import Table from 'cli-table3';
import type { Terminal } from './terminal.ts';

/** A column of a table; its cells are not wider than they have to be. */
export interface Column {
  readonly title: string;
  /** Numbers stand below each other. */
  readonly isNumber?: true;
  /** May be broken into several lines where the table is too wide; an id may not. */
  readonly wraps?: true;
}

const gap = 2;
const narrowest = 12;
const borders = Object.fromEntries(
  [
    'top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right',
    'left left-mid mid mid-mid right right-mid middle',
  ].flatMap((names) => names.split(' ').map((name) => [name, ''])),
);

/** A table without lines, as wide as the terminal at most; each line ends with a line break. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], terminal: Terminal): string {
  const titles = columns.map(({ title }) => title);
  const widths = fitted(columns, [titles, ...rows], terminal.width);
  const made = new Table({
    chars: borders,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': gap },
    head: titles.map((title) => terminal.paint('dim', title)),
    colWidths: widths.map((width) => width + gap),
    colAligns: columns.map(({ isNumber }) => (isNumber ? 'right' : 'left')),
    wordWrap: true,
  });
  for (const row of rows)
    made.push(
      row.map((content, column) => {
        // A word that is wider than its column would be cut off at a word's end.
        const wrapOnWordBoundary = longestWord(content) <= (widths[column] ?? 0);
        return { content, wrapOnWordBoundary };
      }),
    );
  return `${made.toString().replaceAll(/ +$/gm, '')}\n`;
}

/** What the columns ask for; where that is too much, the widest ones that wrap give way. */
function fitted(columns: readonly Column[], rows: readonly (readonly string[])[], most: number): readonly number[] {
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => lengthOf(row[column] ?? ''))));
  const room = most - gap * (columns.length - 1);
  for (let excess = sum(widths) - room; excess > 0; excess -= 1) {
    const wrapping = widths.map((width, column) => (columns[column]?.wraps ? width : 0));
    const widest = Math.max(...wrapping);
    if (widest <= narrowest) break;
    widths[wrapping.indexOf(widest)] = widest - 1;
  }
  return widths;
}

const lengthOf = (text: string): number => stripVTControlCharacters(text).length;
const longestWord = (text: string): number => Math.max(...text.split(/\s+/).map(lengthOf));
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
