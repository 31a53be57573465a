import type { Tick } from '#core';
import type { Trx } from './database.ts';

/**
 * The first lock of every transaction that touches a connection's targets, snapshots or events: whoever takes the
 * connection first meets no deadlock with one who forgets or enrols it.
 * @returns its tenant; undefined when there is no such connection
 */
export async function lockConnection(trx: Trx, connection: string): Promise<string | undefined> {
  const row = await trx
    .selectFrom('connections')
    .select('tenant')
    .where('id', '=', connection)
    .forNoKeyUpdate()
    .executeTakeFirst();
  return row?.tenant;
}

/** Adds the tick's own target, fenced by its lease, to a query. */
export function ownTarget<
  Query extends {
    where(column: 'connection' | 'resource' | 'kind' | 'lease_token', operator: '=', value: string): Query;
  },
>(query: Query, tick: Tick): Query {
  return query
    .where('connection', '=', tick.connection.id)
    .where('resource', '=', tick.resource.name)
    .where('kind', '=', tick.kind)
    .where('lease_token', '=', tick.leaseToken);
}
