import { isJsonObject, type Json } from './json.ts';

/** The part of JSON Schema that the provider's schemas use. `$ref` is always `#/$defs/Name`. */
export interface UpstreamSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, UpstreamSchema>>;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly properties?: Readonly<Record<string, UpstreamSchema>>;
  readonly items?: UpstreamSchema;
}

type Walk = (value: Json) => Json;

/**
 * Compiles a schema into one walk that corrects how values are spelled: numbers are numbers, uint64 are strings,
 * protobuf durations become ISO 8601, date and time as a struct become RFC 3339, local times lose a `Z` that the provider's
 * examples print. Nothing is dropped and
 * nothing is refused: unknown fields, unknown enum values and values of another type pass through as they came.
 */
export function normaliser(schema: UpstreamSchema): Walk {
  const definitions = schema.$defs ?? {};
  const compiled = new Map<string, Walk>();

  const compile = (part: UpstreamSchema): Walk => {
    if (part.$ref !== undefined) return reference(part.$ref.replace('#/$defs/', ''));
    if (part.properties !== undefined) return isMoment(part.properties) ? moment : object(part.properties);
    if (part.items !== undefined) return list(compile(part.items));
    return scalar(part);
  };

  // Looked up when it is used, so that a schema may refer to itself.
  const reference = (name: string): Walk => {
    return (value) => {
      let walk = compiled.get(name);
      if (walk === undefined) {
        walk = compile(definitions[name] ?? {});
        compiled.set(name, walk);
      }
      return walk(value);
    };
  };

  const object = (properties: Readonly<Record<string, UpstreamSchema>>): Walk => {
    const walks = new Map(Object.entries(properties).map(([name, property]) => [name, compile(property)]));
    return (value) => {
      if (!isJsonObject(value)) return value;
      // Not by assignment: a field named `__proto__` would be lost.
      return Object.fromEntries(Object.entries(value).map(([key, found]) => [key, walks.get(key)?.(found) ?? found]));
    };
  };

  const list =
    (walk: Walk): Walk =>
    (value) =>
      Array.isArray(value) ? value.map(walk) : value;

  return compile(schema);
}

const momentParts = ['year', 'month', 'day', 'hour', 'min'];

function isMoment(properties: Readonly<Record<string, UpstreamSchema>>): boolean {
  return momentParts.every((part) => part in properties);
}

/** `{"year":2026,"month":"6",...}`, in UTC by the documentation; what is left out is 0, as protobuf prints it. */
const moment: Walk = (value) => {
  if (!isJsonObject(value) || value['year'] === undefined || value['month'] === undefined) return value;
  const parts = [...momentParts, 'sec'];
  const [year = 0, month = 0, day = 0, hour = 0, min = 0, sec = 0] = parts.map((part) => Number(value[part] ?? 0));
  const at = new Date(Date.UTC(year, month - 1, day, hour, min, sec));
  const read = [at.getUTCFullYear(), at.getUTCMonth() + 1, at.getUTCDate(), at.getUTCHours(), at.getUTCMinutes()];
  const isMeant = read.every((part, index) => part === [year, month, day, hour, min][index]);
  const isWhole = Object.keys(value).every((key) => parts.includes(key));
  return isMeant && isWhole ? at.toISOString().replace('.000Z', 'Z') : value;
};

const unchanged: Walk = (value) => value;

function scalar(schema: UpstreamSchema): Walk {
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
const number: Walk = (value) => {
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
