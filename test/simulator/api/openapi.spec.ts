import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { dateOf } from '../calendar.ts';
import { ALL_RESOURCES_MIX, createSimulator, DOCUMENTED, type Simulator, type Switches } from '../index.ts';
import { readAll, type Reading } from '../reader.ts';
import { visitor } from '../visitor.ts';
import { OPEN_PATHS, OPERATIONS } from './operations.ts';

interface Schema {
  readonly $ref?: string;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
}

interface Document {
  readonly paths: Readonly<
    Record<
      string,
      {
        readonly get: {
          readonly responses: Readonly<
            Record<'200', { readonly content: Record<string, { readonly schema: Schema }> }>
          >;
        };
      }
    >
  >;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const document = JSON.parse(
  readFileSync(new URL('../accesslink-v4.openapi.json', import.meta.url), 'utf8'),
) as Document;

const NAIVE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/;
const NOON = Date.parse('2026-11-23T12:00:00Z');

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addFormat('uint64', /^\d+$/);
ajv.addFormat('local-date-time', NAIVE);
ajv.addFormat('local-time', /^\d{2}:\d{2}:\d{2}$/);
ajv.addFormat('protobuf-duration', /^-?\d+(\.\d{1,9})?s$/);
ajv.addFormat('iso8601-duration', /^P/);

/** Where the examples have another type than the tables, a number or a boolean may come as a string. */
const lenient = JSON.parse(JSON.stringify(document), (_key, value: unknown) => {
  if (typeof value !== 'object' || value === null || !('x-also-string' in value)) return value;
  const { type, format: _format, ...rest } = value as Record<string, unknown>;
  return { ...rest, type: [type, 'string'] };
}) as Document;

function schemaOf(path: string, paths = document.paths): Schema {
  const schema = paths[path]?.get.responses['200'].content['application/json']?.schema;
  if (schema === undefined) throw new Error(`the document has no 200 for ${path}`);
  return schema;
}

function compile(path: string, { components, paths }: Document): ValidateFunction {
  return ajv.compile({ components, ...schemaOf(path, paths) });
}

/** A world in which every fact has happened, in documented form. */
async function documented(switches: Partial<Switches>) {
  let now = NOON;
  const simulator = await createSimulator({
    now: () => now,
    athletes: 1,
    days: 6,
    seed: 'documented',
    switches: { ...DOCUMENTED, mix: ALL_RESOURCES_MIX, features_gt_1day: 'allow', expires_in: 1e9, ...switches },
  });
  const athlete = simulator.athletes()[0]?.name ?? '';
  const tokens = await visitor(simulator).connect(athlete);
  for (const fact of Object.keys(ALL_RESOURCES_MIX)) {
    for (let nr = 0; nr < 8; nr += 1) {
      now += 5 * 60_000;
      simulator.world.step({ athlete, fact });
    }
  }
  const routeIds = simulator.world
    .history(simulator.world.athletes[0] ?? never())
    .all('routes')
    .map(({ body }) => String(body['id']));
  const readings = await readAll(simulator, tokens, dateOf(now), routeIds);
  return { simulator, readings };
}

function never(): never {
  throw new Error('no athlete');
}

describe('the operations', () => {
  it('are those of the document: 22, one of them open to anybody', () => {
    expect([...OPEN_PATHS, ...OPERATIONS.map(({ path }) => path)].sort()).toEqual(Object.keys(document.paths).sort());
    expect([OPEN_PATHS, OPERATIONS.length]).toEqual([['/hello'], 21]);
  });
});

describe.each<Partial<Switches>>([{}, { session_ids: 'uuid' }, { numbers: 'example' }, { numbers: 'strings' }])(
  'in documented form, %j',
  (switches) => {
    let simulator: Simulator;
    let readings: readonly Reading[];

    beforeAll(async () => {
      ({ simulator, readings } = await documented(switches));
    });
    afterAll(() => simulator.close());

    it.each(OPERATIONS.filter(({ content }) => !('image' in content)).map(({ path }) => path))(
      '%s answers what the document describes, and nothing else',
      (path) => {
        const validate = compile(path, switches.numbers === undefined ? document : lenient);
        const replies = readings.filter(({ operation }) => operation.path === path).map(({ reply }) => reply);
        expect(replies.length).toBeGreaterThan(0);
        for (const reply of replies) {
          expect([reply.status, reply.status === 200 || reply.text]).toEqual([200, true]);
          expect(validate(reply.json()) || validate.errors?.slice(0, 3)).toBe(true);
          expect(unknownProperties(schemaOf(path), reply.json())).toEqual([]);
        }
        expect(replies.some(({ text }) => text.length > 100)).toBe(true);
      },
    );
  },
);

/** Properties that the document does not have: ajv lets them pass, since the document forbids none. */
function unknownProperties(root: Schema, body: unknown): readonly string[] {
  const found = new Set<string>();
  const walk = (value: unknown, schema: Schema, at: string): void => {
    const name = schema.$ref?.split('/').at(-1);
    if (name !== undefined) return walk(value, document.components.schemas[name] ?? {}, name);
    if (Array.isArray(value)) return value.forEach((item) => walk(item, schema.items ?? {}, at));
    if (typeof value !== 'object' || value === null) return undefined;
    for (const [key, inner] of Object.entries(value)) {
      const property = schema.properties?.[key] ?? schema.additionalProperties;
      if (property === undefined) found.add(`${at}.${key}`);
      else walk(inner, property, `${at}.${key}`);
    }
    return undefined;
  };
  walk(body, root, '');
  return [...found];
}
