import type { Body } from '../document/fill.ts';
import type { Profile } from './profile.ts';

/** An item that is kept as it is printed: in table form, with all features. */
export interface Kept {
  readonly athlete: Profile;
  readonly body: Body;
  /** How often it was changed: what the next draw starts with. */
  readonly turn: number;
}

/** What the ledger and the gate have to know of a resource. */
export interface Kind<V> {
  /** What identifies an item inside one athlete's data. */
  readonly identity: (value: V) => readonly string[];
  /** The body as the ledger keeps it; of a big series only a summary. */
  readonly body: (value: V) => Body;
  /** The fields of the provider's body where the ledger has only a summary: all, and those that a change moves. */
  readonly summarised?: { readonly all: readonly string[]; readonly moved: readonly string[] };
}

/** Something inside a body. */
export function at(body: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (inner as Readonly<Record<string | number, unknown>> | undefined)?.[key],
    body,
  );
}

export function textAt(body: unknown, ...path: readonly (string | number)[]): string {
  return String(at(body, ...path));
}

/** Which of its kinds a one-of is: the key of its only object. */
export function kindOf(body: Body): string {
  return Object.keys(body).find((key) => typeof body[key] === 'object') ?? '';
}

export function keptKind(...paths: readonly (readonly (string | number)[])[]): Kind<Kept> {
  return { identity: ({ body }) => paths.map((path) => textAt(body, ...path)), body: ({ body }) => body };
}
