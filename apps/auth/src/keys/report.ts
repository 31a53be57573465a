import type { EncryptionKey } from '#config';

const width = 30;

/** A bar that is drawn over itself on a terminal, and a line for each step elsewhere. */
export function progressLine(done: number, all: number, isTerminal: boolean): string {
  const full = all === 0 ? width : Math.round((done / all) * width);
  const bar = `[${'#'.repeat(full)}${' '.repeat(width - full)}] ${String(done)} of ${String(all)} rows`;
  if (!isTerminal) return `${bar}\n`;
  return done === all ? `\r${bar}\n` : `\r${bar}`;
}

/** One line per key: how much it has sealed, and what to do with it. */
export function keyTable(keys: readonly EncryptionKey[], counts: ReadonlyMap<string, number>): string {
  const known = new Set([...keys.map(({ id }) => id), ...counts.keys()]);
  const lines = [...known].map((id) => {
    const rows = counts.get(id) ?? 0;
    return `${id.padEnd(32)} ${String(rows).padStart(8)}  ${adviceOn(id, rows, keys)}`;
  });
  return [`${'key'.padEnd(32)} ${'rows'.padStart(8)}`, ...lines, ''].join('\n');
}

function adviceOn(id: string, rows: number, keys: readonly EncryptionKey[]): string {
  if (keys[0]?.id === id) return 'current: seals all that is new';
  if (!keys.some((key) => key.id === id)) return 'MISSING from ENCRYPTION_KEYS: add it after the current one';
  return rows === 0 ? 'unused: may be removed an hour after it was the first one' : 'old: run rewrap';
}
