import { createRequire } from 'node:module';
import type { ErrorObject } from 'ajv';
import type { Schema } from './schema.ts';

const load = createRequire(import.meta.url);
const { Ajv2020 } = load('ajv/dist/2020.js') as typeof import('ajv/dist/2020.js');
const addFormats = load('ajv-formats') as (ajv: InstanceType<typeof Ajv2020>) => void;

/**
 * Strict: an unknown keyword or format in a schema is an error, so that consumers' validators take it too.
 * @returns what a value has wrong; nothing for a valid one
 */
export function validator(schema: Schema): (value: unknown) => readonly string[] {
  const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
  addFormats(ajv);
  const validate = ajv.compile(schema);
  return (value) =>
    validate(value)
      ? []
      : (validate.errors ?? []).map((one: ErrorObject) => `${one.instancePath} ${one.message ?? ''}`);
}
