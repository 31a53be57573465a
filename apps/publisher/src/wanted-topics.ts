import { stateTopicOf, topicOf, type Tenant } from '#core';
import type { WantedTopic } from './topic-plan.ts';

/** The lanes' positions need a topic to belong to. Nothing is ever written into it. */
export function lanesTopic(topic: string, lanes: number, tenants: readonly Tenant[]): WantedTopic {
  return {
    topic,
    partitions: lanes,
    replication: Math.max(1, ...tenants.map(({ topics }) => topics.replication)),
    retentionMs: 3_600_000,
    wantedBy: tenants.length === 0 ? 'the lanes' : `tenant ${tenants.map(({ id }) => id).join(', ')}`,
    mayGrow: true,
  };
}

/**
 * @param names last parts of the topics of events, such as `sleep`
 * @param stateNames those that have a topic of states beside them, where the tenant wants it
 */
export function tenantTopics(
  tenants: readonly Tenant[],
  names: readonly string[],
  stateNames: readonly string[],
): readonly WantedTopic[] {
  return tenants.flatMap(({ id, topics: { prefix, retentionHours, state, ...settings } }) => {
    const shared = { ...settings, retentionMs: retentionHours * 3_600_000, wantedBy: `tenant ${id}` };
    return [
      ...names.map((name) => ({ ...shared, topic: topicOf(prefix, name), compacted: false })),
      ...(state ? stateNames : []).map((name) => ({ ...shared, topic: stateTopicOf(prefix, name), compacted: true })),
    ];
  });
}

/** A topic that no tenant's settings name any more: rows of a tenant that left, or of another prefix. */
export function strayTopic(topic: string): WantedTopic {
  return { topic, partitions: undefined, replication: undefined, retentionMs: undefined, wantedBy: `topic ${topic}` };
}
