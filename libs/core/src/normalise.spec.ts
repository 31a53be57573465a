import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { resources } from '#resources';
import { canonical, contentHash } from './canonical.ts';
import type { Json } from './json.ts';
import { normaliser, type UpstreamSchema } from './normalise.ts';

const schema: UpstreamSchema = {
  $ref: '#/$defs/Walk',
  $defs: {
    Walk: {
      properties: {
        steps: { type: 'integer', format: 'int64' },
        metres: { type: 'number' },
        id: { type: ['string', 'integer'], format: 'uint64' },
        lasted: { type: 'string', format: 'protobuf-duration' },
        began: { type: 'string', format: 'local-date-time' },
        synced: { type: 'string', format: 'date-time' },
        indoors: { type: 'boolean' },
        planned: { $ref: '#/$defs/Moment' },
        mood: { $ref: '#/$defs/Mood' },
        parts: { type: 'array', items: { $ref: '#/$defs/Walk' } },
        legs: { type: 'array', items: { properties: { metres: { type: 'number' } } } },
      },
    },
    Mood: { type: 'string' },
    Moment: {
      properties: Object.fromEntries(
        ['year', 'month', 'day', 'hour', 'min', 'sec'].map((part) => [part, { type: 'integer', format: 'int64' }]),
      ),
    },
  },
};
const walk = normaliser(schema);

/** The provider's struct; zeros are left out, as protobuf does. */
function momentOf(at: Date, spell: (part: string) => string | number): Record<string, Json> {
  const [year = '', month = '', day = '', hour = '', min = '', sec = ''] = at.toISOString().split(/[-T:.Z]/);
  const parts = Object.entries({ year, month, day, hour, min, sec }).filter(([, part]) => Number(part) !== 0);
  return Object.fromEntries(parts.map(([name, part]) => [name, spell(String(Number(part)))]));
}

/** The same fact in the spellings that the provider is known to use. */
const spelled = fc
  .record(
    {
      steps: fc.integer().map((value) => [value, String(value)] as const),
      metres: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => [value, String(value)] as const),
      id: fc.nat().map((value) => [value, String(value)] as const),
      lasted: fc
        .tuple(fc.nat(), fc.nat(999))
        .map(
          ([s, ms]) => [`${s}.${String(ms).padStart(3, '0')}s`, `${s}.${String(ms).padStart(3, '0')}000000s`] as const,
        ),
      began: fc.constant(['2026-06-15T06:30:00', '2026-06-15T06:30:00Z'] as const),
      planned: fc
        .date({ min: new Date('1990-01-01T00:00:00Z'), max: new Date('2090-01-01T00:00:00Z'), noInvalidDate: true })
        .map((at) => [momentOf(at, Number), momentOf(at, String)] as const),
      indoors: fc.boolean().map((value) => [value, String(value)] as const),
    },
    { requiredKeys: [] },
  )
  .map((fields) => {
    const pick = (index: 0 | 1): Record<string, Json> =>
      Object.fromEntries(Object.entries(fields).map(([name, pair]) => [name, pair[index]]));
    return [pick(0), pick(1)] as const;
  });

describe('normaliser', () => {
  it.each<[Json, Json]>([
    [{ year: 2026, month: '6', day: 5, hour: 7, min: 8, sec: 9 }, '2026-06-05T07:08:09Z'],
    [{ year: 2026, month: 6, day: 5 }, '2026-06-05T00:00:00Z'],
    [
      { year: 2026, month: 2, day: 30 },
      { year: 2026, month: 2, day: 30 },
    ],
    [
      { year: 2026, month: 6, day: 5, zone: 'X' },
      { year: 2026, month: 6, day: 5, zone: 'X' },
    ],
    ['2026-06-05T07:08:09Z', '2026-06-05T07:08:09Z'],
    [{}, {}],
  ])('reads the struct %j as %j', (planned, read) => {
    expect(walk({ planned })).toEqual({ planned: read });
  });

  it('gives one fact the same bytes and the same hash, however it is spelled', () => {
    fc.assert(
      fc.property(spelled, spelled, ([one, other], [nested, nestedOther]) => {
        const [a, b] = [walk({ ...one, parts: [nested] }), walk({ ...other, parts: [nestedOther] })];
        expect(canonical(a)).toBe(canonical(b));
        expect(contentHash(a)).toBe(contentHash(b));
      }),
    );
  });

  it.each<[string, Json, Json]>([
    ['steps', '12', 12],
    ['steps', '-3', -3],
    ['metres', '172.0', 172],
    ['metres', '1e3', 1000],
    ['id', 3_600_000, '3600000'],
    ['id', '18446744073709551615', '18446744073709551615'],
    ['lasted', '5070s', 'PT5070S'],
    ['lasted', '-0.250s', '-PT0.25S'],
    ['lasted', '1.000000001s', 'PT1.000000001S'],
    ['began', '2026-06-15T06:30:00Z', '2026-06-15T06:30:00'],
    ['indoors', 'true', true],
    ['indoors', 'false', false],
  ])('spells %s %j as %j', (name, given, wanted) => {
    expect(walk({ [name]: given })).toEqual({ [name]: wanted });
  });

  it.each<[string, Json]>([
    ['steps', '9007199254740993'],
    ['metres', '1e999'],
    ['steps', 'many'],
    ['steps', ''],
    ['steps', null],
    ['steps', ['1']],
    ['indoors', 'yes'],
    ['indoors', 1],
    ['lasted', 'PT5M'],
    ['lasted', 300],
    ['began', '2026-06-15T06:30:00+02:00'],
    ['synced', '2026-06-15T06:30:00Z'],
    ['mood', 'MOOD_NOBODY_FORESAW'],
    ['parts', 'none'],
    ['unforeseen', { steps: '12' }],
    ['__proto__', 'kept'],
  ])('leaves %s %j as it came', (name, value) => {
    const item = JSON.parse(`{${JSON.stringify(name)}: ${JSON.stringify(value)}}`) as Json;
    expect(JSON.stringify(walk(item))).toBe(JSON.stringify(item));
  });

  it.each<Json>([null, 7, 'text', true, []])('leaves %j in the place of an object as it came', (value) => {
    expect(walk(value)).toBe(value);
  });

  it('drops nothing and is idempotent for any body at all', () => {
    fc.assert(
      fc.property(fc.jsonValue() as fc.Arbitrary<Json>, (value) => {
        const once = walk({ ...(shaped(value) as object), parts: [value] });
        expect(shape(once)).toEqual(shape({ ...(shaped(value) as object), parts: [value] }));
        expect(JSON.stringify(walk(once))).toBe(JSON.stringify(once));
      }),
    );
  });
});

