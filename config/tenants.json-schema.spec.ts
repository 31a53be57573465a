import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { isBridgeError } from '#core';
import { resources } from '#resources';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { parse } from 'yaml';
import { fileOf } from './tenants.fixture.ts';
import { tenantFileSchema } from './tenants.json-schema.ts';
import { loadTenants } from './tenants.ts';

const knownResources = resources.map(({ name }) => name);
const schema = tenantFileSchema(knownResources);
const accepts = new Ajv2020({ strict: true, strictRequired: false, allErrors: true }).compile(schema);

/** What the services say to such a file; undefined when nothing is wrong with it. */
function refusal(content: unknown): string | undefined {
  try {
    loadTenants(fileOf(content), { knownResources });
    return undefined;
  } catch (error) {
    if (isBridgeError(error, 'CONFIG_INVALID')) return error.message;
    throw error;
  }
}

/** Rules between values: no JSON Schema can say them. */
const between = [
  'that no other tenant has',
  'a client id of its own',
  'does not lie within',
  'one limit per window length',
  'at most polling.maxSeconds',
];

/** A tenant with every key. */
function whole(): Record<string, unknown> {
  return {
    id: 'acme',
    name: 'Acme',
    paused: false,
    polar: {
      clientId: 'a',
      clientSecret: { env: 'A' },
      apiUrl: 'https://a.example',
      authUrl: 'https://b.example/oauth',
    },
    quota: [{ requests: 1, seconds: 900 }],
    returnUrls: ['https://app.example/x'],
    resources: ['sleeps'],
    polling: { minSeconds: 1, maxSeconds: 2_678_400, backfillDays: 1, confirmDeletionSeconds: 1, finaliseSeconds: 1 },
    topics: {
      prefix: 'p',
      partitions: 1,
      replication: 1,
      retentionHours: 1,
      state: true,
      minInsyncReplicas: 1,
      maxMessageBytes: 1e6,
    },
  };
}

const absent = Symbol('absent');
const places = [[], ...pathsOf({ tenants: [whole()] })];
const anyKey = fc.constantFrom([], ['x'], ['Id'], ['env'], ['file'], ['1'], ['toString']);
const anyText = fc.oneof(
  fc.string({ maxLength: 45 }),
  fc.string({ unit: fc.constantFrom(...'abz09-._AB'), minLength: 30, maxLength: 190 }),
);

/** Of every kind. */
const anything = [absent, null, true, '', 'a.b', 'all', 0, 1, 0.5, [], {}, [null], { env: 'A' }, ['sleeps']];
/** On both sides of every limit. */
const numbers = [
  [-1, 15, 16, 1000, 1001, 3650, 3651, 86_400, 86_401],
  [876_000, 876_001, 2_678_400, 2_678_401, 10_000_000, 10_000_001],
].flat();
const texts = [
  [
    ' ',
    'A B',
    'true',
    '-',
    '.a',
    'a.',
    ...[40, 41, 180, 181, 200, 201].map((length) => 'a'.repeat(length)),
    '😀'.repeat(80),
    'a\nb',
  ],
  ['https://x.example', 'https://x.example/@a?b=c', 'https://x.example/a#b', 'https://u:p@x.example/', 'https://'],
  ['http://x.example', 'http://localhost:1/', 'http://[::1]/a', 'http://localhost.x.example', 'HTTPS://x.example'],
].flat();
const parts = [
  [{ file: '/a' }, { env: 'A', file: '/a' }, { env: ' ' }, { env: 5 }, { value: 'A' }, [{}], [{ requests: 1 }]],
  [['sleeps', 'activity'], ['sleeps', 'sleeps'], ['swims'], [5], ['https://x.example/'], ['x']],
  [limits(1), limits(8), limits(9)],
].flat();

/** What may be tried in place of a value. */
function insteadOf(value: unknown): readonly unknown[] {
  const alike = typeof value === 'number' ? numbers : typeof value === 'string' ? texts : parts;
  return [...anything, ...alike];
}

