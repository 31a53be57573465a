import { adminToken, internalToken } from '../auth.fixture.ts';
import type { Asked, Target } from './target.fixture.ts';

/** Each would do something, or take its time, where a text gets into a statement. */
export const statements: readonly string[] = [
  `'; drop table connections; --`,
  `' or '1'='1`,
  `" or ""="`,
  `1; update connections set status = 'erased'; --`,
  `' union select access_token::text from credentials --`,
  `'; select pg_sleep(5); --`,
  `\\'; delete from credentials; --`,
  `$1`,
  `%' or 1=1 --`,
  `{"$gt": ""}`,
  `'||(select version())||'`,
];

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
}
interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, { readonly type?: string }>>;
}
interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly security?: readonly Readonly<Record<string, unknown>>[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** One place of the API that takes a text, and how to put one there. */
export interface Place {
  readonly name: string;
  readonly ask: (statement: string, target: Target) => Asked;
}

/** Every parameter and every member of a body, of every operation of the description. */
export function placesOf(document: Document): readonly Place[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) => placesIn(document, path, method, operation)),
  );
}

function placesIn(document: Document, path: string, method: string, operation: Operation): readonly Place[] {
  const members = Object.keys(bodyOf(document, operation)?.properties ?? {});
  const token = tokenOf(operation);
  const base = (target: Target, over: Readonly<Record<string, string>> = {}): Asked => ({
    method: method.toUpperCase(),
    path: path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(over[name] ?? usual(target, name))),
    ...(token !== undefined && { token }),
    ...(members.length > 0 && { body: {} }),
  });
  const parameters = (operation.parameters ?? []).map(({ name, in: where }): Place => ({
    name: `${operation.operationId}: ${where} ${name}`,
    ask: (statement, target) => {
      if (where === 'path') return base(target, { [name]: statement });
      // Where a text is harmless, the operation itself must be too: an id that nobody has.
      const asked = base(target, { id: '6f0e7a5e-7a39-4c02-a7a0-5b7a0f3f7d6c' });
      if (where === 'header') return { ...asked, headers: [name, statement] };
      return { ...asked, path: `${asked.path}?${name}=${encodeURIComponent(statement)}` };
    },
  }));
  const inBody = members.map((name): Place => ({
    name: `${operation.operationId}: body ${name}`,
    ask: (statement, target) => {
      const valid =
        operation.operationId === 'createConnectLink' && name !== 'userReference' ? { userReference: 'x' } : {};
      return { ...base(target), body: { ...valid, [name]: name === 'scopes' ? [statement] : statement } };
    },
  }));
  return [...parameters, ...inBody];
}

const usual = ({ acme }: Target, name: string): string => ({ tenant: 'acme', id: acme })[name] ?? 'x';

function tokenOf({ security = [] }: Operation): string | undefined {
  const names = new Set(security.flatMap((one) => Object.keys(one)));
  return names.has('internal') ? internalToken : names.has('admin') ? adminToken : undefined;
}

function bodyOf({ components }: Document, { requestBody }: Operation): Schema | undefined {
  const schema = requestBody?.content['application/json']?.schema;
  return schema?.$ref === undefined ? schema : components.schemas[schema.$ref.split('/').at(-1) ?? ''];
}