/** Names and nesting without the values. */
function shape(value: Json): Json {
  if (Array.isArray(value)) return value.map((entry: Json) => shape(entry));
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).map(([name, entry]) => [name, shape(entry)]);
  return 'value';
}

function shaped(value: Json): Json {
  return { steps: value, lasted: value, indoors: value, id: value, mood: value };
}

describe.each(resources)("the provider's schema of $name", ({ schema, name }) => {
  const walk = normaliser(schema);

  it('spells what is drawn from it in one way, whether numbers and booleans come as they are or as texts', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const [plain, asText] = [draw(schema, seed, (value) => value), draw(schema, seed, String)];
        expect(shape(plain)).not.toBe('value');
        expect(canonical(walk(asText))).toBe(canonical(walk(plain)));
        expect(walk(walk(asText))).toEqual(walk(asText));
        expect(shape(walk(asText))).toEqual(shape(asText));
      }),
      { numRuns: 30 },
    );
  });

  it('turns every duration into ISO 8601 and every 64-bit id into a text', () => {
    const text = JSON.stringify(walk(draw(schema, 1, (value) => value)));
    expect(text).not.toContain('"5070s"');
    expect(text.includes('"PT5070S"')).toBe(['sleeps', 'nightly-recharge-results'].includes(name));
    expect(text.includes('"recoveryTimeMillis":"1"')).toBe(name === 'training-sessions');
  });
});

/** An item in which every property of the schema is there. */
function draw(root: UpstreamSchema, seed: number, spell: (value: number | boolean) => Json): Json {
  const of = (part: UpstreamSchema, depth: number): Json => {
    if (part.$ref !== undefined) return of(root.$defs?.[part.$ref.replace('#/$defs/', '')] ?? {}, depth);
    if (part.properties !== undefined)
      return Object.fromEntries(
        Object.entries(part.properties).map(([name, property]) => [name, depth > 6 ? null : of(property, depth + 1)]),
      );
    if (part.items !== undefined) return [of(part.items, depth + 1), of(part.items, depth + 1)];
    if (part.format === 'uint64') return spell(seed === 1 ? 1 : Math.abs(seed));
    if (part.format === 'protobuf-duration') return '5070s';
    if (part.format === 'local-date-time') return '2026-06-15T06:30:00Z';
    if (part.type === 'integer') return spell(seed);
    if (part.type === 'number') return spell(seed / 8);
    if (part.type === 'boolean') return spell(seed % 2 === 0);
    return 'SOME_TEXT';
  };
  return of(root, 0);
}

describe('what is not as the schema says', () => {
  const told = (value: Json, of = walk): readonly string[] => {
    const drifts: string[] = [];
    of(value, ({ path, kind, found }) => drifts.push(`${path} ${kind} ${found}`));
    return drifts;
  };

  it.each<[string, Json, readonly string[]]>([
    ['a field that nobody knows', { stride: 3 }, ['stride unknown_field number']],
    ['the same inside a list', { legs: [{ a: [] }] }, ['legs[].a unknown_field array']],
    ['a value of another type', { steps: {}, began: 5 }, ['steps other_type object', 'began other_type number']],
    ['a list that is none', { parts: 'none' }, ['parts other_type string']],
    ['an object that is none', { legs: [7] }, ['legs[] other_type number']],
    ['nothing where a value is left out', { steps: null, parts: null }, []],
    ['nothing where only the spelling differs', { steps: '5', metres: '1.5', indoors: 'true', id: 7 }, []],
  ])('is told: %s', (_, value, drifts) => {
    expect(told(value)).toEqual(drifts);
    expect(walk(value)).toEqual(normaliser({})(walk(value)));
  });

  it('is a new value of an enumeration, but never an athlete’s words', () => {
    const mood = normaliser({ properties: { mood: { type: 'string', enum: ['GOOD', 'BAD'] } } });
    expect(told({ mood: 'GOOD' }, mood)).toEqual([]);
    expect(told({ mood: 'SO_SO' }, mood)).toEqual(['mood unknown_value SO_SO']);
    expect(told({ mood: 'my knee hurts' }, mood)).toEqual(['mood unknown_value no constant']);
  });

  it('has the path of the first place where a schema refers to itself', () => {
    expect(told({ parts: [{ parts: [{ parts: [{ new: 1 }] }] }] })).toEqual(['new unknown_field number']);
  });
});