function limits(count: number): readonly object[] {
  return Array.from({ length: count }, (_, index) => ({ requests: 1, seconds: index + 1 }));
}

function pathsOf(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [[...path, key], ...pathsOf(inner, [...path, key])]);
}

function at(path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], { tenants: [whole()] });
}

function put(path: readonly string[], value: unknown): unknown {
  const file: unknown = { tenants: [whole()] };
  if (path.length === 0) return value === absent ? {} : value;
  let inner = file as Record<string, unknown>;
  for (const key of path.slice(0, -1)) {
    if (typeof inner[key] !== 'object') return file;
    inner = inner[key] as Record<string, unknown>;
  }
  const last = path.at(-1) ?? '';
  if (Array.isArray(inner) && !/^\d$/.test(last)) return file;
  if (value !== absent) inner[last] = value;
  else if (Array.isArray(inner)) inner.splice(Number(last), 1);
  else delete inner[last];
  return file;
}

/** All keys of the schema, with what stands at them. */
function described(node: unknown): Record<string, unknown>[] {
  if (typeof node !== 'object' || node === null) return [];
  const { properties } = node as { properties?: Record<string, object> };
  const own = Object.entries(properties ?? {}).map(([key, one]) => ({ key, ...one }));
  return [...own, ...Object.values(node).flatMap(described)];
}

describe('the JSON Schema of the tenant file', () => {
  it('accepts the example', () => {
    expect(accepts(parse(readFileSync('config/tenants.example.yaml', 'utf8')))).toBe(true);
  });

  it('tells of each key what it is, and its default', () => {
    const keys = described(schema);
    expect(keys.length).toBeGreaterThan(20);
    expect(keys.filter(({ description }) => typeof description !== 'string' || description.length < 10)).toEqual([]);
    const { minSeconds, quota, resources: chosen } = Object.fromEntries(keys.map((one) => [one['key'], one]));
    expect(minSeconds).toMatchObject({ type: 'integer', minimum: 1, maximum: 86_400, default: 300 });
    expect(quota).toMatchObject({ minItems: 1, maxItems: 8, default: [{ seconds: 900 }, { seconds: 86_400 }] });
    expect(chosen).toMatchObject({ default: 'all', anyOf: [{ const: 'all' }, { items: { enum: knownResources } }] });
  });

  /** @returns what the two disagree about */
  const disagreement = (path: readonly string[], value: unknown): readonly object[] => {
    const file = put(path, value);
    const said = refusal(file);
    // What goes beyond the one value is not the schema's.
    if (between.some((rule) => said?.includes(rule) === true)) return [];
    return accepts(file) === (said === undefined) ? [] : [{ value, services: said ?? 'accept it' }];
  };

  it.each(places.map((path) => [path.join('.') || 'the file', path] as const))(
    'says the same as the services of good and bad values for %s',
    (_, path) => {
      expect(insteadOf(at(path)).flatMap((value) => disagreement(path, value))).toEqual([]);
    },
  );

  it('says the same as the services of keys and texts that nobody foresaw', () => {
    fc.assert(
      fc.property(fc.constantFrom(...places), anyKey, anyText, (path, key, text) => {
        expect(disagreement([...path, ...key], text)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it.each<[string, (tenant: Record<string, unknown>) => readonly object[]]>([
    ['the same id', (tenant) => [tenant, { ...tenant, polar: { clientId: 'b', clientSecret: { env: 'B' } } }]],
    ['a pause that is longer than the longest', (tenant) => [{ ...tenant, polling: { minSeconds: 9, maxSeconds: 5 } }]],
  ])('cannot see %s, which the services refuse', (_, tenants) => {
    const file = { tenants: tenants(whole()) };
    expect(accepts(file)).toBe(true);
    expect(refusal(file)).toBeDefined();
  });
});
