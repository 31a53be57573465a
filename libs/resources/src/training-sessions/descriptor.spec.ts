import { describe, expect, it } from '@jest/globals';
import { read, type JsonObject, type Window } from '#core';
import { descriptor } from './descriptor.ts';

const window: Window = { phase: 'detail', from: '2026-06-14', to: '2026-06-15', features: [], reason: 'wanted' };
const session = {
  identifier: { id: 's1' },
  modified: '2026-06-14T09:00:00Z',
  startTime: '2026-06-14T10:00:00',
  timezoneOffsetMinutes: 180,
};

const factsOf = (parts: JsonObject, entity: string) =>
  read(descriptor, window, { trainingSessions: [{ ...session, ...parts }] }).facts.filter(
    (fact) => fact.entity === entity,
  );

describe('a session’s comment', () => {
  const comment = {
    identifier: { id: '31' },
    created: '2026-06-14T11:00:00Z',
    modified: '2026-06-14T12:00:00Z',
    note: 'Nice',
  };

  it('is a fact of its own, with the moment of its own change', () => {
    expect(factsOf({ comments: [comment] }, 'comment')).toEqual([
      {
        entity: 'comment',
        identity: ['s1', '31'],
        date: '2026-06-14',
        marker: comment.modified,
        content: { ...comment, session: 's1' },
        polarModifiedAt: comment.modified,
        utcOffsetMinutes: 180,
      },
    ]);
  });

  it('is told apart by the moment that it was written where it has no id', () => {
    const { identifier: _, ...nameless } = comment;
    expect(factsOf({ comments: [nameless] }, 'comment')[0]?.identity).toEqual(['s1', comment.created]);
  });

  it('stays in the session as well', () => {
    expect(factsOf({ comments: [comment] }, 'session')[0]?.content).toMatchObject({ comments: [comment] });
  });
});

describe('a session’s test results', () => {
  it('are a fact for each kind, known or not', () => {
    const testResults = { runningTest: { vo2max: '57' }, rowingTest: { watts: 250 } };
    expect(factsOf({ testResults }, 'test').map(({ identity, content }) => [identity, content])).toEqual([
      [['s1', 'runningTest'], { session: 's1', testResults: { runningTest: { vo2max: 57 } } }],
      [['s1', 'rowingTest'], { session: 's1', testResults: { rowingTest: { watts: 250 } } }],
    ]);
  });

  it.each([[{}], [{ testResults: {} }], [{ testResults: null }]])('are none in %j', (parts) => {
    expect(factsOf(parts, 'test')).toEqual([]);
  });
});
