/** The part of JSON Schema 2020-12 that the contracts use. `$ref` is always `#/$defs/Name`. */
export interface Schema {
  readonly $schema?: string;
  readonly $id?: string;
  readonly $ref?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly examples?: readonly unknown[];
  readonly $defs?: Readonly<Record<string, Schema>>;
}

const definitions = '#/$defs/';

export function reference(name: string): Schema {
  return { $ref: `${definitions}${name}` };
}

/** @returns the name of the definition that a schema refers to */
export function referred({ $ref }: Schema): string | undefined {
  return $ref?.startsWith(definitions) === true ? $ref.slice(definitions.length) : undefined;
}

/** The same schema with every schema directly inside it changed. */
export function mapInside(schema: Schema, change: (inside: Schema) => Schema): Schema {
  const { properties, items, anyOf, additionalProperties, $defs } = schema;
  return {
    ...schema,
    ...(properties !== undefined && { properties: mapValues(properties, change) }),
    ...(items !== undefined && { items: change(items) }),
    ...(anyOf !== undefined && { anyOf: anyOf.map(change) }),
    ...(typeof additionalProperties === 'object' && { additionalProperties: change(additionalProperties) }),
    ...($defs !== undefined && { $defs: mapValues($defs, change) }),
  };
}

export function mapValues<Value, Result>(
  record: Readonly<Record<string, Value>>,
  change: (value: Value, key: string) => Result,
): Record<string, Result> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}

/** Every definition that a schema leads to, at any depth. */
export function reachable(schema: Schema, all: Readonly<Record<string, Schema>>): Readonly<Record<string, Schema>> {
  const found = new Map<string, Schema>();
  const visit = (part: Schema): Schema => {
    const name = referred(part);
    const definition = name === undefined ? undefined : all[name];
    if (name !== undefined && definition === undefined) throw new TypeError(`no definition ${name}`);
    if (name !== undefined && definition !== undefined && !found.has(name)) {
      found.set(name, definition);
      visit(definition);
    }
    return mapInside(part, visit);
  };
  visit(schema);
  return Object.fromEntries([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** In the order in which people read a schema; keys that have no order of their own come by name. */
const order = [
  '$schema',
  '$id',
  '$ref',
  'title',
  'description',
  'type',
  'format',
  'pattern',
  'minimum',
  'maximum',
  'const',
  'enum',
  'anyOf',
  'required',
  'properties',
  'additionalProperties',
  'items',
  'minItems',
  'examples',
  '$defs',
];

export function ordered(schema: Schema): Schema {
  const rank = (key: string): number => (order.includes(key) ? order.indexOf(key) : order.length);
  const entries = Object.entries(mapInside(schema, ordered)).toSorted(([a], [b]) => rank(a) - rank(b));
  return Object.fromEntries(entries) as Schema;
}
