import { describe, expect, it } from '@jest/globals';
import { isBridgeError, topicOf } from '#core';
import { topics } from '#resources';
import fc from 'fast-check';
import { acme, load, refusalOf } from './tenants.fixture.ts';

const withPrefixes = (...prefixes: readonly (string | undefined)[]) => ({
  tenants: prefixes.map((prefix, index) =>
    acme({
      id: `t${String(index)}`,
      polar: { clientId: `c${String(index)}`, clientSecret: { env: 'ACME_SECRET' } },
      topics: prefix === undefined ? {} : { prefix },
    }),
  ),
});

describe('two prefixes', () => {
  it.each([
    ['polar.a', 'polar.a.b'],
    ['polar.a.b', 'polar.a'],
    ['polar.a', 'polar_a_b'],
    ['polar', undefined],
    ['polar.t1.connection', undefined],
    ['x', 'x'],
  ])('of which one lies within the other are refused: %s and %s', (one, other) => {
    expect(refusalOf(withPrefixes(one, other))).toMatch(
      /tenants\[\d\]\.topics\.prefix: "[^"]+"; allowed: a prefix that does not lie within another one .+; tenants\[\d\] has "[^"]+"/,
    );
  });

  it.each([
    ['polar.a', 'polar.ab'],
    ['polar.a', 'polar.a-b'],
    ['polar.t1-x', undefined],
  ])('that only begin alike are two: %s and %s', (one, other) => {
    expect(load(withPrefixes(one, other))).toHaveLength(2);
  });

  it('of one fault are told once', () => {
    expect(refusalOf(withPrefixes('x', 'x', 'y')).split('\n')).toHaveLength(2);
  });

  it('that are accepted never make the same topic, states and connections included, whatever Kafka takes for the same', () => {
    const kafka = (name: string): string => name.replaceAll('.', '_');
    const names = topics().flatMap((name) => [name, `${name}.state`]);
    expect(names).toContain('connection');
    // Made of what could collide: words of the topics, and both signs that Kafka takes for one.
    const word = fc.constantFrom('polar', 't0', 't1', 'connection', 'state', 'sleep', 'v1', 'heart-rate');
    const prefix = fc.option(
      fc
        .tuple(word, fc.array(fc.tuple(fc.constantFrom('.', '_'), word), { maxLength: 3 }))
        .map(([first, more]) => [first, ...more.flat()].join('')),
      { nil: undefined },
    );
    let accepted = 0;
    fc.assert(
      fc.property(fc.array(prefix, { minLength: 2, maxLength: 3 }), (prefixes) => {
        const tenants = loaded(withPrefixes(...prefixes));
        if (tenants === undefined) return;
        accepted += 1;
        const made = tenants.flatMap((tenant) => names.map((name) => kafka(topicOf(tenant.topics.prefix, name))));
        expect(new Set(made).size).toBe(made.length);
      }),
      { numRuns: 300 },
    );
    expect(accepted).toBeGreaterThan(30);
  });
});

function loaded(content: unknown): ReturnType<typeof load> | undefined {
  try {
    return load(content);
  } catch (error) {
    if (isBridgeError(error, 'CONFIG_INVALID')) return undefined;
    throw error;
  }
}
