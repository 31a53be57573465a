import { describe, expect, it } from '@jest/globals';
import type { FoundTopic, WantedTopic } from '../topic-plan.ts';
import { reportTopics } from './report.ts';
import { aclCommand, consumerRights, publisherRights } from './rights.ts';

const wanted: WantedTopic = {
  topic: 'polar.acme.sleep.v1',
  partitions: 6,
  replication: 3,
  retentionMs: 3_600_000,
  minInsyncReplicas: 2,
  compacted: false,
  wantedBy: 'tenant acme',
};
const found: FoundTopic = {
  topic: wanted.topic,
  partitions: 6,
  replication: 3,
  retentionMs: 3_600_000,
  minInsyncReplicas: 2,
  maxMessageBytes: 1_048_588,
  compacted: false,
};
const report = (changes: Partial<FoundTopic>, want = wanted) =>
  reportTopics([want], new Map([[wanted.topic, { ...found, ...changes }]]), 3);

describe('bridge topics check', () => {
  it('is content with topics as they are wanted', () => {
    expect(report({})).toEqual({
      topics: [{ topic: 'polar.acme.sleep.v1', wantedBy: 'tenant acme', isFine: true, state: 'as wanted' }],
      impossible: [],
      isFine: true,
    });
  });

  it.each<[string, Partial<FoundTopic>, string]>([
    ['partitions', { partitions: 3 }, 'partitions is 3, wanted 6'],
    ['copies', { replication: 1 }, 'replication is 1, wanted 3'],
    ['retention', { retentionMs: 1 }, 'retentionMs is 1, wanted 3600000'],
    ['copies in sync', { minInsyncReplicas: 1 }, 'minInsyncReplicas is 1, wanted 2'],
    ['policy', { compacted: true }, 'compacted is true, wanted false'],
    ['room for events, whatever is wanted', { maxMessageBytes: 20_000 }, 'maxMessageBytes is 20000, wanted 1000000'],
  ])('tells of another %s', (_, changes, words) => {
    expect(report(changes)).toMatchObject({ topics: [{ isFine: false, state: words }], isFine: false });
  });

  it('tells what is missing, and what cannot be', () => {
    expect(reportTopics([wanted], new Map(), 3)).toMatchObject({
      topics: [{ state: 'missing: a publisher makes it when it starts' }],
      isFine: false,
    });
    const few = reportTopics([{ ...wanted, minInsyncReplicas: 4 }], new Map(), 3);
    expect(few.topics).toMatchObject([{ state: 'missing, and cannot be made' }]);
    expect(few.impossible).toEqual([
      expect.stringContaining('tenant acme: topics.minInsyncReplicas is 4; allowed: 1 to 3'),
    ]);
    expect(reportTopics([wanted], new Map(), 1)).toMatchObject({ isFine: false });
  });
});

describe('bridge topics acl', () => {
  const publisher = publisherRights({ principal: 'User:p', deployment: 'bridge', prefixes: ['polar.acme'] });

  it('gives the publisher no more than its own topics, groups and transactions', () => {
    expect(publisher.map((right) => aclCommand('b:9092', right))).toEqual([
      "kafka-acls.sh --bootstrap-server b:9092 --add --allow-principal 'User:p' --operation Write --operation Create --operation Describe --operation DescribeConfigs --topic 'polar.acme.' --resource-pattern-type prefixed",
      "kafka-acls.sh --bootstrap-server b:9092 --add --allow-principal 'User:p' --operation Read --operation Create --operation Describe --operation DescribeConfigs --operation Alter --topic 'bridge.lanes' --resource-pattern-type literal",
      "kafka-acls.sh --bootstrap-server b:9092 --add --allow-principal 'User:p' --operation Read --operation Describe --operation Delete --group 'bridge-relay' --resource-pattern-type prefixed",
      "kafka-acls.sh --bootstrap-server b:9092 --add --allow-principal 'User:p' --operation Write --operation Describe --transactional-id 'bridge-' --resource-pattern-type prefixed",
    ]);
  });

  it('lets a consumer read and nothing else', () => {
    const rights = consumerRights({ principal: 'User:c', group: 'g', prefixes: ['polar.acme'] });
    expect(new Set(rights.flatMap(({ operations }) => operations))).toEqual(new Set(['Read', 'Describe']));
  });
});
