import { isJsonObject, without, type JsonObject } from '#core';

/** What an item is, where the field that is set says it. */
export interface Kind {
  /** Name of the field. */
  readonly kind: string;
  /** What stands in it. */
  readonly value: JsonObject;
  /** The item without its other kinds. */
  readonly item: JsonObject;
}

/**
 * The kinds in an item that "contains one of" several (documented); the documentation's examples set all of them at once,
 * so each that is set counts for itself. Where none of the known ones is, the first object in the item is taken for a new
 * kind: its data pass through, as unknown fields do.
 */
export function kindsIn(item: JsonObject, known: readonly string[]): readonly Kind[] {
  const set = known.filter((kind) => isJsonObject(item[kind]));
  const unforeseen = Object.keys(item)
    .filter((name) => isJsonObject(item[name]))
    .toSorted()
    .slice(0, 1);
  return (set.length > 0 ? set : unforeseen).flatMap((kind) => {
    const value = item[kind];
    return isJsonObject(value)
      ? [{ kind, value, item: without(item, ...known.filter((other) => other !== kind)) }]
      : [];
  });
}
