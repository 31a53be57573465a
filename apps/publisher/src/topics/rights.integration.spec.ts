import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import kafkajs, { type Kafka } from 'kafkajs';
import { startSecuredKafka, type SecuredKafka } from '../../../../test/integration/secured-kafka.ts';
import { bookkeepingOf } from '../bookkeeping.ts';
import type { Broker } from '../broker.ts';
import { createKafka, withAdmin } from '../kafka/client.ts';
import { createKafkajsBroker } from '../kafka/kafkajs-broker.ts';
import type { Row } from '../publish.ts';
import type { WantedTopic } from '../topic-plan.ts';
import { consumerRights, publisherRights, type Right } from './rights.ts';

const deployment = `rights-${randomUUID()}`;
const prefix = `polar.${deployment}`;
const events = `${prefix}.sleep.v1`;
const forbidden = 'somebody.elses.v1';
const principal = 'User:publisher';

const resources = { topic: 'TOPIC', group: 'GROUP', 'transactional-id': 'TRANSACTIONAL_ID' } as const;
const operations = {
  Read: 'READ',
  Write: 'WRITE',
  Create: 'CREATE',
  Describe: 'DESCRIBE',
  DescribeConfigs: 'DESCRIBE_CONFIGS',
  Alter: 'ALTER',
  Delete: 'DELETE',
} as const;

describe('on a broker that allows nothing unless it is given', () => {
  let kafka: SecuredKafka;
  let root: Kafka;
  let broker: Broker;
  const directory = {
    partitionsOf: (topics: readonly string[]) => Promise.resolve(new Map(topics.map((topic) => [topic, 1]))),
    forget: () => undefined,
  };

  beforeAll(async () => {
    kafka = await startSecuredKafka({ deniesByDefault: true });
    root = createKafka({ brokers: kafka.plaintext, deployment });
    const sasl = { mechanism: 'scram-sha-512' as const, ...kafka.user };
    broker = createKafkajsBroker({ brokers: kafka.saslPlaintext, deployment, sasl });
  }, 120_000);
  afterAll(() => kafka?.stop());

  async function give(rights: readonly Right[]): Promise<void> {
    const acl = rights.flatMap(({ principal: who, resource, name, pattern, operations: allowed }) =>
      allowed.map((operation) => ({
        principal: who,
        host: '*',
        resourceType: kafkajs.AclResourceTypes[resources[resource]],
        resourceName: name,
        resourcePatternType: kafkajs.ResourcePatternTypes[pattern === 'literal' ? 'LITERAL' : 'PREFIXED'],
        operation: kafkajs.AclOperationTypes[operations[operation]],
        permissionType: kafkajs.AclPermissionTypes.ALLOW,
      })),
    );
    await withAdmin(root, (admin) => admin.createAcls({ acl }));
  }

  const wanted = (topic: string): WantedTopic => ({
    topic,
    partitions: 1,
    replication: 1,
    retentionMs: 3_600_000,
    wantedBy: 'test',
  });
  const row = (position: number, topic: string): Row => ({
    position,
    topic,
    key: 'key',
    payload: '{}',
    headers: '{"a":"b"}',
    bytes: 11,
  });

  it('a publisher can do all that it has to with what `topics acl` gives, and write nowhere else', async () => {
    await withAdmin(root, (admin) => admin.createTopics({ topics: [{ topic: forbidden, numPartitions: 1 }] }));
    await expect(broker.topics.create([wanted(events)])).rejects.toThrow();
    await give(publisherRights({ principal, deployment, prefixes: [prefix] }));

    const { topic: positions } = bookkeepingOf(deployment);
    await broker.topics.brokers();
    await broker.topics.create([wanted(positions), wanted(events)]);
    await broker.topics.grow([{ ...wanted(positions), partitions: 2 }]);
    expect([...(await broker.topics.find([positions, events])).keys()].toSorted()).toEqual(
      [positions, events].toSorted(),
    );

    const lane = await broker.openLane(0, directory);
    await lane.transact({ rows: [row(1, events)], last: 1 });
    await lane.release({ rows: [row(1, events)], last: 1 });
    await lane.recommit(2);
    await expect(lane.transact({ rows: [row(3, forbidden)], last: 3 })).rejects.toMatchObject({
      code: 'EVENT_REFUSED',
      fields: { reason: 'not_authorised' },
    });
    // Known but not to be written, and the broker tells of the other topic that it was not tried.
    await give([{ principal, resource: 'topic', name: forbidden, pattern: 'literal', operations: ['Describe'] }]);
    const mixed = { rows: [row(3, events), row(4, forbidden)], last: 4 };
    await expect((await broker.openLane(0, directory)).transact(mixed)).rejects.toMatchObject({
      code: 'EVENT_REFUSED',
    });
    await lane.close();
    const again = await broker.openLane(0, directory);
    expect([again.committed, again.released]).toEqual([2, 1]);
    await again.close();

    const replay = await broker.openReplay(randomUUID(), directory);
    await replay.transact(0, { rows: [row(1, events)], last: 1 });
    await replay.close();
    await replay.forget();
  });

  it('a consumer can read with what `topics acl` gives, and write nothing', async () => {
    const anything = {
      resourceType: kafkajs.AclResourceTypes.ANY,
      resourcePatternType: kafkajs.ResourcePatternTypes.ANY,
      operation: kafkajs.AclOperationTypes.ANY,
      permissionType: kafkajs.AclPermissionTypes.ANY,
    };
    await withAdmin(root, (admin) => admin.deleteAcls({ filters: [anything] }));
    await give(consumerRights({ principal, group: 'coach', prefixes: [prefix] }));

    const client = createKafka({
      brokers: kafka.saslPlaintext,
      deployment,
      sasl: { mechanism: 'scram-sha-512', ...kafka.user },
    });
    const consumer = client.consumer({ groupId: 'coach', readUncommitted: false });
    await consumer.connect();
    await consumer.subscribe({ topics: [events], fromBeginning: true });
    const first = await new Promise<string>((resolve) => {
      void consumer.run({ eachMessage: ({ message }) => Promise.resolve(resolve(String(message.key))) });
    });
    expect(first).toBe('key');
    await consumer.disconnect();
    await expect(broker.openLane(0, directory)).rejects.toThrow();
  });
});
