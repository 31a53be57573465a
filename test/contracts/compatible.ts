import { openValues } from './open-enum.ts';
import { referred, type Schema } from './schema.ts';

/**
 * What a consumer, or a validator with the other version of the schema, would trip over when `next` follows `released`:
 * each with the dotted name of the property, `[]` for the entries of a list.
 */
export function incompatibilities(released: Schema, next: Schema): readonly string[] {
  const found = new Set<string>();

  const compare = (path: string, before: Schema, after: Schema, enclosing: readonly string[]): void => {
    const names = [referred(before), referred(after)];
    if (names.some((name) => name !== undefined)) {
      // A schema may refer to itself.
      const visit = names.join(' ');
      if (enclosing.includes(visit)) return;
      compare(path, resolved(before, released), resolved(after, next), [...enclosing, visit]);
      return;
    }
    const at = path === '' ? 'the event' : path;
    for (const change of ownChanges(before, after)) found.add(`${at}: ${change}`);
    // What was inside has gone with it.
    if (!typesOf(before).some((type) => typesOf(after).includes(type))) return;
    for (const [name, field] of Object.entries(before.properties ?? {})) {
      const now = after.properties?.[name];
      if (now === undefined) found.add(`${join(path, name)}: removed`);
      else compare(join(path, name), field, now, enclosing);
    }
    const [were, are] = [before.required ?? [], after.required ?? []];
    for (const name of are.filter((one) => !were.includes(one))) found.add(`${join(path, name)}: new required`);
    for (const name of were.filter((one) => !are.includes(one))) found.add(`${join(path, name)}: no longer required`);
    if (before.items !== undefined && after.items !== undefined)
      compare(`${path}[]`, before.items, after.items, enclosing);
    if (typeof before.additionalProperties === 'object' && typeof after.additionalProperties === 'object')
      compare(join(path, '*'), before.additionalProperties, after.additionalProperties, enclosing);
    if (openValues(before) === undefined && openValues(after) === undefined)
      alternatives(path, before, after, enclosing);
  };

  const alternatives = (path: string, before: Schema, after: Schema, enclosing: readonly string[]): void => {
    const [were, are] = [before.anyOf ?? [], after.anyOf ?? []];
    if (were.length === 0 || are.length === 0) return;
    if (were.length > are.length) found.add(`${path}: narrowed, one of the alternatives is gone`);
    if (were.length < are.length) found.add(`${path}: changed type, there is one more alternative`);
    for (const [index, one] of were.entries()) {
      const now = are[index];
      if (now !== undefined) compare(path, one, now, enclosing);
    }
  };

  compare('', released, next, []);
  return [...found].toSorted();
}

function resolved(schema: Schema, root: Schema): Schema {
  const name = referred(schema);
  return name === undefined ? schema : (root.$defs?.[name] ?? {});
}

const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

/** What changed in a schema itself, without what is inside it. */
function ownChanges(before: Schema, after: Schema): readonly string[] {
  const [was, is] = [typesOf(before), typesOf(after)];
  const changes: string[] = [];
  if (was.join('|') !== is.join('|')) {
    const narrowed = is.length > 0 && (was.length === 0 || is.every((type) => was.includes(type)));
    changes.push(
      `${narrowed ? 'narrowed' : 'changed type'} from ${was.join(' | ') || 'anything'} to ${is.join(' | ') || 'anything'}`,
    );
  }
  changes.push(...valueChanges(before, after));
  for (const key of ['format', 'pattern', 'minimum', 'maximum', 'minItems'] as const) {
    if (after[key] !== undefined && before[key] !== after[key] && !isWider(key, before[key], after[key]))
      changes.push(`narrowed, ${key} ${String(before[key] ?? 'none')} became ${String(after[key])}`);
  }
  if (before.additionalProperties !== false && after.additionalProperties === false)
    changes.push('narrowed, other properties are not allowed any more');
  return changes;
}

function isWider(key: string, before: unknown, after: unknown): boolean {
  if (typeof before !== 'number' || typeof after !== 'number') return false;
  return key === 'maximum' ? after >= before : after <= before;
}

/** Closed lists of values only: an open one promises nothing. */
function valueChanges(before: Schema, after: Schema): readonly string[] {
  const [were, are] = [valuesOf(before), valuesOf(after)];
  if (were === undefined && are === undefined) return [];
  if (are === undefined) return ['changed type, its values are not listed any more'];
  if (were === undefined) return [`narrowed to ${are.join(', ')}`];
  const gone = were.filter((value) => !are.includes(value));
  const added = are.filter((value) => !were.includes(value));
  return [
    ...(gone.length > 0 ? [`narrowed, without ${gone.join(', ')}`] : []),
    ...(added.length > 0 ? [`changed type, a closed list of values has ${added.join(', ')} more`] : []),
  ];
}

function valuesOf(schema: Schema): readonly string[] | undefined {
  const values = schema.const === undefined ? schema.enum : [schema.const];
  return values?.map((value) => JSON.stringify(value));
}

function typesOf(schema: Schema): readonly string[] {
  if (openValues(schema) !== undefined) return ['string'];
  if (schema.type !== undefined) return [schema.type].flat().toSorted();
  if (schema.anyOf !== undefined) return ['one of several'];
  const values = schema.const === undefined ? schema.enum : [schema.const];
  return [...new Set(values?.map((value) => (value === null ? 'null' : typeof value)))].toSorted();
}
