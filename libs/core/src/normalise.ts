import type { Drift } from './drift.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';

/** The part of JSON Schema that the provider's schemas use. `$ref` is always `#/$defs/Name`. */
export interface UpstreamSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, UpstreamSchema>>;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly properties?: Readonly<Record<string, UpstreamSchema>>;
  readonly items?: UpstreamSchema;
  readonly enum?: readonly Json[];
}

/** Told of everything that is not as the schema says. */
export type Report = (drift: Drift) => void;
type Walk = (value: Json, report: Report) => Json;
/** The walks of the definitions that enclose a place, so that a schema may refer to itself. */
type Enclosing = ReadonlyMap<string, { walk: Walk }>;

const silently: Report = () => undefined;

/**
 * Compiles a schema into one walk that corrects how values are spelled: numbers are numbers, uint64 are strings,
 * protobuf durations become ISO 8601, date and time as a struct become RFC 3339, local times lose a `Z` that the provider's
 * examples print. Nothing is dropped and nothing is refused: unknown fields, unknown enum values and values of another type
 * are reported, and pass through as they came. The value is corrected in place.
 */
export function normaliser(schema: UpstreamSchema): (value: Json, report?: Report) => Json {
  const walk = compile(schema, '', new Map(), schema.$defs ?? {});
  return (value, report = silently) => walk(value, report);
}

function compile(
  part: UpstreamSchema,
  path: string,
  enclosing: Enclosing,
  definitions: Readonly<Record<string, UpstreamSchema>>,
): Walk {
  if (part.$ref !== undefined) {
    const name = part.$ref.replace('#/$defs/', '');
    const known = enclosing.get(name);
    if (known !== undefined) return (value, report) => known.walk(value, report);
    const own: { walk: Walk } = { walk: unchanged };
    own.walk = compile(definitions[name] ?? {}, path, new Map([...enclosing, [name, own]]), definitions);
    return own.walk;
  }
  if (part.properties !== undefined) {
    const fields = Object.entries(part.properties).map(
      ([name, field]) => [name, compile(field, join(path, name), enclosing, definitions)] as const,
    );
    const parts = object(path, new Map(fields));
    return isMoment(part.properties) ? (value, report) => momentOf(value) ?? parts(value, report) : parts;
  }
  if (part.items !== undefined) return list(path, compile(part.items, `${path}[]`, enclosing, definitions));
  return checked(part, path);
}

function object(path: string, fields: ReadonlyMap<string, Walk>): Walk {
  return (value, report) => {
    if (!isJsonObject(value)) return other(value, path, report);
    for (const key in value) {
      const found = value[key] ?? null;
      const walk = fields.get(key);
      if (walk === undefined) report({ path: join(path, key), kind: 'unknown_field', found: typeOf(found) });
      else replace(value, key, found, walk(found, report));
    }
    return value;
  };
}

function list(path: string, walk: Walk): Walk {
  return (value, report) => {
    if (!Array.isArray(value)) return other(value, path, report);
    const entries = value as readonly Json[];
    for (let index = 0; index < entries.length; index += 1) {
      const entry = entries[index] ?? null;
      replace(entries, index, entry, walk(entry, report));
    }
    return value;
  };
}

/** In place: a body is ours alone, and copying one of ten megabytes costs more than all the rest. */
function replace(holder: JsonObject | readonly Json[], key: string | number, before: Json, after: Json): void {
  if (after !== before) (holder as Record<string | number, Json>)[key] = after;
}

function checked(schema: UpstreamSchema, path: string): Walk {
  const correct = scalar(schema);
  const types = schema.type === undefined ? undefined : new Set([schema.type].flat());
  const values = schema.enum === undefined ? undefined : new Set(schema.enum);
  const plain = values === undefined ? plainType(schema, correct) : undefined;
  return (value, report) => {
    // Most of a long series is as it should be.
    if (typeof value === plain) return value;
    const corrected = correct(value);
    const type = typeOf(corrected);
    const isKnown = types === undefined || types.has(type) || (type === 'number' && types.has('integer'));
    if (!isKnown) return other(corrected, path, report);
    if (values !== undefined && typeof corrected === 'string' && !values.has(corrected))
      report({ path, kind: 'unknown_value', found: constant(corrected) });
    return corrected;
  };
}

