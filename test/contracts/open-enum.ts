import type { Schema } from './schema.ts';

export const openNote = 'The provider may send values that are not listed here: take them as unknown.';

/** Documented values, none of them a promise: what the provider adds passes through. */
export function openEnum(values: readonly string[]): Schema {
  return { description: openNote, anyOf: [{ enum: values }, { type: 'string' }] };
}

/** @returns the documented values, or undefined for any other schema */
export function openValues({ anyOf }: Schema): readonly string[] | undefined {
  const [values, any] = anyOf ?? [];
  return anyOf?.length === 2 && any?.type === 'string' && values?.enum !== undefined
    ? (values.enum as readonly string[])
    : undefined;
}
