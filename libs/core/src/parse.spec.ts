import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseInSteps } from './parse.ts';

function parsed(text: string, longest: number): { readonly value: unknown; readonly steps: number } {
  const steps = parseInSteps(text, longest);
  for (let count = 1; ; count += 1) {
    const { done, value } = steps.next();
    if (done) return { value, steps: count };
  }
}

/** What came of it: the value, or that it was refused. */
function outcome(parse: () => unknown): unknown {
  try {
    return { value: parse() };
  } catch (error) {
    return { refused: error instanceof SyntaxError };
  }
}

/** Rich in places to cut at, inside of texts too. */
const { value: values } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.constantFrom<unknown>(0, 'a', '},{', '{"a":1},{"b":[', null, 'parsed apart'),
    fc.array(tie('value'), { maxLength: 6 }),
    fc.array(fc.dictionary(fc.constantFrom('a', 'b', '1', '__proto__'), tie('value'), { maxKeys: 3 }), {
      maxLength: 8,
    }),
  ),
}));
const texts = fc.oneof(
  fc.json({ maxDepth: 6 }),
  values.map((value) => JSON.stringify(value)),
);

const day = {
  days: [
    {
      date: '2026-06-14',
      samples: Array.from({ length: 50 }, (_, index) => ({ at: index, text: 'a},{"b" [c] {d},{ \\' })),
    },
    { date: '2026-06-15', samples: [], nested: [[[1, 2, 3]]] },
  ],
};

describe('parsing in steps', () => {
  it('gives what JSON.parse gives, whatever the length of a step', () => {
    fc.assert(
      fc.property(texts, fc.nat(60), (text, longest) => {
        expect(parsed(text, longest).value).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
    const swapped = { b: [{ a: 1 }, { a: 2 }, { a: 3 }, { a: 4 }], 1: [{ a: 5 }, { a: 6 }, { a: 7 }, { a: 8 }] };
    const text = '{"b":[{"a":1},{"a":2},{"a":3},{"a":4}],"1":[{"a":5},{"a":6},{"a":7},{"a":8}]}';
    expect(parsed(text, 3).value).toEqual(swapped);
    for (const longest of [1, 7, 50, 333]) expect(parsed(JSON.stringify(day), longest).value).toEqual(day);
    for (const longest of [1, 7, 50]) expect(parsed(JSON.stringify(day, undefined, 2), longest).value).toEqual(day);
  });

  it('takes long lists of numbers beside those that it cuts', () => {
    const value = {
      numbers: Array.from({ length: 300_000 }, (_, index) => index),
      list: [{ a: 1 }, { a: 2 }, { a: 3 }],
    };
    expect(parsed(JSON.stringify(value), 1).value).toEqual(value);
  });

  it('takes as many steps as there is text', () => {
    const text = JSON.stringify(day);
    expect(parsed(text, text.length).steps).toBe(1);
    expect(parsed(text, text.length / 20).steps).toBeGreaterThan(15);
  });

  it('refuses what JSON.parse refuses', () => {
    for (const text of [
      '[{},{},,{}]',
      '[{},{},]',
      '[,{},{}]',
      '[{},{}',
      '[{},{}]]',
      '{"a":[{},{}}',
      '["},{',
      '[{},{}] x',
      ' ',
    ]) {
      for (const longest of [0, 1, 2, 3])
        expect(outcome(() => parsed(text, longest).value)).toEqual(outcome(() => JSON.parse(text) as unknown));
    }
    const broken = fc
      .tuple(texts, fc.nat(), fc.constantFrom(',', '[', ']', '{', '}', '"', ''))
      .map(([text, at, mark]) => {
        const place = at % (text.length + 1);
        return text.slice(0, place) + mark + text.slice(place + 1);
      });
    fc.assert(
      fc.property(broken, fc.nat(20), (text, longest) => {
        expect(outcome(() => parsed(text, longest).value)).toEqual(outcome(() => JSON.parse(text) as unknown));
      }),
      { numRuns: 500 },
    );
  });

  it('is not misled by a text that has its own mark', () => {
    const value = { list: [['parsed apart', 0], Array.from({ length: 20 }, () => ({ a: 'parsed apart' }))] };
    const text = JSON.stringify(value);
    for (const one of [text, text.replace('["p', '["\\u0070')]) expect(parsed(one, 10).value).toEqual(value);
  });
});
