export type JsonPrimitive = string | number | boolean | null;
export type Json = JsonPrimitive | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @returns the value at the path, or undefined where any step is missing */
export function at(value: Json | undefined, path: readonly string[]): Json | undefined {
  let here = value;
  for (const step of path) {
    if (!isJsonObject(here)) return undefined;
    here = here[step];
  }
  return here;
}

/** @returns the text at the path; numbers become text, anything else undefined */
export function textAt(value: Json | undefined, ...path: readonly string[]): string | undefined {
  const found = at(value, path);
  if (typeof found === 'string') return found;
  return typeof found === 'number' ? String(found) : undefined;
}

/** @returns the objects in the list at the path; an absent list is an empty one */
export function objectsAt(value: Json | undefined, ...path: readonly string[]): readonly JsonObject[] {
  const found = at(value, path);
  return Array.isArray(found) ? found.filter((entry: Json) => isJsonObject(entry)) : [];
}

/** A copy without the named fields. */
export function without(value: JsonObject, ...fields: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !fields.includes(key)));
}
