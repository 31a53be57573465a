import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Fact, JsonObject } from '#core';
import { accountFacts } from './sections.ts';

const account: JsonObject = {
  basicInfo: { firstName: 'Ada', email: 'ada@example.com', modified: '2026-05-30T18:12:44Z' },
  contactInformation: { phoneNumber: '+358123456789', address: { city: 'Oulu' } },
  profileInformation: { motto: 'Slow is smooth' },
  localizationSettings: { timezoneOffsetMinutes: 180 },
  physicalInformation: { weight: 64.5, modified: '2026-06-01T05:10:00Z' },
  consents: [{ type: 'GDPR', version: '2023-10-01', accepted: true }],
};

const told = (facts: readonly Fact[]): readonly (readonly [string, JsonObject | null])[] =>
  facts.map(({ entity, content }) => [entity, content]);

describe('an account', () => {
  it('is told of by its sections, the rest of it as the profile', () => {
    expect(told(accountFacts({ ...account, somethingNew: 1 }))).toEqual([
      [
        'profile',
        {
          basicInfo: { firstName: 'Ada', modified: '2026-05-30T18:12:44Z' },
          profileInformation: { motto: 'Slow is smooth' },
          somethingNew: 1,
        },
      ],
      ['localizationSettings', { timezoneOffsetMinutes: 180 }],
      ['physicalInformation', { weight: 64.5, modified: '2026-06-01T05:10:00Z' }],
      [
        'consent',
        {
          type: 'GDPR',
          consents: [{ type: 'GDPR', version: '2023-10-01', accepted: true }],
          consentHistoryStates: [],
        },
      ],
    ]);
  });

  it('says nothing that one could reach the athlete by', () => {
    expect(JSON.stringify(accountFacts(account))).not.toMatch(/example\.com|358123456789|Oulu/);
  });

  it('tells the offset with the settings that it stands in, and with nothing else', () => {
    const offsets = accountFacts(account).map(({ entity, utcOffsetMinutes }) => [entity, utcOffsetMinutes]);
    expect(offsets.filter(([, offset]) => offset !== null)).toEqual([['localizationSettings', 180]]);
  });

  it('is a profile also where there is nothing else of it', () => {
    expect(told(accountFacts({ contactInformation: { phoneNumber: '+358123456789' } }))).toEqual([['profile', {}]]);
  });
});

describe('consents', () => {
  const state = (type: string, created: string, state: string): JsonObject => ({ type, created, state });

  it('are told of by type, with their history and the time of its last entry', () => {
    const facts = accountFacts({
      consents: [{ type: 'GDPR', version: '2026-01-01', accepted: false }],
      consentHistoryStates: [
        state('GDPR', '2026-02-01T00:00:00Z', 'WITHDRAWN'),
        state('MARKETING', '2024-01-01T00:00:00Z', 'WITHDRAWN'),
        state('GDPR', '2023-10-01T00:00:00Z', 'ACCEPTED'),
      ],
    }).filter(({ entity }) => entity === 'consent');
    expect(facts.map(({ identity, polarModifiedAt }) => [identity, polarModifiedAt])).toEqual([
      [['GDPR'], '2026-02-01T00:00:00Z'],
      [['MARKETING'], '2024-01-01T00:00:00Z'],
    ]);
    expect(facts[0]?.content?.['consentHistoryStates']).toEqual([
      state('GDPR', '2023-10-01T00:00:00Z', 'ACCEPTED'),
      state('GDPR', '2026-02-01T00:00:00Z', 'WITHDRAWN'),
    ]);
    expect(facts[1]?.content?.['consents']).toEqual([]);
  });

  it('are all there, and the same in whatever order they come', () => {
    const entry = fc.record({
      type: fc.constantFrom('GDPR', 'MARKETING', 'RESEARCH'),
      created: fc.constantFrom('2023-10-01T00:00:00Z', '2026-02-01T00:00:00Z'),
      version: fc.string(),
    });
    const lists = fc
      .array(entry)
      .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
    fc.assert(
      fc.property(lists, lists, ([consents, otherConsents], [history, otherHistory]) => {
        const facts = accountFacts({ consents, consentHistoryStates: history });
        const contents = facts.flatMap(({ entity, content }) =>
          entity === 'consent' && content !== null ? [content] : [],
        );
        const all = (list: string): JsonObject[] => contents.flatMap((content) => content[list] as JsonObject[]);
        expect(all('consents')).toHaveLength(consents.length);
        expect(all('consents')).toEqual(expect.arrayContaining(consents));
        expect(all('consentHistoryStates')).toHaveLength(history.length);
        expect(accountFacts({ consents: otherConsents, consentHistoryStates: otherHistory })).toEqual(facts);
      }),
    );
  });
});
