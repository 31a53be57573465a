import type { Json, JsonObject } from '#core';

/**
 * A list of alike objects as columns of equal length, null where an entry lacks the field.
 * @param fields columns that are there even when no entry has them; fields that nobody foresaw follow them
 */
export function columns(entries: readonly JsonObject[], fields: readonly string[]): Record<string, readonly Json[]> {
  const known = new Set(fields);
  const others = new Set<string>();
  for (const entry of entries) for (const key of Object.keys(entry)) if (!known.has(key)) others.add(key);
  const names = [...fields, ...[...others].toSorted()];
  return Object.fromEntries(names.map((name) => [name, entries.map((entry) => entry[name] ?? null)]));
}
