import { createHash } from 'node:crypto';
import { at, isJsonObject, textAt, type Json, type JsonObject } from './json.ts';

/** Goes into every hash. Change it when the canonical form changes: a snapshot of another version is taken over without an event. */
const version = 'c1';

/**
 * One text for one fact: keys sorted, lists of identified objects sorted by their `identifier.id`, numbers as JavaScript
 * prints them. Values have been normalised before (see `normaliser`), so spellings don't differ any more.
 */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return canonicalList(value as readonly Json[]);
  if (isJsonObject(value)) return braced(Object.keys(value).toSorted(), (key) => canonical(value[key] ?? null));
  return JSON.stringify(value);
}

function braced(keys: readonly string[], textOf: (key: string) => string): string {
  return `{${keys.map((key) => `${JSON.stringify(key)}:${textOf(key)}`).join(',')}}`;
}

function canonicalList(list: readonly Json[]): string {
  // Long columns of numbers are most of what is ever hashed, and for them JSON is canonical.
  if (list.every((entry) => typeof entry !== 'object' || entry === null)) return JSON.stringify(list);
  return `[${sortIdentified(list).map(canonical).join(',')}]`;
}

function sortIdentified(list: readonly Json[]): readonly Json[] {
  const keyed = list.map((entry) => ({
    entry,
    id: isJsonObject(entry) ? textAt(entry, 'identifier', 'id') : undefined,
  }));
  if (keyed.some(({ id }) => id === undefined)) return list;
  // Entries that share an id are told apart by their content, so that their order can't matter either.
  const text = ({ entry, id = '' }: (typeof keyed)[number]): string => `${JSON.stringify(id)}${canonical(entry)}`;
  const keys = new Map(keyed.map((one) => [one, text(one)]));
  return keyed.toSorted((a, b) => ((keys.get(a) ?? '') < (keys.get(b) ?? '') ? -1 : 1)).map(({ entry }) => entry);
}

/** @returns a versioned hash of the canonical form, 128 bits as base64url */
export function contentHash(value: Json): string {
  return versioned(canonical(value));
}

function versioned(text: string): string {
  return `${version}:${sha256(text).slice(0, 22)}`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/**
 * What is remembered of a content, from one pass over it.
 * @param paths dotted paths of fields that count for themselves, and not as a part of the field that they stand in
 * @returns its `contentHash`, and one 66-bit hash per top-level field and path, enough to name the fields that changed
 */
export function fingerprint(
  content: JsonObject,
  paths: readonly string[] = [],
): { readonly hash: string; readonly fields: Readonly<Record<string, string>> } {
  const texts = textsOf(content);
  const hash = versioned(braced([...texts.keys()].toSorted(), (key) => texts.get(key) ?? ''));
  const own = paths.flatMap((path) => {
    const value = at(content, path.split('.'));
    return value === undefined ? [] : [[path, canonical(value)] as const];
  });
  const parted = paths.some((path) => path.includes('.')) ? textsOf(withoutPaths(content, paths)) : texts;
  const fields = [...parted, ...own].map(([field, text]) => [field, sha256(text).slice(0, 11)]);
  return { hash, fields: Object.fromEntries(fields) };
}

function textsOf(content: JsonObject): ReadonlyMap<string, string> {
  return new Map(Object.entries(content).map(([field, value]) => [field, canonical(value)]));
}

/**
 * A copy without the volatile fields.
 * @param paths dotted, `*` for every entry of a list: `exercises.*.modified`
 */
export function withoutPaths(content: JsonObject, paths: readonly string[]): JsonObject {
  return paths.reduce((rest, path) => drop(rest, path.split('.')) as JsonObject, content);
}

function drop(value: Json, [step, ...rest]: readonly string[]): Json {
  if (step === undefined) return value;
  if (step === '*') return Array.isArray(value) ? value.map((entry: Json) => drop(entry, rest)) : value;
  if (!isJsonObject(value) || !(step in value)) return value;
  const { [step]: found, ...others } = value;
  return rest.length === 0 ? others : { ...value, [step]: drop(found ?? null, rest) };
}

/** Whether a stored hash was made by this version of the canonical form: only then can it be compared. */
export function isComparable(hash: string): boolean {
  return hash.startsWith(`${version}:`);
}
