import type { UpstreamSchema } from '#core';
import { openEnum } from './open-enum.ts';
import { describedField, uint64, type FieldTexts } from './fields.ts';
import { mapValues, reference, type Schema } from './schema.ts';

/** A resource's item as it is published. */
export interface PublishedItem {
  readonly schema: Schema;
  readonly definitions: Readonly<Record<string, Schema>>;
}

/**
 * What becomes of the provider's schema when `normaliser` has corrected the values: ids are strings, durations are ISO 8601,
 * date and time as a struct are RFC 3339. The provider leaves fields out at will, and what it sends otherwise than documented
 * passes through, so none is required and none is refused.
 */
export function published(upstream: UpstreamSchema, texts: FieldTexts): PublishedItem {
  const all = upstream.$defs ?? {};
  const names = shortNames(Object.keys(all));
  const definitions: Record<string, Schema> = {};

  const convert = (part: UpstreamSchema, owner: string): Schema => {
    if (part.$ref !== undefined) {
      const long = part.$ref.replace('#/$defs/', '');
      const name = names.get(long) ?? long;
      const definition = all[long];
      if (definition === undefined) throw new TypeError(`the provider's schema has no ${long}`);
      if (definition.properties === undefined && definition.enum === undefined) return convert(definition, name);
      if (isMoment(definition)) return moment;
      if (!(name in definitions)) {
        definitions[name] = {};
        definitions[name] = convert(definition, name);
      }
      return reference(name);
    }
    if (part.enum !== undefined) return openEnum(part.enum.map(String));
    if (part.properties !== undefined) {
      if (isMoment(part)) return moment;
      return {
        type: 'object',
        properties: mapValues(part.properties, (field, name) =>
          describedField(convert(field, `${owner}.${name}`), { owner, name }, texts),
        ),
        additionalProperties: true,
      };
    }
    if (part.items !== undefined) return { type: 'array', items: convert(part.items, owner) };
    return scalar(part, (inside) => convert(inside, owner));
  };

  const schema = convert(upstream, '');
  return { schema, definitions };
}

const moment: Schema = { type: 'string', format: 'date-time' };

function isMoment({ properties }: UpstreamSchema): boolean {
  return properties !== undefined && ['year', 'month', 'day', 'hour', 'min'].every((part) => part in properties);
}

function scalar(part: UpstreamSchema, convert: (inside: UpstreamSchema) => Schema): Schema {
  const { format, type } = part;
  const more = (part as { readonly additionalProperties?: UpstreamSchema }).additionalProperties;
  if (type === 'object' || more !== undefined)
    return { type: 'object', additionalProperties: more === undefined ? true : convert(more) };
  if (format === 'uint64') return { type: 'string', description: uint64 };
  if (format === 'protobuf-duration')
    return { type: 'string', pattern: '^-?PT\\d+(\\.\\d+)?S$', description: 'ISO 8601 duration in seconds.' };
  if (format === 'local-date-time')
    return { type: 'string', description: "Date and time on the athlete's clock, without an offset." };
  if (format === 'local-time') return { type: 'string', description: "Time on the athlete's clock." };
  if (format === 'iso8601-duration') return { type: 'string', format: 'duration', description: 'ISO 8601 duration.' };
  if (format === 'date' || format === 'date-time') return { type: 'string', format };
  return type === undefined ? {} : { type };
}

/**
 * `domainssleepDeviceReference` is `DeviceReference`, `sleepSleepScoreData` is `SleepScoreData`, `HypnogramSleepRating` is
 * `SleepRating`: the package is left out as long as two names don't become one.
 */
function shortNames(names: readonly string[]): ReadonlyMap<string, string> {
  const short = (name: string): string => {
    const bare = name.replace(/^(domains|datamodel)?[a-z]+(?=[A-Z])/, '');
    // The enclosing message and the enumeration inside it often say the same twice.
    const repeated = /^([A-Z]\w+?)\1(?=[A-Z]|$)/.exec(bare);
    return repeated === null ? bare : bare.slice((repeated[1] ?? '').length);
  };
  const long = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const byShort = Map.groupBy(names, short);
  return new Map(
    [...byShort].flatMap(([name, ones]) => ones.map((one) => [one, ones.length === 1 ? name : long(one)] as const)),
  );
}
