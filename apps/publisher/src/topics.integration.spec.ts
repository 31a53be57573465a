import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import kafkajs from 'kafkajs';
import { createKafka, withAdmin } from './kafka/client.ts';
import { createTopicCluster } from './kafka/topic-cluster.ts';
import { TopicKeeper } from './topic-keeper.ts';
import { until } from './publisher.fixture.ts';
import type { TopicDifference, WantedTopic } from './topic-plan.ts';

const brokers = process.env['KAFKA_BROKERS'] ?? ''; // oxlint-disable-line node/no-process-env -- given by jest's global setup

describe('topics', () => {
  const run = `topics-${randomUUID()}`;
  const kafka = createKafka({ brokers, deployment: run });
  const cluster = createTopicCluster(kafka, `${run}-relay`);
  let wanted: WantedTopic[] = [];
  const created: string[] = [];
  const strays: string[] = [];
  let differences: TopicDifference[] = [];
  let at = 0;

  const keeper = (): TopicKeeper =>
    new TopicKeeper({
      cluster,
      wanted: () => Promise.resolve(wanted),
      onCreated: (topic) => created.push(topic),
      onDifference: (difference) => differences.push(difference),
      onStray: (topic) => strays.push(topic),
      now: () => at,
    });
  /** What was set for the topic itself. */
  const settings = async (name: string): Promise<Record<string, string>> => {
    const { resources } = await withAdmin(kafka, (admin) =>
      admin.describeConfigs({ includeSynonyms: false, resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name }] }),
    );
    const own = (resources[0]?.configEntries ?? []).filter(({ isDefault }) => !isDefault);
    return Object.fromEntries(own.map(({ configName, configValue }) => [configName, configValue]));
  };
  const want = (name: string, changes: Partial<WantedTopic> = {}): WantedTopic => ({
    topic: `${run}.${name}.v1`,
    partitions: 3,
    replication: 1,
    retentionMs: 7_200_000,
    wantedBy: 'tenant acme',
    ...changes,
  });

  afterEach(() => {
    differences = [];
    at = 0;
    created.length = 0;
    strays.length = 0;
  });

  it('are created as wanted, reported where they differ, and never changed', async () => {
    wanted = [want('sleep')];
    await keeper().ensureAll();
    const one = `${run}.sleep.v1`;
    expect((await cluster.find([one])).get(one)).toMatchObject({
      topic: one,
      partitions: 3,
      replication: 1,
      retentionMs: 7_200_000,
      compacted: false,
    });

    wanted = [want('limited', { minInsyncReplicas: 1, maxMessageBytes: 2_000_000 })];
    await keeper().ensureAll();
    expect(await settings(want('limited').topic)).toMatchObject({
      'min.insync.replicas': '1',
      'max.message.bytes': '2000000',
    });

    wanted = [
      want('sleep', { partitions: 5, retentionMs: 3_600_000 }),
      want('limited', { maxMessageBytes: 3_000_000 }),
    ];
    const second = keeper();
    await second.ensureAll();
    await second.ensureAll();
    expect(differences).toEqual([
      { topic: one, setting: 'partitions', wanted: 5, found: 3 },
      { topic: one, setting: 'retentionMs', wanted: 3_600_000, found: 7_200_000 },
      { topic: want('limited').topic, setting: 'maxMessageBytes', wanted: 3_000_000, found: 2_000_000 },
    ]);
    expect((await second.partitionsOf([one])).get(one)).toBe(3);
  });

  it('of states are compacted, what is out of date goes in time, and what is true stays', async () => {
    wanted = [want('sleep.state', { compacted: true })];
    await keeper().ensureAll();
    const { topic } = want('sleep.state');
    const shape = { topic, partitions: 3, replication: 1 };
    const found = (await cluster.find([topic])).get(topic);
    expect(found).toMatchObject({ ...shape, retentionMs: 7_200_000, compacted: true });
    const set = await settings(topic);
    expect(set).toMatchObject({
      'cleanup.policy': 'compact',
      'delete.retention.ms': '7200000',
      'max.compaction.lag.ms': '7200000',
    });
    expect(set).not.toHaveProperty('retention.ms');
    await keeper().ensureAll();
    expect(differences).toEqual([]);

    // Who had the topic before made it keep everything for some days.
    wanted = [want('sleep.state', { compacted: false }), want('sleep', { compacted: true })];
    await keeper().ensureAll();
    expect(differences).toEqual([
      { topic, setting: 'compacted', wanted: false, found: true },
      { topic: want('sleep').topic, setting: 'compacted', wanted: true, found: false },
    ]);
  });

  it('grow only where no key decides the partition', async () => {
    wanted = [want('lanes', { mayGrow: true })];
    await keeper().ensureAll();
    wanted = [want('lanes', { mayGrow: true, partitions: 8 })];
    await keeper().ensureAll();
    const { topic } = want('lanes');
    // A broker tells of new partitions a moment later.
    await until(async () => (await cluster.find([topic])).get(topic)?.partitions === 8);
    expect(differences).toEqual([]);
  });

  it('that the cluster cannot have are refused with what is allowed', async () => {
    wanted = [want('session', { replication: 3 })];
    await expect(keeper().ensureAll()).rejects.toMatchObject({
      code: 'TOPIC_INVALID',
      message: expect.stringContaining('tenant acme: topics.replication is 3; allowed: 1'),
    });
  });

  it('of no tenant are created with the defaults of the cluster, when they were waited for long enough', async () => {
    wanted = [];
    const topic = `${run}.gone.v1`;
    const one = keeper();
    for (const later of [0, 149_999]) {
      at = later;
      await expect(one.partitionsOf([topic])).rejects.toMatchObject({
        code: 'BROKER_UNAVAILABLE',
        fields: { topic, untilSeconds: Math.ceil((150_000 - later) / 1000) },
      });
    }
    expect([strays, created]).toEqual([[], []]);
    at = 150_000;
    expect((await one.partitionsOf([topic])).get(topic)).toBeGreaterThan(0);
    expect(strays).toEqual([topic]);
    expect(created).toEqual([topic]);
    // What is there already belongs to a tenant that left: nobody waits for that.
    at = 0;
    expect((await keeper().partitionsOf([topic])).get(topic)).toBeGreaterThan(0);
  });

  it('of a tenant that is newer than what we know of the tenants are not made with the wrong partitions', async () => {
    wanted = [];
    const { topic } = want('new', { partitions: 3 });
    const one = keeper();
    await expect(one.partitionsOf([topic])).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
    wanted = [want('new', { partitions: 3 })];
    expect((await one.partitionsOf([topic])).get(topic)).toBe(3);
    expect([strays, created]).toEqual([[], [topic]]);
  });
});
