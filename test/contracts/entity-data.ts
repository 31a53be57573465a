import { mainEntity, type Resource } from '#core';
import { published, type PublishedItem } from './published.ts';
import type { ResourceContract } from './resource-contract.ts';
import { referred, type Schema } from './schema.ts';

/** The data of each entity of a resource. */
export interface ResourceData {
  readonly entities: Readonly<Record<string, Schema>>;
  readonly definitions: Readonly<Record<string, Schema>>;
}

/** @throws TypeError for an entity that is not the provider's item, and that nobody has described */
export function dataOf(resource: Resource, contract: ResourceContract): ResourceData {
  const item = published(resource.schema, contract.fields ?? {});
  const entities = Object.keys(resource.entities).map((name) => {
    const described = contract.entities?.[name]?.data;
    if (described === undefined && name !== mainEntity(resource)) {
      throw new TypeError(
        `resource ${resource.name}: what is in the data of the entity ${name}? Say it in ${resource.name}/contract.json, entities.${name}.data`,
      );
    }
    return [name, described === undefined ? expanded(item.schema, item) : resolved(described, item)] as const;
  });
  return { entities: Object.fromEntries(entities), definitions: item.definitions };
}

/** A part of the provider's item inside a description. */
interface ItemPart {
  /** Dotted path, through lists too, `*` for an entry; empty for the item itself. */
  readonly $item: string;
  /** Dotted paths of what is cut out. */
  readonly without?: readonly string[];
  /** What the bridge adds. */
  readonly with?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
  readonly description?: string;
}

function resolved(described: unknown, item: PublishedItem): Schema {
  if (Array.isArray(described)) return described.map((one) => resolved(one, item)) as unknown as Schema;
  if (typeof described !== 'object' || described === null) return described as Schema;
  if ('$item' in described) return itemPart(described as ItemPart, item);
  return Object.fromEntries(Object.entries(described).map(([key, value]) => [key, resolved(value, item)])) as Schema;
}

function itemPart(part: ItemPart, item: PublishedItem): Schema {
  const { $item: path, without = [], with: more, required, description } = part;
  const at = steps(path).reduce((schema, step) => fieldOf(schema, step, item, path), item.schema);
  const isWhole = without.length === 0 && more === undefined && required === undefined && path !== '';
  const cut = isWhole ? at : without.reduce((schema, one) => cutOut(schema, steps(one), item), expanded(at, item));
  return {
    ...cut,
    ...(description !== undefined && { description }),
    ...(required !== undefined && { required }),
    ...(more !== undefined && {
      properties: {
        ...cut.properties,
        ...Object.fromEntries(Object.entries(more).map(([name, field]) => [name, resolved(field, item)])),
      },
    }),
  };
}

const steps = (path: string): readonly string[] => (path === '' ? [] : path.split('.'));

/** The definition instead of the reference to it. */
function expanded(schema: Schema, { definitions }: PublishedItem): Schema {
  const definition = definitions[referred(schema) ?? ''];
  if (definition === undefined) return schema;
  const { $ref: _reference, ...beside } = schema;
  return { ...definition, ...beside };
}

function fieldOf(schema: Schema, step: string, item: PublishedItem, path: string): Schema {
  const whole = expanded(schema, item);
  const field = step === '*' ? whole.items : (expanded(whole.items ?? whole, item).properties ?? {})[step];
  if (field === undefined) throw new TypeError(`the provider's item has no ${path}`);
  return field;
}

function cutOut(schema: Schema, [step = '', ...rest]: readonly string[], item: PublishedItem): Schema {
  const whole = expanded(schema, item);
  if (whole.items !== undefined) return { ...whole, items: cutOut(whole.items, [step, ...rest], item) };
  const { [step]: field, ...others } = whole.properties ?? {};
  if (field === undefined) throw new TypeError(`the provider's item has no ${step} to be cut out`);
  return {
    ...whole,
    properties: rest.length === 0 ? others : { ...others, [step]: cutOut(field, rest, item) },
  };
}
