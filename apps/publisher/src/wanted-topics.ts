import { topicOf, type Tenant } from '#core';
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

/** @param names last parts of the topics, such as `sleep` */
export function tenantTopics(tenants: readonly Tenant[], names: readonly string[]): readonly WantedTopic[] {
  return tenants.flatMap((tenant) =>
    names.map((name) => ({
      topic: topicOf(tenant.topics.prefix, name),
      partitions: tenant.topics.partitions,
      replication: tenant.topics.replication,
      retentionMs: tenant.topics.retentionHours * 3_600_000,
      wantedBy: `tenant ${tenant.id}`,
    })),
  );
}

/** A topic that no tenant's settings name any more: rows of a tenant that left, or of another prefix. */
export function strayTopic(topic: string): WantedTopic {
  return { topic, partitions: undefined, replication: undefined, retentionMs: undefined, wantedBy: `topic ${topic}` };
}
