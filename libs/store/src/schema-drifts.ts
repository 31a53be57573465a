import { clientEvent, type Drift, type Tenant } from '#core';
import { clientStream } from './client-stream.ts';
import type { Database } from './database.ts';
import { appendEvents } from './outbox.ts';

/**
 * Notes a deviation of the provider's answers from its schema; the first time that a tenant's answers show it, an event
 * tells of it.
 * @returns whether it was new
 */
export async function noteDrift(db: Database, tenant: Tenant, resource: string, drift: Drift): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const added = await trx
      .insertInto('schema_drifts')
      .values({ tenant: tenant.id, resource, ...drift })
      .onConflict((conflict) => conflict.doNothing())
      .returning('seen_at')
      .executeTakeFirst();
    if (added === undefined) return false;
    const connection = await clientStream(trx, tenant.id);
    const event = clientEvent({
      type: 'SchemaDriftDetected',
      topic: 'polling',
      resource: 'schema',
      identity: [resource, drift.path, drift.kind, drift.found],
      at: added.seen_at.getTime(),
      data: { resource, ...drift },
    });
    await appendEvents(trx, { connection, topicPrefix: tenant.topics.prefix, traceparent: null }, [event]);
    return true;
  });
}
