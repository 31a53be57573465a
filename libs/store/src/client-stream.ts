import { sql } from 'kysely';
import type { Database, Trx } from './database.ts';
import { drawLane } from './outbox.ts';

/**
 * The row that stands for a tenant's client id among its connections: what is the same for all athletes is polled and told
 * under it.
 * @returns its id; made where it is not there yet
 */
export async function clientStream(trx: Trx, tenant: string): Promise<string> {
  const known = await trx
    .selectFrom('connections')
    .select('id')
    .where('tenant', '=', tenant)
    .where('kind', '=', 'client')
    .executeTakeFirst();
  if (known !== undefined) return known.id;
  const { rows } = await sql<{ id: string; at: Date }>`select gen_random_uuid() as id, now() as at`.execute(trx);
  const [fresh] = rows;
  if (fresh === undefined) throw new Error('the database gave no id');
  const { id, at } = fresh;
  await trx
    .insertInto('connections')
    .values({
      id,
      tenant,
      kind: 'client',
      user_reference: '',
      scopes: [],
      status: 'active',
      lane: await drawLane(trx, id),
      established_at: at,
      updated_at: at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return clientStream(trx, tenant);
}

/**
 * Whose token reads what is the same for all athletes: that of the active connection with the scope that changed last.
 * @returns undefined when there is none
 */
export async function carrierOf(db: Database, tenant: string, scope: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('connections')
    .select('id')
    .where('tenant', '=', tenant)
    .where('kind', '=', 'athlete')
    .where('status', '=', 'active')
    .where((where) => where(where.val(scope), '=', where.fn.any('scopes')))
    .orderBy('updated_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.id;
}
