import { getMetadataStorage } from 'class-validator';
import { type EntryClass, type RuleContext, descriptionOf } from './tenants.decorators.ts';
import { keysOf } from './tenants.problems.ts';
import { TenantsDocument } from './tenants.schema.ts';

type Fragment = Readonly<Record<string, unknown>>;
type ValidationRule = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

/**
 * The tenant file as JSON Schema (2020-12), for editors: made of the rules that the services check it by. It allows what
 * only a look at several values can refuse.
 * @param resources names of all resources
 */
export function tenantFileSchema(resources: readonly string[]): Fragment {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Tenant file of accesslink-bridge',
    ...mappingOf(TenantsDocument, resources),
  };
}

function mappingOf(entry: EntryClass, resources: readonly string[]): Fragment {
  const defaults = new entry() as Readonly<Record<string, unknown>>;
  const rules = getMetadataStorage().getTargetValidationMetadatas(entry, '', false, false);
  const properties = keysOf(entry).map((key) => {
    const own = rules.filter(({ propertyName }) => propertyName === key);
    const optional = defaults[key] !== undefined || own.some(({ type }) => type === 'conditionalValidation');
    const fragments = own.map((rule) => fragmentOf(rule, resources));
    const schema = Object.assign({ description: descriptionOf(entry, key) }, ...fragments, defaultOf(defaults[key]));
    return { key, optional, schema: schema as Fragment };
  });
  return {
    type: 'object',
    properties: Object.fromEntries(properties.map(({ key, schema }) => [key, schema])),
    required: properties.flatMap(({ key, optional }) => (optional ? [] : [key])),
    additionalProperties: false,
  };
}

/** @throws Error for a rule that nobody has put into JSON Schema: the file for editors would be wrong without a word */
function fragmentOf({ type, name, constraints, context }: ValidationRule, resources: readonly string[]): Fragment {
  const { schema, entry } = (context ?? {}) as RuleContext;
  if (schema !== undefined) return { ...schema(resources) };
  if (entry !== undefined && name === 'isObject') return mappingOf(entry(), resources);
  if (entry !== undefined) return { type: 'array', items: mappingOf(entry(), resources) };
  const known = type === 'customValidation' ? standard[name ?? ''] : silent;
  if (known === undefined) throw new Error(`the rule ${String(name)} has no JSON Schema: add it to ${import.meta.url}`);
  return known(constraints?.[0]);
}

const silent = (): Fragment => ({});

const standard: Readonly<Record<string, (constraint: unknown) => Fragment>> = {
  isInt: () => ({ type: 'integer' }),
  isBoolean: () => ({ type: 'boolean' }),
  isArray: () => ({ type: 'array' }),
  min: (minimum) => ({ minimum }),
  max: (maximum) => ({ maximum }),
  matches: (pattern) => ({ type: 'string', pattern: (pattern as RegExp).source }),
  arrayNotEmpty: () => ({ minItems: 1 }),
  arrayMaxSize: (maxItems) => ({ maxItems }),
  mappings: silent,
};

/** What a mapping has by default stands at its keys. */
function defaultOf(value: unknown): Fragment {
  const isMapping = typeof value === 'object' && value !== null && !Array.isArray(value);
  return value === undefined || isMapping ? {} : { default: value };
}
