import { referred, type Schema } from './schema.ts';

/** Paths in a value of which a schema says nothing: it allows more properties everywhere, so validation does not tell. */
export function undescribed(schema: Schema, value: unknown, root = schema, path = ''): readonly string[] {
  const name = referred(schema);
  if (name !== undefined) return undescribed(root.$defs?.[name] ?? {}, value, root, path);
  if (schema.anyOf !== undefined) {
    const each = schema.anyOf.map((one) => undescribed(one, value, root, path));
    return each.toSorted((a, b) => a.length - b.length)[0] ?? [];
  }
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items === undefined) return value.length === 0 ? [] : [`${path}[]`];
    return [...new Set(value.flatMap((entry) => undescribed(items, entry, root, `${path}[]`)))];
  }
  if (typeof value !== 'object' || value === null) return [];
  const others = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
  return Object.entries(value).flatMap(([key, inside]) => {
    const field = schema.properties?.[key] ?? others;
    const at = path === '' ? key : `${path}.${key}`;
    return field === undefined ? [at] : undescribed(field, inside, root, at);
  });
}
