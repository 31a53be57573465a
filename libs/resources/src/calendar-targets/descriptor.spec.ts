import { describe, expect, it } from '@jest/globals';
import { read, type JsonObject, type Window } from '#core';
import { descriptor } from './descriptor.ts';

const window: Window = { phase: 'list', from: '2026-06-14', to: '2026-06-15', features: [], reason: 'listing' };
const moment = (day: number): JsonObject => ({ year: 2026, month: 6, day, hour: 5, min: 30, sec: 0 });
const target: JsonObject = {
  session: { id: 42, name: 'Tempo', modified: moment(12), startTime: moment(14), version: 3 },
  exercise: [{ idx: 0, type: 'ROUTE', routeId: 55501 }],
};

const factOf = (item: JsonObject) => read(descriptor, window, { trainingTarget: [item] }).facts[0];

describe('a training target', () => {
  it('is filed under the day that it starts on, with ids as text and times as RFC 3339', () => {
    expect(factOf(target)).toMatchObject({
      identity: ['42'],
      date: '2026-06-14',
      polarModifiedAt: '2026-06-12T05:30:00Z',
      content: { session: { id: '42', startTime: '2026-06-14T05:30:00Z' } },
    });
  });

  it('has another marker after a second edit in the same second', () => {
    const again = { ...target, session: { ...(target['session'] as JsonObject), version: 4 } };
    expect(factOf(again)?.marker).not.toBe(factOf(target)?.marker);
  });

  it('names the route that it follows, so that it is read', () => {
    expect(factOf(target)?.references).toEqual({ routes: ['55501'] });
  });

  it('is refused without a start, for it can’t be told to be missing from any day', () => {
    expect(() => factOf({ session: { id: 42 } })).toThrow('lacks its identity or its date');
  });

  it('is read without the wrapper, too', () => {
    expect(read(descriptor, window, [target]).facts).toEqual([factOf(target)]);
  });
});
