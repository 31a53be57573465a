import { readFileSync } from 'node:fs';

/** A JSON schema, as far as the AccessLink v4 document uses it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
}

export interface DescribedParameter {
  readonly name: string;
  readonly in: 'query' | 'path';
  readonly required: boolean;
  readonly schema: Schema;
  /** The table says that it is optional, the text beside it that it is not. */
  readonly 'x-required-by-text'?: boolean;
  readonly 'x-bound'?: 'inclusive' | 'exclusive';
  readonly 'x-live-format'?: 'date' | 'local-date-time';
  readonly 'x-live-name'?: string;
  /** Values that are not in the documentation and were accepted live. */
  readonly 'x-live-enum'?: readonly string[];
}

export interface DescribedOperation {
  readonly parameters?: readonly DescribedParameter[];
  readonly 'x-scope': string | null;
  /** The path to the data in a body, documented and observed live. */
  readonly 'x-envelope': { readonly doc: readonly string[]; readonly live: readonly string[] };
  readonly 'x-identity': readonly string[];
  readonly 'x-item'?: string;
  readonly 'x-max-days': { readonly plain: number | null; readonly withFeatures: number | null };
}

interface Document {
  readonly paths: Readonly<Record<string, { readonly get: DescribedOperation }>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** The published documentation in machine-readable form: what the simulator knows of operations, it knows from here. */
export const DOCUMENT = JSON.parse(
  readFileSync(new URL('../accesslink-v4.openapi.json', import.meta.url), 'utf8'),
) as Document;

export function schemaOf(name: string): Schema {
  const schema = DOCUMENT.components.schemas[name];
  if (schema === undefined) throw new Error(`the document has no schema ${name}`);
  return schema;
}

/** `#/components/schemas/sportSport` -> `sportSport`. */
export function referred(ref: string): string {
  return ref.slice(ref.lastIndexOf('/') + 1);
}

/** A schema with its reference followed. */
export function resolved(schema: Schema): Schema {
  return schema.$ref === undefined ? schema : schemaOf(referred(schema.$ref));
}
