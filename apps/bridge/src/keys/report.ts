import { figure } from '#core';
import type { KeyState } from '../../../auth/src/keys/keys.operator.ts';
import { table, type Column } from '../output/table.ts';
import type { Terminal } from '../output/terminal.ts';

const columns: readonly Column[] = [
  { title: 'key' },
  { title: 'rows', isNumber: true },
  { title: 'state', wraps: true },
];

const words: Readonly<Record<KeyState['state'], string>> = {
  missing: 'MISSING from ENCRYPTION_KEYS: add it after the current one',
  current: 'current: seals all that is new',
  old: 'old: run `bridge keys rewrap`',
  unused: 'unused: may be removed an hour after it was the first one',
};
const order = Object.keys(words);

/** One line per key: how much it has sealed, and what to do with it. */
export function reportKeys(keys: readonly KeyState[], terminal: Terminal): string {
  const rows = keys
    .toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state))
    .map(({ id, rows: count, state }) => [
      id,
      figure(count),
      state === 'missing' ? terminal.paint('red', words[state]) : words[state],
    ]);
  return table(columns, rows, terminal);
}
