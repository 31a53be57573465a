import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BridgeError } from './errors.ts';
import type { Json } from './json.ts';
import { read } from './read.ts';
import { walksByDay, walksByRange } from './tick.fixture.ts';
import type { Window } from './tick.ts';

const window: Window = { phase: 'list', from: '2026-06-10', to: '2026-06-16', features: [], reason: 'listing' };
const walk = { id: 'w1', date: '2026-06-12', modified: '2026-06-12T09:00:00Z', steps: '7' };
const resource = walksByRange();

function refusal(body: Json, of = resource): BridgeError {
  try {
    read(of, window, body);
  } catch (error) {
    if (error instanceof BridgeError) return error;
  }
  throw new Error('it was read');
}

describe('read', () => {
  it.each<[string, Json]>([
    ['documented', { data: { walks: [walk] } }],
    ['live', { walks: [walk] }],
    ['live beside something new', { walks: [walk], page: 1 }],
  ])('finds the list in the %s envelope, and corrects spellings', (_, body) => {
    const { facts, empty } = read(resource, window, body);
    expect(empty).toBe(false);
    expect(facts).toEqual([
      expect.objectContaining({ identity: ['w1'], date: '2026-06-12', content: { ...walk, steps: 7 } }),
    ]);
  });

  it('has no content from the listing of a two-phase resource, and has it from a detail', () => {
    expect(read(walksByDay(), window, { walks: [walk] }).facts[0]?.content).toBeNull();
    expect(read(walksByDay(), { ...window, phase: 'detail' }, { walks: [walk] }).facts[0]?.content).not.toBeNull();
  });

  it.each<[string, Json | undefined]>([
    ['no body', undefined],
    ['null', null],
    ['{}', {}],
    ['a bare empty list', []],
    ['an empty list', { walks: [] }],
    ['an empty wrapped list', { data: { walks: [] } }],
    ['an empty wrapper', { data: {} }],
  ])('takes %s for no data', (_, body) => {
    expect(read(resource, window, body)).toEqual({ window, facts: [], empty: true });
  });

  it.each<[string, Json]>([
    ['another name', { hikes: ['PRIVATE'] }],
    ['an object in the place of the list', { walks: { w1: 'PRIVATE' } }],
    ['a bare list', [{ note: 'PRIVATE' }]],
    ['a text', 'PRIVATE'],
    ['a number', 4711],
    ['false', false],
    ['an entry that is no object', { walks: ['PRIVATE'] }],
    ['an entry without identity', { walks: [{ date: '2026-06-12', note: 'PRIVATE' }] }],
    ['an entry without a date', { walks: [{ id: 'PRIVATE' }] }],
    ['an entry with a date that is none', { walks: [{ id: 'PRIVATE', date: '2026-06-31' }] }],
  ])('refuses %s, and quotes nothing of it', (_, body) => {
    const { code, disposition, message, fields } = refusal(body);
    expect([code, disposition]).toEqual(['PROVIDER_SCHEMA_UNKNOWN', 'bug']);
    expect(message).toContain('/walks');
    expect(`${message} ${JSON.stringify(fields)}`).not.toMatch(/PRIVATE|4711|2026/);
  });

  it('reads the others when one entry is unreadable, tells of it, and says that it is not all', () => {
    const { facts, isPartial, drifts } = read(resource, window, { walks: [{ note: 'PRIVATE' }, walk, 'PRIVATE'] });
    expect(facts.map(({ identity }) => identity)).toEqual([['w1']]);
    expect(isPartial).toBe(true);
    expect(drifts?.filter(({ kind }) => kind === 'unknown_item')).toEqual([
      { path: '[]', kind: 'unknown_item', found: 'an entry of the list lacks its identity or its date; keys: note' },
      { path: '[]', kind: 'unknown_item', found: 'an entry of the list is not an object' },
    ]);
    expect(JSON.stringify(drifts)).not.toContain('PRIVATE');
  });

  it('never takes a body that it does not know for empty, and never quotes it', () => {
    const secret = fc.record({ other: fc.record({ value: fc.constant('PRIVATE'), more: fc.jsonValue() }) });
    fc.assert(fc.property(secret, (body) => expect(refusal(body as Json).message).not.toContain('PRIVATE')));
  });
});
