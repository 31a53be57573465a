import { describe, expect, it } from '@jest/globals';
import type { Verdict } from '#core';
import type { FoundTopic, WantedTopic } from '../topic-plan.ts';
import { laneVerdicts, lookAtLanes, lostPositions, slotVerdicts } from './lanes.ts';
import { rightVerdicts } from './rights.ts';
import { topicVerdicts } from './topics.ts';

const told = (verdicts: readonly Verdict[]) => verdicts.map(({ state, line }) => `${state}: ${line}`);

const wanted = (topic: string, replication = 1): WantedTopic => ({
  topic,
  partitions: 6,
  replication,
  retentionMs: 1,
  wantedBy: 'tenant acme',
});
const found = (topic: string, partitions = 6): readonly [string, FoundTopic] => [
  topic,
  {
    topic,
    partitions,
    replication: 1,
    retentionMs: 1,
    minInsyncReplicas: 1,
    maxMessageBytes: 1_048_588,
    compacted: undefined,
  },
];

describe('topics', () => {
  it.each<[string, readonly WantedTopic[], readonly (readonly [string, FoundTopic])[], readonly string[]]>([
    ['all right', [wanted('a')], [found('a')], ['ok: All topics (1) are as the tenant file wants them.']],
    ['not there yet', [wanted('a')], [], ['warn: No topic is there yet, or none may be seen: a.']],
    ['gone', [wanted('a'), wanted('b')], [found('a')], ['broken: A topic is missing: b.']],
    [
      'different',
      [wanted('a')],
      [found('a', 3)],
      ['broken: A topic differs from the tenant file: partitions is 3, wanted 6 (a).'],
    ],
    [
      'too few for the lanes',
      [{ ...wanted('lanes'), partitions: 16, mayGrow: true }],
      [found('lanes', 8)],
      ['broken: The topic lanes has 8 partitions for 16 lanes: what is in the others waits.'],
    ],
    [
      'impossible',
      [wanted('a', 3), wanted('b')],
      [found('b')],
      [
        'broken: Kafka cannot have the topics of tenant acme: topics.replication is 3; allowed: 1, because the cluster has one broker.',
      ],
    ],
  ])('that are %s', (_, want, have, expected) => {
    expect(told(topicVerdicts(want, new Map(have), 1))).toEqual(expected);
  });
});

describe('rights', () => {
  it('are told from what the cluster cannot have', () => {
    expect(
      told(
        rightVerdicts([
          { resource: 'group', name: 'g', error: 'GROUP_AUTHORIZATION_FAILED' },
          { resource: 'topic', name: 't', error: 'POLICY_VIOLATION' },
        ]),
      ),
    ).toEqual([
      'broken: Kafka does not allow the publisher the group g (GROUP_AUTHORIZATION_FAILED).',
      'broken: Kafka cannot make the topic t (POLICY_VIOLATION).',
    ]);
  });
});

const now = Date.parse('2026-11-27T10:00:00Z');
const lane = (more: object = {}) => ({
  lane: 3,
  owner: 'a',
  leaseUntil: '2026-11-27T10:00:05.000Z',
  nextPosition: 11,
  lagRows: 0,
  lagSeconds: 0,
  ...more,
});

describe('lanes', () => {
  it('are behind Kafka when it has more than the database has ever given out', () => {
    expect(lostPositions([lane()], new Map([[3, 10]]), 'prod')).toEqual([]);
    expect(told(lostPositions([lane()], new Map([[3, 11]]), 'prod'))).toEqual([
      'broken: Kafka is ahead of the database in 1 lane of DEPLOYMENT "prod": it has lane 3 at 11, the database at 10.',
    ]);
  });

  it('without a publisher are broken when something waits', () => {
    const waiting = lane({ lagRows: 2, lagSeconds: 90 });
    expect(told(laneVerdicts([waiting], [waiting], []))).toEqual([
      'broken: No live publisher holds lane 3: 2 events wait, the oldest for 90 s.',
    ]);
    expect(told(laneVerdicts([lane()], [lane()], []))).toEqual([
      'warn: No live publisher holds lane 3; nothing waits.',
    ]);
  });

  it('tell of what is parked', () => {
    expect(told(laneVerdicts([lane()], [], [{ reason: 'too_large', streams: 2, rows: 5 }]))).toEqual([
      'warn: Kafka refuses events of 2 athletes (too_large).',
    ]);
  });

  it('that are held are behind when what is in them waits for long', () => {
    const late = lane({ lagRows: 500, lagSeconds: 60 });
    expect(told(laneVerdicts([late, lane({ lagRows: 500, lagSeconds: 59 })], [], []))).toEqual([
      'warn: Lane 3 is behind: 500 events wait, the oldest for 60 s.',
    ]);
  });

  it('may be relayed, and change hands, while they are looked at', async () => {
    let [position, at] = [10, now];
    /** What happens meanwhile: an event is written and published, and the lease is renewed as late as can be. */
    const read = async <T>(value: () => T): Promise<T> => {
      const found = value();
      [position, at] = [position + 1, at + 5_000];
      return found;
    };
    const found = await lookAtLanes(
      {
        positions: () => read(() => new Map([[3, position]])),
        now: () => read(() => at),
        lanes: () => read(() => [lane({ nextPosition: position + 1, leaseUntil: new Date(at + 1).toISOString() })]),
        parked: () => read(() => []),
      },
      'prod',
    );
    expect(told(found)).toEqual(['ok: All lanes (1) are relayed.']);
  });
});

describe('lanes that Debezium relays', () => {
  const slot = { slot: 'bridge', isActive: true, fault: undefined };
  const late = lane({ lagRows: 2, lagSeconds: 90 });
  const parked = [{ reason: 'too_large', streams: 2, rows: 5 }] as const;

  it.each<[string, Parameters<typeof slotVerdicts>, string]>([
    ['that are right', [slot, [lane({ owner: null })], []], 'ok: All lanes (1) are relayed.'],
    ['that are behind', [slot, [late], []], 'warn: Lane 3 is behind: 2 events wait, the oldest for 90 s.'],
    [
      'whose slot nobody reads',
      [{ ...slot, isActive: false }, [late], []],
      'broken: Nobody reads the replication slot bridge (DEBEZIUM_SLOT): what is new waits in PostgreSQL, whose disk it fills.',
    ],
    [
      'whose slot is not there',
      [{ ...slot, isActive: undefined }, [late], []],
      'broken: There is no replication slot bridge of this database (DEBEZIUM_SLOT).',
    ],
    [
      'whose publication is not right',
      [{ ...slot, fault: 'there is no publication for the table outbox' }, [lane()], []],
      'broken: Debezium does not bring all events: there is no publication for the table outbox.',
    ],
    [
      'beside what is parked',
      [slot, [lane()], parked],
      'broken: Debezium does not bring all events: events are parked, which only our own relay releases (too_large: 2 athletes).',
    ],
  ])('%s', (_, [facts, lanes, waiting], expected) => {
    expect(told(slotVerdicts(facts, lanes, waiting))).toEqual([expected]);
  });

  it('have what is parked released by our own relay', () => {
    expect(slotVerdicts(slot, [lane()], parked).map(({ advice }) => advice)).toEqual([
      'Stop the connector, then run with RELAY=kafka until none is.',
    ]);
  });
});
