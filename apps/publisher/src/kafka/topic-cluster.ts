import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs, { type Admin, type ITopicMetadata, type Kafka } from 'kafkajs';
import type { TopicCluster } from '../topic-keeper.ts';
import type { FoundTopic, WantedTopic } from '../topic-plan.ts';
import { withAdmin } from './client.ts';
import { isCoordinatorMoving, isTopicAppearing } from './failure.ts';

/** @param group a group that has to have a coordinator: asking for it makes a fresh cluster appoint one */
export function createTopicCluster(kafka: Kafka, group: string): TopicCluster {
  return {
    brokers: () =>
      withAdmin(kafka, async (admin) => {
        await awaitCoordinator(admin, group);
        return (await admin.describeCluster()).brokers.length;
      }),

    find: (topics) =>
      withAdmin(kafka, async (admin) => {
        const existing = new Set(await admin.listTopics());
        const names = topics.filter((topic) => existing.has(topic));
        if (names.length === 0) return new Map();
        const [metadata, settings] = await Promise.all([
          admin.fetchTopicMetadata({ topics: names }),
          settingsOf(admin, names),
        ]);
        return new Map(metadata.topics.map((topic) => [topic.name, foundOf(topic, settings.get(topic.name))]));
      }),

    create: (topics) =>
      withAdmin(kafka, async (admin) => {
        await admin.createTopics({ topics: topics.map(creationOf), waitForLeaders: false });
        const names = topics.map(({ topic }) => topic);
        await patiently(() => admin.fetchTopicMetadata({ topics: names }), isTopicAppearing);
      }),

    grow: (topics) =>
      withAdmin(kafka, async (admin) => {
        await admin.createPartitions({
          topicPartitions: topics.map(({ topic, partitions = 1 }) => ({ topic, count: partitions })),
        });
      }),
  };
}

/**
 * A fresh cluster appoints a group's coordinator when it is first asked, and says NOT_COORDINATOR until that one is ready.
 * kafkajs tries neither this request nor TxnOffsetCommit again.
 */
async function awaitCoordinator(admin: Admin, group: string): Promise<void> {
  await patiently(() => admin.fetchOffsets({ groupId: group }), isCoordinatorMoving);
}

/** Tries again for some seconds while the error is one that passes. */
async function patiently(work: () => Promise<unknown>, passes: (error: unknown) => boolean): Promise<void> {
  for (let tries = 20; ; tries -= 1) {
    try {
      await work();
      return;
    } catch (error) {
      if (tries === 0 || !passes(error)) throw error;
      await sleep(250);
    }
  }
}

/** -1 asks for the cluster's default. */
function creationOf({ topic, partitions = -1, replication = -1, retentionMs, compacted }: WantedTopic): {
  topic: string;
  numPartitions: number;
  replicationFactor: number;
  configEntries: { name: string; value: string }[];
} {
  return {
    topic,
    numPartitions: partitions,
    replicationFactor: replication,
    configEntries: [
      ...(compacted === undefined ? [] : [{ name: policy, value: compacted ? 'compact' : 'delete' }]),
      ...(retentionMs === undefined ? [] : retentions(compacted)).map((name) => ({ name, value: String(retentionMs) })),
    ],
  };
}

const policy = 'cleanup.policy';

/**
 * Left to itself, Kafka compacts a topic some day: when half of it is out of date, and never its newest segment. So that what
 * an athlete has deleted goes away in time, it is told when at the latest; a tombstone then stays as long again.
 */
function retentions(compacted = false): readonly [string, ...string[]] {
  return compacted ? ['max.compaction.lag.ms', 'delete.retention.ms'] : ['retention.ms'];
}

function foundOf(topic: ITopicMetadata, settings: ReadonlyMap<string, string> = new Map()): FoundTopic {
  const cleanup = settings.get(policy);
  // Both at once would delete states that are still true.
  const compacted = cleanup === undefined ? undefined : cleanup === 'compact';
  const retention = settings.get(retentions(compacted)[0]);
  return {
    topic: topic.name,
    partitions: topic.partitions.length,
    replication: topic.partitions[0]?.replicas.length ?? 0,
    retentionMs: retention === undefined ? undefined : Number(retention),
    compacted,
  };
}

async function settingsOf(
  admin: Admin,
  topics: readonly string[],
): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>> {
  const configNames = [policy, ...retentions(false), ...retentions(true)];
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name, configNames })),
  });
  return new Map(
    resources.map(({ resourceName, configEntries }) => [
      resourceName,
      new Map(configEntries.map(({ configName, configValue }) => [configName, configValue])),
    ]),
  );
}
