import { hash as digest } from 'node:crypto';
import { at, isJsonObject, textAt, type Json, type JsonObject } from './json.ts';

/** Goes into every hash. Change it when the canonical form changes: a snapshot of another version is taken over without an event. */
const version = 'c1';

/**
 * One text for one fact: keys sorted, lists of identified objects sorted by their `identifier.id`, numbers as JavaScript
 * prints them. Values have been normalised before (see `normaliser`), so spellings don't differ any more.
 */
export function canonical(value: Json): string {
  if (isJsonObject(value)) return braced(textsOf(value));
  if (!Array.isArray(value) || value.length < longList) return JSON.stringify(ordered(value));
  const known = texts.get(value);
  if (known !== undefined) return known;
  const text = JSON.stringify(ordered(value));
  texts.set(value, text);
  return text;
}

/** Columns are hashed twice: for the index of their chunks, and as a part of what is compared. */
const texts = new WeakMap<readonly Json[], string>();
const longList = 100;

/** The same value in the canonical order; the very same object where it is flat and has that order already. */
function ordered(value: Json): Json {
  if (Array.isArray(value)) return orderedList(value as readonly Json[]);
  if (!isJsonObject(value) || isOrdered(value)) return value;
  const keys = Object.keys(value).toSorted();
  return Object.fromEntries(keys.map((key) => [key, ordered(value[key] ?? null)]));
}

/** Flat, with rising keys: nothing in it is left to be ordered. */
function isOrdered(value: JsonObject): boolean {
  let before = '';
  for (const key of Object.keys(value)) {
    const field = value[key];
    if (key < before || (typeof field === 'object' && field !== null)) return false;
    before = key;
  }
  return true;
}

function orderedList(list: readonly Json[]): readonly Json[] {
  // Long columns of numbers are most of what is ever hashed.
  if (list.every((entry) => typeof entry !== 'object' || entry === null)) return list;
  return sortIdentified(list.map(ordered));
}

function sortIdentified(list: readonly Json[]): readonly Json[] {
  const ids = new Map<Json, string>();
  for (const entry of list) {
    const id = isJsonObject(entry) ? textAt(entry, 'identifier', 'id') : undefined;
    if (id === undefined) return list;
    // Entries that share an id are told apart by their content, so that their order can't matter either.
    ids.set(entry, `${JSON.stringify(id)}${JSON.stringify(entry)}`);
  }
  return list.toSorted((a, b) => ((ids.get(a) ?? '') < (ids.get(b) ?? '') ? -1 : 1));
}

/** @returns a versioned hash of the canonical form, 128 bits as base64url */
export function contentHash(value: Json): string {
  return versioned(canonical(value));
}

function versioned(text: string): string {
  return `${version}:${sha256(text).slice(0, 22)}`;
}

function sha256(text: string): string {
  return digest('sha256', text, 'base64url');
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
  const fieldTexts = textsOf(content);
  const hash = versioned(braced(fieldTexts));
  const own = paths.flatMap((path) => {
    const value = at(content, path.split('.'));
    return value === undefined ? [] : [[path, canonical(value)] as const];
  });
  const parted = paths.some((path) => path.includes('.')) ? textsOf(withoutPaths(content, paths)) : fieldTexts;
  const fields = [...parted, ...own].map(([field, text]) => [field, sha256(text).slice(0, 11)]);
  return { hash, fields: Object.fromEntries(fields) };
}

/** The canonical text of an object whose fields' texts are known. */
function braced(texts: ReadonlyMap<string, string>): string {
  const keys = [...texts.keys()].toSorted();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${texts.get(key) ?? ''}`).join(',')}}`;
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