/** The type of values that there is nothing to correct of. */
function plainType({ type }: UpstreamSchema, correct: (value: Json) => Json): string | undefined {
  if (type === 'integer' || type === 'number') return 'number';
  return type === 'boolean' || (type === 'string' && correct === unchanged) ? type : undefined;
}

/** A null is how a value is left out. */
function other(value: Json, path: string, report: Report): Json {
  if (value !== null) report({ path, kind: 'other_type', found: typeOf(value) });
  return value;
}

/** An enumeration's values are constants; whatever else stands there may be an athlete's words. */
function constant(value: string): string {
  return /^\w{1,80}$/.test(value) ? value : 'no constant';
}

function typeOf(value: Json): string {
  return Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
}

function join(path: string, name: string): string {
  const short = name.slice(0, 80);
  return path === '' ? short : `${path}.${short}`;
}

const momentParts = ['year', 'month', 'day', 'hour', 'min'];

function isMoment(properties: Readonly<Record<string, UpstreamSchema>>): boolean {
  return momentParts.every((part) => part in properties);
}

/**
 * `{"year":2026,"month":"6",...}`, in UTC by the documentation; what is left out is 0, as protobuf prints it.
 * @returns undefined for what is no such moment
 */
function momentOf(value: Json): string | undefined {
  if (!isJsonObject(value) || value['year'] === undefined || value['month'] === undefined) return undefined;
  const parts = [...momentParts, 'sec'];
  const [year = 0, month = 0, day = 0, hour = 0, min = 0, sec = 0] = parts.map((part) => Number(value[part] ?? 0));
  const at = new Date(Date.UTC(year, month - 1, day, hour, min, sec));
  const read = [at.getUTCFullYear(), at.getUTCMonth() + 1, at.getUTCDate(), at.getUTCHours(), at.getUTCMinutes()];
  const isMeant = read.every((part, index) => part === [year, month, day, hour, min][index]);
  const isWhole = Object.keys(value).every((key) => parts.includes(key));
  return isMeant && isWhole ? at.toISOString().replace('.000Z', 'Z') : undefined;
}

const unchanged = (value: Json): Json => value;

function scalar(schema: UpstreamSchema): (value: Json) => Json {
  if (schema.format === 'uint64') return (value) => (typeof value === 'number' ? String(value) : value);
  if (schema.format === 'protobuf-duration') return (value) => (typeof value === 'string' ? isoDuration(value) : value);
  if (schema.format === 'local-date-time' || schema.format === 'local-time') {
    return (value) => (typeof value === 'string' ? value.replace(/Z$/, '') : value);
  }
  if (schema.type === 'integer' || schema.type === 'number') return number;
  if (schema.type === 'boolean') return (value) => (value === 'true' ? true : value === 'false' ? false : value);
  return unchanged;
}

/** A text becomes a number only where nothing is lost by it. */
const number = (value: Json): Json => {
  if (typeof value !== 'string' || !/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value)) return value;
  const parsed = Number(value);
  const exact = Number.isInteger(parsed)
    ? Number.isSafeInteger(parsed) || String(parsed) === value
    : Number.isFinite(parsed);
  return exact ? parsed : value;
};

/** Protobuf's `"5070s"`, `"-0.250s"` as ISO 8601 `PT5070S`, `-PT0.25S`; anything else unchanged. */
function isoDuration(text: string): string {
  const match = /^(-?)(\d+)(?:\.(\d{1,9}))?s$/.exec(text);
  if (match === null) return text;
  const [, sign = '', seconds = '0', fraction = ''] = match;
  const digits = fraction.replace(/0+$/, '');
  return `${sign}PT${BigInt(seconds)}${digits === '' ? '' : `.${digits}`}S`;
}
