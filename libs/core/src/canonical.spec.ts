import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonical, contentHash, fingerprint, isComparable, withoutPaths } from './canonical.ts';
import type { Json, JsonObject } from './json.ts';

const anything = fc.jsonValue() as fc.Arbitrary<Json>;

/** The same value with the keys of every object in another order. */
function reordered(value: Json): Json {
  if (Array.isArray(value)) return value.map((entry: Json) => reordered(entry));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value)
        .toReversed()
        .map(([key, entry]) => [key, reordered(entry as Json)]),
    );
  return value;
}

const identified = fc.record({
  identifier: fc.record({ id: fc.oneof(fc.nat(5), fc.nat(5).map(String)) }),
  value: anything,
});

describe('canonical', () => {
  it('does not depend on the order of keys', () => {
    fc.assert(fc.property(anything, (value) => expect(canonical(reordered(value))).toBe(canonical(value))));
  });

  it('does not depend on the order of identified entries, not even of two that share an id', () => {
    fc.assert(
      fc.property(fc.array(identified), fc.array(fc.nat()), (list, order) => {
        const shuffled = list
          .map((entry, index) => ({ entry, at: order[index] ?? 0 }))
          .toSorted((a, b) => a.at - b.at)
          .map(({ entry }) => entry);
        expect(canonical(shuffled)).toBe(canonical(list));
      }),
    );
  });

  it('tells any two other values apart, and the order of any other list', () => {
    expect(canonical([1, 2])).not.toBe(canonical([2, 1]));
    expect(canonical([{ id: '1' }, { id: '2' }])).not.toBe(canonical([{ id: '2' }, { id: '1' }]));
    expect(canonical([{ identifier: { id: 'b' } }, 'x'])).not.toBe(canonical(['x', { identifier: { id: 'b' } }]));
    fc.assert(
      fc.property(anything, anything, (one, other) => {
        expect(canonical([one]) === canonical([other])).toBe(canonical([other]) === canonical([one]));
        expect(JSON.parse(canonical(one))).toEqual(JSON.parse(canonical(JSON.parse(canonical(one)) as Json)));
      }),
    );
    expect(canonical({ a: null })).not.toBe(canonical({}));
    expect(canonical(1)).not.toBe(canonical('1'));
  });

  it('writes numbers as JSON knows them', () => {
    expect(canonical({ b: 1.0, a: -0, c: 1e21 })).toBe('{"a":0,"b":1,"c":1e+21}');
  });
});

describe('contentHash', () => {
  it('names its version, so that a hash of another version is never compared', () => {
    expect(contentHash({ steps: 1 })).toMatch(/^c1:[\w-]{22}$/);
    expect(isComparable(contentHash({}))).toBe(true);
    expect(isComparable('c0:AAAAAAAAAAAAAAAAAAAAAA')).toBe(false);
    expect(isComparable('c10:AAAAAAAAAAAAAAAAAAAAA')).toBe(false);
  });

  it('is one short hash per field, which only that field moves', () => {
    const before = fingerprint({ steps: 1, legs: [{ a: 1, b: 2 }] }).fields;
    const after = fingerprint({ legs: [{ b: 2, a: 1 }], steps: 2 }).fields;
    expect(after['legs']).toBe(before['legs']);
    expect(after['steps']).not.toBe(before['steps']);
    expect(Object.values(before).every((hash) => hash.length === 11)).toBe(true);
  });

  it('comes with the hash of the whole', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), anything), (content) => {
        expect(fingerprint(content).hash).toBe(contentHash(content));
      }),
    );
  });

  it('counts a field by its path for itself, and not as a part of what it stands in', () => {
    const of = (start: string, name: string) =>
      fingerprint({ session: { start, name }, done: false }, ['session.start']);
    const [before, moved, renamed] = [of('8', 'run'), of('9', 'run'), of('8', 'ride')];
    const changed = (after: typeof before) =>
      Object.keys(before.fields).filter((field) => before.fields[field] !== after.fields[field]);
    expect(changed(moved)).toEqual(['session.start']);
    expect(changed(renamed)).toEqual(['session']);
    expect(moved.hash).not.toBe(before.hash);
  });
});

describe('withoutPaths', () => {
  const session: JsonObject = {
    modified: 'm',
    name: 'n',
    exercises: [{ modified: 'm1', sport: 's' }, { sport: 't' }, 'odd'],
    score: { lastModified: 'x', value: 1 },
  };

  it.each<[string[], JsonObject]>([
    [[], session],
    [['modified'], { name: 'n', exercises: session['exercises'] ?? null, score: session['score'] ?? null }],
    [['exercises.*.modified'], { ...session, exercises: [{ sport: 's' }, { sport: 't' }, 'odd'] }],
    [['score.lastModified'], { ...session, score: { value: 1 } }],
    [['score.*.lastModified', 'name.deeper', 'absent', 'absent.deeper', 'exercises.modified'], session],
  ])('drops %j', (paths, wanted) => {
    expect(withoutPaths(session, paths)).toEqual(wanted);
  });

  it('leaves its input alone', () => {
    const copy = structuredClone(session) as JsonObject;
    withoutPaths(session, ['modified', 'exercises.*.modified', 'score']);
    expect(session).toEqual(copy);
  });
});
