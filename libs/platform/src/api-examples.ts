import type { OpenAPIObject } from '@nestjs/swagger';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;
type Schema = Schemas[string];

/** A value of a schema, from the examples that stand at its members. What has none and may be null is null. */
export function exampleOf(document: OpenAPIObject, schema: Schema): unknown {
  if ('$ref' in schema) {
    const target = document.components?.schemas?.[schema.$ref.split('/').at(-1) ?? ''];
    return target && exampleOf(document, target);
  }
  if (schema.example !== undefined) return schema.example as unknown;
  if (schema.nullable === true) return null;
  const [only] = schema.allOf ?? [];
  if (only !== undefined) return exampleOf(document, only);
  if (schema.enum !== undefined) return schema.enum[0] as unknown;
  if (schema.type === 'array') return schema.items === undefined ? [] : [exampleOf(document, schema.items)];
  if (schema.type !== 'object') return undefined;
  const members = Object.entries(schema.properties ?? {});
  return Object.fromEntries(members.map(([name, member]) => [name, exampleOf(document, member)]));
}
