import { dateOf, naive, utc } from '../calendar.ts';
import type { Random } from '../random.ts';
import { RANGES, WORDS } from './plausible.ts';
import { referred, resolved, schemaOf, type Schema } from './document.ts';

export type Body = Record<string, unknown>;

/** What a body is drawn with: randomness, and the moment that its times show. */
export interface Brush {
  readonly draw: Random;
  /** An instant. */
  readonly at: number;
  /** The local number of the same moment. */
  readonly local: number;
}

/**
 * A body that the document's schema describes, in the types of its tables. Values that are given stand as they are, in
 * the schema's type; a nested object completes what is given of it; `undefined` leaves a property out.
 */
export function fill(name: string, brush: Brush, given: Body = {}): Body {
  return object(schemaOf(name), name, brush, given, [name]);
}

function object(schema: Schema, name: string, brush: Brush, given: Body, inside: readonly string[]): Body {
  const properties = schema.properties ?? {};
  for (const key of Object.keys(given)) {
    if (!(key in properties)) throw new Error(`${name} has no ${key} by the document`);
  }
  const body: Body = {};
  for (const [key, property] of Object.entries(properties)) {
    const isGiven = key in given;
    if (isGiven && given[key] === undefined) continue;
    const value = isGiven ? shaped(property, key, brush, given[key], inside) : drawn(property, key, brush, inside);
    if (value !== undefined) body[key] = value;
  }
  return body;
}

/** A given value in the schema's type: 79.4 kg is 79 where the table has an integer. */
function shaped(schema: Schema, key: string, brush: Brush, value: unknown, inside: readonly string[]): unknown {
  const target = resolved(schema);
  if (Array.isArray(value)) return value;
  if (typeof value === 'object' && value !== null && target.properties !== undefined) {
    return object(target, key, brush, value as Body, within(schema, inside) ?? inside);
  }
  if (target.format === 'uint64') return String(value);
  return typeof value === 'number' && isType(target, 'integer') ? Math.round(value) : value;
}

function drawn(schema: Schema, key: string, brush: Brush, inside: readonly string[]): unknown {
  const target = resolved(schema);
  const path = within(schema, inside);
  // A schema inside itself ends here.
  if (path === undefined) return undefined;
  if (target.enum !== undefined) return brush.draw.pick(known(target.enum));
  if (target.properties !== undefined) return object(target, key, brush, {}, path);
  if (target.items !== undefined) return list(target.items, key, brush, path);
  if (isType(target, 'boolean')) return brush.draw.chance(0.5);
  return primitive(target, key, brush);
}

function list(items: Schema, key: string, brush: Brush, inside: readonly string[]): readonly unknown[] {
  const one = () => drawn(items, key, brush, inside);
  return Array.from({ length: brush.draw.int(1, 2) }, one).filter((item) => item !== undefined);
}

function primitive({ type, format }: Schema, key: string, { draw, at, local }: Brush): unknown {
  const [min, max] = RANGES[key] ?? [1, 100];
  if (format === 'uint64') return String(draw.int(1_000_000, 9_999_999));
  if (type === 'integer') return draw.int(Math.ceil(min), Math.floor(max));
  if (type === 'number') return draw.float(min, max, 2);
  if (type === 'object') return {};
  if (format === 'date-time') return utc(at);
  if (format === 'local-date-time') return naive(local);
  if (format === 'local-time') return naive(local).slice(11);
  if (format === 'date') return dateOf(local);
  if (format === 'protobuf-duration') return `${draw.int(60, 3600)}s`;
  if (format === 'iso8601-duration') return 'P1M';
  return draw.pick(WORDS[key] ?? [`${key} ${draw.int(1, 99)}`]);
}

function isType({ type }: Schema, wanted: string): boolean {
  return Array.isArray(type) ? type.includes(wanted) : type === wanted;
}

/** Values that a device writes: "unspecified" and its like are what an unset field is printed as. */
function known(values: readonly string[]): readonly string[] {
  const real = values.filter((value) => !/UNSPECIFIED|UNKNOWN|UNRECOGNIZED|UNDEFINED/.test(value));
  return real.length === 0 ? values : real;
}

function within({ $ref }: Schema, inside: readonly string[]): readonly string[] | undefined {
  if ($ref === undefined) return inside;
  const name = referred($ref);
  return inside.includes(name) ? undefined : [...inside, name];
}
