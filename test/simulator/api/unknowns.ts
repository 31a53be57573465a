import { resolved, schemaOf, type Schema } from '../document/document.ts';
import type { Body } from '../document/fill.ts';
import type { Operation } from './operations.ts';

const UNKNOWN = 'SOMETHING_NEW';

/** An item with a field that nobody knows, and values that nobody knows where the document has an enumeration. */
export function withUnknowns({ item, identity }: Operation, body: Body): Body {
  const shown = item === undefined ? body : renamed(schemaOf(item), body, identity);
  return { ...shown, brandNew: { kind: 'BRAND_NEW_KIND', level: 1 } };
}

/** All enumerations of an object itself; where it has none, those of the first object inside it that has some. */
function renamed(schema: Schema, body: Body, identity: readonly string[]): Body {
  const properties = Object.entries(schema.properties ?? {}).filter(([name]) => name in body);
  const own = properties.filter(
    ([name, property]) => resolved(property).enum !== undefined && !identity.includes(name),
  );
  if (own.length > 0) return { ...body, ...Object.fromEntries(own.map(([name]) => [name, UNKNOWN])) };
  for (const [name, property] of properties) {
    // What identifies an item stays as it is, or it would be another item.
    if (identity.some((path) => path.startsWith(`${name}.`))) continue;
    const inner = renamedInside(resolved(property), body[name]);
    if (inner !== body[name]) return { ...body, [name]: inner };
  }
  return body;
}

function renamedInside(schema: Schema, value: unknown): unknown {
  if (Array.isArray(value) && schema.items !== undefined) {
    const [first, ...rest] = value as readonly unknown[];
    const inner = renamedInside(resolved(schema.items), first);
    return inner === first ? value : [inner, ...rest];
  }
  if (typeof value !== 'object' || value === null || schema.properties === undefined) return value;
  return renamed(schema, value as Body, []);
}
