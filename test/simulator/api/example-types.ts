import type { Body } from '../document/fill.ts';
import type { ExampleTypes } from '../resources/definition.ts';

/** An item with the types of the documentation's example, where they are not those of its table. */
export function asInExample(item: Body, { strings = [], numbers = [] }: ExampleTypes): Body {
  const retyped = (value: unknown, name: string): unknown => {
    if (Array.isArray(value)) return value.map((one) => retyped(one, name));
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, retyped(inner, key)]));
    }
    if (strings.includes(name) && typeof value !== 'string') return String(value);
    return numbers.includes(name) && typeof value === 'string' ? Number(value) : value;
  };
  return retyped(item, '') as Body;
}
