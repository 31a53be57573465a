import type { FactState } from '#core';
import type { Connection } from './connections.ts';
import type { Trx } from './database.ts';

/** The topics of the states of a tenant's resources, by resource; none where the tenant wants no states. */
export type StateTopics = (tenant: string) => ReadonlyMap<string, string>;

/**
 * The end of every state of an athlete, by the snapshots: call it before these are deleted, with the connection locked. Those
 * of what is gone are among them, since it may have gone while the tenant wanted no states.
 */
export async function endedStates(
  trx: Trx,
  { id, tenant, updatedAt }: Connection,
  topicsOf: StateTopics,
): Promise<readonly FactState[]> {
  const topics = topicsOf(tenant);
  if (topics.size === 0) return [];
  const snapshots = await trx
    .selectFrom('snapshots')
    .select(['resource', 'entity', 'identity', 'revision'])
    .where('connection', '=', id)
    .where('resource', 'in', [...topics.keys()])
    .execute();
  const observedAt = updatedAt.toISOString();
  return snapshots.map(({ resource, entity, identity, revision }) => ({
    topic: topics.get(resource) ?? resource,
    resource,
    entity,
    identity: JSON.parse(identity) as string[],
    revision: revision + 1,
    mode: 'live' as const,
    observedAt,
    polarModifiedAt: null,
    utcOffsetMinutes: null,
    data: null,
  }));
}
