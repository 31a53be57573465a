import { sql } from 'kysely';
import { emptyCursor, isDated, readCursor, type Resource, type Tenant } from '#core';
import { endBackfills, startBackfill, type Backfilled } from './backfill.ts';
import { pausedBackfill } from './backfills.ts';
import { clientStream } from './client-stream.ts';
import type { Database, Trx } from './database.ts';
import { polledStatuses } from './schema.ts';

/** What a tenant wants to have polled. */
export interface EnrolmentPlan {
  readonly tenant: Tenant;
  readonly resources: readonly Resource[];
}

/**
 * Makes the poll targets of connections that are new, were given consent again, or whose tenant wants other resources.
 * A resource that is new to a connection gets a live target at once and, where it has a history, a backfill beside it.
 * @returns how many connections were enrolled
 */
export async function enrolConnections(
  db: Database,
  plans: ReadonlyMap<string, EnrolmentPlan>,
  most = 50,
): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const connections = await trx
      .selectFrom('connections')
      .select(['id', 'tenant', 'kind', 'scopes', 'established_at', 'utc_offset_minutes'])
      .where('enrolled_plan', 'is', null)
      .where('status', 'in', polledStatuses)
      .where('tenant', 'in', ['', ...plans.keys()])
      .limit(most)
      .forUpdate()
      .skipLocked()
      .execute();
    for (const connection of connections) {
      const plan = plans.get(connection.tenant);
      if (plan !== undefined) await enrol(trx, plan, connection);
    }
    return connections.length;
  });
}

/**
 * Has the connections of a tenant enrolled anew whose targets were made from another plan, the one that stands for its
 * client id among them.
 */
export async function replanTenant(db: Database, plan: EnrolmentPlan): Promise<void> {
  if (plan.resources.some(({ perClient }) => perClient))
    await db.transaction().execute((trx) => clientStream(trx, plan.tenant.id));
  await db
    .updateTable('connections')
    .set({ enrolled_plan: null })
    .where('tenant', '=', plan.tenant.id)
    .where('enrolled_plan', '!=', planText(plan))
    .execute();
}

interface Enrolled extends Backfilled {
  readonly kind: 'athlete' | 'client';
  readonly scopes: readonly string[];
}

async function enrol(trx: Trx, plan: EnrolmentPlan, connection: Enrolled): Promise<void> {
  const { tenant } = plan;
  const dated = new Set(plan.resources.filter(({ request }) => isDated(request)).map(({ name }) => name));
  const granted = plan.resources.filter((one) => isFor(one, connection)).map(({ name }) => name);
  const { rows: removed } = await sql<{ resource: string; cursor: unknown; suspended: string | null }>`
    delete from poll_targets where connection = ${connection.id} and not resource = any(${granted}::text[])
    returning resource, cursor, suspended`.execute(trx);

  const { rows: added } = await sql<{ resource: string }>`
    insert into poll_targets as target (connection, resource, kind, tenant, next_due, cursor, interval_seconds)
    select ${connection.id}::uuid, resource, 'live', ${tenant.id}, now(), ${JSON.stringify(emptyCursor)}::jsonb, ${tenant.polling.minSeconds}
    from unnest(${granted}::text[]) as resource
    on conflict (connection, resource, kind) do nothing
    returning resource`.execute(trx);
  await endBackfills(
    trx,
    tenant,
    connection,
    // The end of one that waits for its scope has been told.
    removed
      .filter(({ suspended }) => suspended !== 'scope_missing')
      .map(({ resource, cursor }) => ({ resource, cursor: readCursor(cursor) })),
  );
  await startBackfill(
    trx,
    tenant,
    connection,
    added.map(({ resource }) => resource).filter((name) => dated.has(name)),
  );
  await sql`
    update poll_targets
    set suspended = (
        select ${pausedBackfill} from backfills
        where backfills.connection = poll_targets.connection and kind = 'backfill' and paused_at is not null
          and started_at = cursor -> 'backfill' ->> 'startedAt'
      ), failures = 0, next_due = now(), lease_token = null
    where connection = ${connection.id} and suspended is not null`.execute(trx);
  await trx
    .updateTable('connections')
    .set({ enrolled_plan: planText(plan) })
    .where('id', '=', connection.id)
    .execute();
}

function isFor({ perClient, scope }: Resource, { kind, scopes }: Enrolled): boolean {
  return kind === 'client' ? perClient : !perClient && scopes.includes(scope);
}

function planText({ resources }: EnrolmentPlan): string {
  return resources.map(({ name }) => name).join(' ');
}
