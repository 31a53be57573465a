import kafkajs, { type Admin, type ITopicMetadata, type Kafka } from 'kafkajs';
import type { TopicCluster } from '../topic-keeper.ts';
import type { FoundTopic, WantedTopic } from '../topic-plan.ts';
import { withAdmin } from './client.ts';
import { isCoordinatorMoving, isTopicAppearing } from './failure.ts';
import { whilePassing } from './while-passing.ts';

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
        await whilePassing(() => admin.fetchTopicMetadata({ topics: names }), isTopicAppearing);
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
export async function awaitCoordinator(admin: Admin, group: string): Promise<void> {
  await whilePassing(() => admin.fetchOffsets({ groupId: group }), isCoordinatorMoving);
}

/** -1 asks for the cluster's default. */
export function creationOf(wanted: WantedTopic): {
  topic: string;
  numPartitions: number;
  replicationFactor: number;
  configEntries: { name: string; value: string }[];
} {
  const { topic, partitions = -1, replication = -1, retentionMs, compacted } = wanted;
  return {
    topic,
    numPartitions: partitions,
    replicationFactor: replication,
    configEntries: [
      ...(compacted === undefined ? [] : [{ name: policy, value: compacted ? 'compact' : 'delete' }]),
      ...(retentionMs === undefined ? [] : retentions(compacted)).map((name) => ({ name, value: String(retentionMs) })),
      ...Object.entries(limits).flatMap(([setting, name]) => {
        const value = wanted[setting as keyof typeof limits];
        return value === undefined ? [] : [{ name, value: String(value) }];
      }),
    ],
  };
}

const policy = 'cleanup.policy';
const limits = { minInsyncReplicas: 'min.insync.replicas', maxMessageBytes: 'max.message.bytes' } as const;

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
  const number = (name: string): number | undefined => {
    const value = settings.get(name);
    return value === undefined ? undefined : Number(value);
  };
  return {
    topic: topic.name,
    partitions: topic.partitions.length,
    replication: topic.partitions[0]?.replicas.length ?? 0,
    retentionMs: number(retentions(compacted)[0]),
    minInsyncReplicas: number(limits.minInsyncReplicas),
    maxMessageBytes: number(limits.maxMessageBytes),
    compacted,
  };
}

async function settingsOf(
  admin: Admin,
  topics: readonly string[],
): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>> {
  const configNames = [policy, ...retentions(false), ...retentions(true), ...Object.values(limits)];
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
