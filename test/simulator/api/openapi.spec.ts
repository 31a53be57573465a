import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { createSimulator, DOCUMENTED, type Simulator } from '../index.ts';
import { days, visitor, type Tokens } from '../visitor.ts';
import { OPERATIONS } from './operations.ts';

/** What this test reads of the document. */
interface Document {
  readonly paths: Readonly<Record<string, { readonly get: Described }>>;
  readonly components: object;
}

interface Described {
  readonly 'x-scope': string;
  readonly 'x-envelope': { readonly doc: readonly string[]; readonly live: readonly string[] };
  readonly 'x-max-days': { readonly plain: number | null; readonly withFeatures: number | null };
  readonly parameters?: readonly {
    readonly name: string;
    readonly schema: { readonly items?: { readonly enum?: string[] } };
  }[];
  readonly responses: Readonly<
    Record<'200', { readonly content: Record<string, { readonly schema: { $ref: string } }> }>
  >;
}

const document = JSON.parse(
  readFileSync(new URL('../accesslink-v4.openapi.json', import.meta.url), 'utf8'),
) as Document;

const NAIVE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/;

function compile(path: string): ValidateFunction {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addFormat('uint64', /^\d+$/);
  ajv.addFormat('local-date-time', NAIVE);
  ajv.addFormat('local-time', /^\d{2}:\d{2}:\d{2}$/);
  ajv.addFormat('protobuf-duration', /^-?\d+(\.\d{1,9})?s$/);
  ajv.addFormat('iso8601-duration', /^P/);
  const schema = document.paths[path]?.get.responses['200'].content['application/json']?.schema;
  if (schema === undefined) throw new Error(`the document has no 200 for ${path}`);
  return ajv.compile({ components: document.components, ...schema });
}

let simulator: Simulator;
let tokens: Tokens;

beforeAll(async () => {
  simulator = await createSimulator({ athletes: 1, switches: DOCUMENTED, seed: 'documented' });
  const athlete = simulator.athletes()[0]?.name ?? '';
  tokens = await visitor(simulator).connect(athlete);
  for (const fact of [
    'night',
    'score',
    'rescore',
    'trim',
    'session-new',
    'session-edit',
    'session-comment',
    'hr-append',
  ]) {
    simulator.world.step({ athlete, fact, count: 10 });
  }
});
afterAll(() => simulator.close());

describe.each(OPERATIONS.map((operation) => [operation.path, operation] as const))('%s', (path, operation) => {
  const described = document.paths[path]?.get;

  it('is described by the document as it is here', () => {
    expect(operation.scope).toBe(described?.['x-scope']);
    expect(operation.envelope).toEqual(described?.['x-envelope']);
    expect(operation.range?.max ?? null).toBe(described?.['x-max-days'].plain);
    expect(operation.range?.maxWithFeatures ?? null).toBe(described?.['x-max-days'].withFeatures);
    const features = described?.parameters?.find(({ name }) => name === 'features')?.schema.items?.enum ?? [];
    expect(operation.features.filter((feature) => feature !== 'physical-info')).toEqual(features);
  });

  it('answers in documented form what the document describes, with and without features', async () => {
    const validate = compile(path);
    for (const query of requests(operation)) {
      const reply = await visitor(simulator).get(tokens, `${path}?${query}`);
      expect([reply.status, reply.status === 200 || reply.text]).toEqual([200, true]);
      expect(validate(reply.json()) || validate.errors).toBe(true);
      expect(unknownProperties(path, reply.json())).toEqual([]);
    }
  });
});

/** The whole range without features, and each of the last days with all of them. */
function requests(operation: (typeof OPERATIONS)[number]) {
  if (operation.range === undefined) return [''];
  const date = (back: number) => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);
  const whole = days(date(26), date(-2));
  const single = Array.from({ length: 14 }, (_, back) => days(date(back), date(back - 1), operation.features));
  return [whole, ...single];
}

/** Properties that the document does not have: ajv lets them pass, since the document forbids none. */
function unknownProperties(path: string, body: unknown): readonly string[] {
  const root = document.paths[path]?.get.responses['200'].content['application/json']?.schema;
  const schemas = (document.components as { schemas: Record<string, Schema> }).schemas;
  const found = new Set<string>();
  const walk = (value: unknown, schema: Schema, at: string): void => {
    const name = schema.$ref?.split('/').at(-1);
    if (name !== undefined) return walk(value, schemas[name] ?? {}, name);
    if (Array.isArray(value)) return value.forEach((item) => walk(item, schema.items ?? {}, at));
    if (typeof value !== 'object' || value === null) return undefined;
    for (const [key, inner] of Object.entries(value)) {
      const property = schema.properties?.[key];
      if (property === undefined) found.add(`${at}.${key}`);
      else walk(inner, property, `${at}.${key}`);
    }
    return undefined;
  };
  walk(body, root ?? {}, '');
  return [...found];
}

interface Schema {
  readonly $ref?: string;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
}
