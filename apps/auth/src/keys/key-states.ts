import type { EncryptionKey } from '#config';

/** An encryption key, and what is left of it in the database. */
export interface KeyState {
  readonly id: string;
  /** Tokens that it has sealed. */
  readonly rows: number;
  /** `current` seals all that is new; `missing` is not in ENCRYPTION_KEYS, though rows need it. */
  readonly state: 'current' | 'old' | 'unused' | 'missing';
}

/** One for each key that is configured or that some row needs. */
export function keyStates(keys: readonly EncryptionKey[], counts: ReadonlyMap<string, number>): readonly KeyState[] {
  const known = new Set([...keys.map(({ id }) => id), ...counts.keys()]);
  return [...known].map((id) => {
    const rows = counts.get(id) ?? 0;
    return { id, rows, state: stateOf(id, rows, keys) };
  });
}

function stateOf(id: string, rows: number, keys: readonly EncryptionKey[]): KeyState['state'] {
  if (keys[0]?.id === id) return 'current';
  if (!keys.some((key) => key.id === id)) return 'missing';
  return rows === 0 ? 'unused' : 'old';
}
