import { describe, expect, it } from '@jest/globals';
import { read, type Json, type Window } from '#core';
import { descriptor } from './descriptor.ts';

const window: Window = { phase: 'list', from: '2026-06-14', to: '2026-06-15', features: [], reason: 'listing' };
const dated = {
  created: '2026-06-14T05:00:00.001Z',
  modified: '2026-06-14T05:00:00.001Z',
  dateTime: '2026-06-14T08:00:00',
};

const factsOf = (body: Json) => read(descriptor, window, body).facts;

describe('a calendar entry', () => {
  it('is told apart by its kind and the moment that it was made', () => {
    const [fact] = factsOf({ entries: [{ weight: { ...dated, value: '71.4' } }] });
    expect(fact).toMatchObject({
      kind: 'weight',
      identity: ['weight', '2026-06-14T05:00:00.001Z'],
      date: '2026-06-14',
      marker: '2026-06-14T05:00:00.001Z',
      content: { weight: { ...dated, value: 71.4 } },
    });
  });

  it('is told apart by its local time where nothing says when it was made', () => {
    const { created: _, ...undated } = dated;
    expect(factsOf({ entries: [{ note: undated }] })[0]?.identity).toEqual(['note', '2026-06-14T08:00:00']);
  });

  it('is read in the documented form: wrapped, all kinds in one entry, local times with a Z', () => {
    const entry = { note: { ...dated, dateTime: '2026-06-14T08:00:00Z' }, feeling: { ...dated, value: 1 } };
    const facts = factsOf({ data: { entries: [entry] } });
    expect(facts.map(({ kind, content }) => [kind, content])).toEqual([
      ['note', { note: dated }],
      ['feeling', { feeling: { ...dated, value: 1 } }],
    ]);
  });

  it('of a kind that nobody foresaw is told as well', () => {
    expect(factsOf({ entries: [{ mood: { ...dated, value: 2 } }] })[0]).toMatchObject({
      kind: 'mood',
      identity: ['mood', dated.created],
      content: { mood: { value: 2 } },
    });
  });

  it('without a time is refused', () => {
    expect(() => factsOf({ entries: [{ note: { value: 'x' } }] })).toThrow(
      'lacks its identity or its date; keys: note',
    );
  });
});
