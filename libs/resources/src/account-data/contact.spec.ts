import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Json, JsonObject } from '#core';
import { withoutContact } from './contact.ts';

const names = ['email', 'contactInformation', 'phoneNumber', 'address', 'backupEmail', 'motto', 'name', 'value'];

const tree = fc.letrec<{ object: JsonObject; value: Json }>((tie) => ({
  object: fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 5 }),
  value: fc.oneof({ maxDepth: 4 }, fc.string(), fc.integer(), fc.constant(null), fc.array(tie('value')), tie('object')),
})).object;

const namesIn = (value: Json): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap((entry: Json) => namesIn(entry));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...namesIn(inner as Json)]);
};

describe('an account without contact data', () => {
  it('is all of it but that', () => {
    expect(
      withoutContact({
        basicInfo: { firstName: 'Ada', email: 'ada@example.com', nickname: 'A' },
        contactInformation: { phoneNumber: '+358123456789', address: { city: 'Oulu', countryCode: 'FI' } },
        generalSettings: [{ name: 'THEME', value: 'DARK' }],
      }),
    ).toEqual({
      basicInfo: { firstName: 'Ada', nickname: 'A' },
      generalSettings: [{ name: 'THEME', value: 'DARK' }],
    });
  });

  it('has none of it at any depth', () => {
    fc.assert(
      fc.property(tree, (account) => {
        const left = namesIn(withoutContact(account));
        expect(left.filter((name) => !['motto', 'name', 'value'].includes(name))).toEqual([]);
      }),
    );
  });

  it('is the account where it has none', () => {
    const harmless = fc.dictionary(fc.constantFrom('motto', 'language', 'version'), fc.jsonValue());
    fc.assert(
      fc.property(harmless, (account) => {
        fc.pre(!namesIn(account as JsonObject).some((name) => /contact|mail|phone|address/i.test(name)));
        expect(withoutContact(account as JsonObject)).toEqual(account);
      }),
    );
  });
});
