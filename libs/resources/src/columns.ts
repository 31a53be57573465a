import type { Json, JsonObject } from '#core';

/**
 * A list of alike objects as columns of equal length, null where an entry lacks the field.
 * @param fields columns that are there even when no entry has them; fields that nobody foresaw follow them
 */
export function columns(entries: readonly JsonObject[], fields: readonly string[]): Record<string, readonly Json[]> {
  const names = [...new Set([...fields, ...entries.flatMap((entry) => Object.keys(entry)).toSorted()])];
  return Object.fromEntries(names.map((name) => [name, entries.map((entry) => entry[name] ?? null)]));
}
