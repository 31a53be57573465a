import { sql } from 'kysely';
import { BridgeError, type Drift } from '#core';
import { restartBackfills } from './backfill.ts';
import { createConnectionStore, type Connection, type ConnectionChange } from './connections.ts';
import type { Database, Trx } from './database.ts';
import { drawLane } from './outbox.ts';
import { polledStatuses, type ConnectionStatus } from './schema.ts';

/** What consumers were told of an item last. */
export interface PublishedItem {
  readonly resource: string;
  readonly entity: string;
  /** As in `snapshots`. */
  readonly identity: string;
  /** The local date that the provider files it under; null where that is not known. */
  readonly date: string | null;
  readonly revision: number;
  /** Whether that was its deletion. */
  readonly isGone: boolean;
}

/** What consumers were told of a connection's life since the backup. */
export interface PublishedLife {
  readonly revision: number;
  readonly userReference: string;
  readonly polarUserId: string | null;
  /** Null: nothing was said of them. */
  readonly scopes: readonly string[] | null;
  /** Null: nothing was said of it. */
  readonly status: ConnectionStatus | null;
  readonly statusReason: string | null;
  /** Whether consumers were asked to delete what they have. */
  readonly deletionRequired: boolean;
  readonly at: Date;
}

/** One stream of events, as far as Kafka was read. */
export interface PublishedStream {
  readonly tenant: string;
  /** Null: the stream of the tenant's client id. */
  readonly connection: string | null;
  /** Those of its events that were read, each once. */
  readonly sequences: readonly number[];
  readonly items: readonly PublishedItem[];
  readonly life: PublishedLife | null;
  /** Deviations of Polar's answers that were told. */
  readonly drifts: readonly PublishedDrift[];
}

export interface PublishedDrift extends Drift {
  readonly resource: string;
}

/** What Kafka knows and a database that was restored from a backup does not. */
export interface Published {
  readonly streams: readonly PublishedStream[];
  /** The last position that is in Kafka, by lane. */
  readonly lanes: ReadonlyMap<number, number>;
}

/** A stream with what the database has of it: no `row` where it knows nothing. */
interface Known {
  readonly stream: PublishedStream;
  readonly row: { readonly id: string; readonly sequence: number; readonly lifeRevision: number } | undefined;
}

/** What has to change so that the database goes on where Kafka is. */
export interface RecoveryPlan {
  readonly lanes: readonly { readonly lane: number; readonly from: number; readonly to: number }[];
  readonly streams: readonly { readonly connection: string; readonly from: number; readonly to: number }[];
  /** By connection; what is newer than the snapshot, or has none. */
  readonly items: readonly (PublishedItem & { readonly connection: string })[];
  /** Known ones whose life went on after the backup. */
  readonly lives: readonly { readonly connection: string; readonly life: PublishedLife }[];
  /** Connections that the backup does not know, and that have not ended since: their tokens are lost. */
  readonly unknown: readonly { readonly connection: string; readonly tenant: string; readonly life: PublishedLife }[];
  /** They are told once for each tenant. */
  readonly drifts: readonly (PublishedDrift & { readonly tenant: string })[];
  /** Events that Kafka has lost, or that were given up: what they said is not known. */
  readonly holes: readonly { readonly connection: string; readonly from: number; readonly to: number }[];
}

/** A planner's clock and a publisher's may differ, and Kafka's time is the publisher's. */
const marginMs = 10 * 60_000;

/** @returns from when on Kafka has to be read: some minutes before the newest thing that the database knows */
export async function lastKnownMoment(db: Database): Promise<Date> {
  const { rows } = await sql<{ at: Date | null }>`
    select greatest(
      (select max(last_polled_at) from poll_targets), (select max(created_at) from outbox), (select max(updated_at) from connections)
    ) as at`.execute(db);
  return new Date(Math.max(0, (rows[0]?.at?.getTime() ?? 0) - marginMs));
}

/** @returns the apps that are connected to the database, by the names of their connections */
export async function connectedApps(db: Database, deployment: string): Promise<readonly string[]> {
  const names = ['auth', 'poller', 'publisher', 'publisher-listener'].map((app) => `${deployment}-${app}`);
  const { rows } = await sql<{ name: string }>`
    select distinct application_name as name from pg_stat_activity
    where datname = current_database() and application_name = any(${names}) order by 1`.execute(db);
  return rows.map(({ name }) => name);
}

export async function planRecovery(db: Database, { streams, lanes }: Published): Promise<RecoveryPlan> {
  const known = await Promise.all(streams.map((stream) => knownOf(db, stream)));
  const ended = ({ stream: { life } }: Known): boolean => life?.status === 'revoked' || life?.status === 'erased';
  const named = known.flatMap((one) => {
    const connection = one.row?.id ?? one.stream.connection;
    const isKept = one.row !== undefined || (one.stream.life !== null && !ended(one));
    return connection === null || !isKept ? [] : [{ ...one, connection }];
  });
  const ahead = named.map((one) => ({
    ...one,
    from: one.row?.sequence ?? 0,
    to: Math.max(0, ...one.stream.sequences),
  }));
  return {
    lanes: await lanesBehind(db, lanes),
    streams: ahead.filter(({ from, to }) => to > from).map(({ connection, from, to }) => ({ connection, from, to })),
    items: await newerItems(
      db,
      named.filter((one) => !ended(one)),
    ),
    lives: named.flatMap(({ connection, row, stream: { life } }) =>
      row !== undefined && life !== null && life.revision > row.lifeRevision ? [{ connection, life }] : [],
    ),
    unknown: named.flatMap(({ connection, row, stream: { life, tenant } }) =>
      row === undefined && life !== null ? [{ connection, tenant, life }] : [],
    ),
    drifts: streams.flatMap(({ tenant, drifts }) => drifts.map((drift) => ({ tenant, ...drift }))),
    holes: ahead.flatMap(({ connection, from, to, stream }) =>
      holesIn(stream.sequences, from, to).map((hole) => ({ connection, ...hole })),
    ),
  };
}

/**
 * Carries a plan out. Nothing is told to consumers. May be repeated: what was carried out changes nothing.
 * @param at now: backfills that are under way begin then
 * @throws BridgeError DATABASE_CONFLICT when a connection's place is taken by another one
 */
export async function recover(db: Database, plan: RecoveryPlan, at: Date): Promise<void> {
  const store = createConnectionStore(db);
  // Those that ended first: their references may belong to a newer connection.
  for (const { connection, life } of plan.lives) await store.change(connection, '', (now) => follow(now, life));
  await db.transaction().execute(async (trx) => {
    for (const one of plan.unknown) await remember(trx, one);
    for (const { lane, to } of plan.lanes)
      await sql`
        update lanes set next_position = greatest(next_position, ${to}::bigint + 1), relayed = greatest(relayed, ${to}::bigint)
        where lane = ${lane}`.execute(trx);
    for (const { connection, to } of plan.streams)
      await sql`
        update connections set event_sequence = greatest(event_sequence, ${to}::bigint) where id = ${connection}`.execute(
        trx,
      );
    await raiseRevisions(trx, plan.items);
    await restartBackfills(
      trx,
      plan.streams.map(({ connection }) => connection),
      at,
    );
    for (const { tenant, resource, path, kind, found } of plan.drifts)
      await trx
        .insertInto('schema_drifts')
        .values({ tenant, resource, path, kind, found })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
  });
}

async function knownOf(db: Database, stream: PublishedStream): Promise<Known> {
  const row = await db
    .selectFrom('connections')
    .select(['id', 'event_sequence as sequence', 'lifecycle_revision as lifeRevision'])
    .where('tenant', '=', stream.tenant)
    .$if(stream.connection !== null, (query) => query.where('id', '=', stream.connection))
    .$if(stream.connection === null, (query) => query.where('kind', '=', 'client'))
    .executeTakeFirst();
  return { stream, row: row && { ...row, sequence: Number(row.sequence) } };
}

async function lanesBehind(db: Database, lanes: ReadonlyMap<number, number>): Promise<RecoveryPlan['lanes']> {
  const rows = await db.selectFrom('lanes').select(['lane', 'next_position']).orderBy('lane').execute();
  return rows.flatMap(({ lane, next_position: next }) => {
    const [from, to] = [Number(next) - 1, lanes.get(lane) ?? 0];
    return to > from ? [{ lane, from, to }] : [];
  });
}

async function newerItems(
  db: Database,
  streams: readonly (Known & { readonly connection: string })[],
): Promise<RecoveryPlan['items']> {
  // Where consumers were asked to delete everything, all of it counts as gone.
  const items = streams.flatMap(({ connection, stream: { items: own, life } }) =>
    own.map((item) => ({ connection, ...item, isGone: item.isGone || life?.deletionRequired === true })),
  );
  const { rows } = await sql<PublishedItem & { connection: string }>`
    select item.* from jsonb_to_recordset(${JSON.stringify(items)}::jsonb)
      as ${itemColumns}
    left join snapshots using (connection, resource, entity, identity)
    where snapshots.revision is null or snapshots.revision < item.revision`.execute(db);
  return rows;
}

/** @param sequences in any order */
function holesIn(sequences: readonly number[], from: number, to: number): readonly { from: number; to: number }[] {
  const holes: { from: number; to: number }[] = [];
  let next = from + 1;
  for (const sequence of sequences.filter((one) => one > from).toSorted((a, b) => a - b)) {
    if (sequence > next) holes.push({ from: next, to: sequence - 1 });
    next = sequence + 1;
  }
  return next <= to ? [...holes, { from: next, to }] : holes;
}

/** The connection becomes what consumers were told, without a word. */
function follow(now: Connection, life: PublishedLife): ConnectionChange | undefined {
  if (life.revision <= now.lifecycleRevision) return undefined;
  const status = life.status ?? now.status;
  const isOver = status === 'revoked' || status === 'erased';
  const isPolled = polledStatuses.includes(status);
  return {
    connection: {
      ...now,
      ...(status === 'erased' && { userReference: '', polarUserId: null }),
      scopes: status === 'erased' ? [] : (life.scopes ?? now.scopes),
      status,
      statusReason: life.status === null ? now.statusReason : life.statusReason,
      lifecycleRevision: life.revision,
      updatedAt: life.at,
    },
    events: [],
    tokens: isPolled || status === 'paused' ? 'keep' : 'destroy',
    enrol: isPolled,
    tellAnew: status === 'needs_reauth' && life.deletionRequired,
    forgetData: isOver,
    forgetAthlete: status === 'erased',
  };
}

/** Without tokens: auth finds that out, and tells consumers that a new consent is needed. */
async function remember(trx: Trx, { connection, tenant, life }: RecoveryPlan['unknown'][number]): Promise<void> {
  const taken = await trx
    .selectFrom('connections')
    .select('id')
    .where('tenant', '=', tenant)
    .where('user_reference', '=', life.userReference)
    .where('status', 'not in', ['revoked', 'erased'])
    .executeTakeFirst();
  if (taken !== undefined)
    throw new BridgeError(
      'DATABASE_CONFLICT',
      `connection ${connection} is in Kafka and not in the database, and its user reference belongs to ${taken.id} there: was the athlete connected anew since the database was restored? Recover before the services are started`,
      { fields: { connection, other: taken.id } },
    );
  await trx
    .insertInto('connections')
    .values({
      id: connection,
      tenant,
      user_reference: life.userReference,
      polar_user_id: life.polarUserId,
      scopes: [...(life.scopes ?? [])],
      status: life.status ?? 'active',
      status_reason: life.statusReason,
      lifecycle_revision: life.revision,
      lane: await drawLane(trx, connection),
      established_at: life.at,
      updated_at: life.at,
    })
    .execute();
}

/**
 * What the provider has of these items now is not what the snapshots say, whatever that is: they count as other contents, so
 * that each is read once more, told if it is still there, and its deletion told if it is not.
 */
async function raiseRevisions(trx: Trx, items: RecoveryPlan['items']): Promise<void> {
  await sql`
    insert into snapshots as stored (connection, resource, entity, identity, date, marker, hash, fields, revision, seen_at, changed_at, gone_at)
    select connection, resource, entity, identity, date, '', ${unknownContent}, '{}', revision, now(), now(), case when "isGone" then now() end
    from jsonb_to_recordset(${JSON.stringify(items)}::jsonb) as ${itemColumns}
    on conflict (connection, resource, entity, identity) do update set
      date = coalesce(stored.date, excluded.date), marker = excluded.marker, hash = excluded.hash, fields = excluded.fields,
      revision = excluded.revision, missing_since = null, gone_at = excluded.gone_at
    where stored.revision < excluded.revision`.execute(trx);
  await sql`
    update snapshots as part set gone_at = now(), revision = part.revision + 1
    from jsonb_to_recordset(${JSON.stringify(items.filter(({ isGone }) => isGone))}::jsonb) as ${itemColumns}
    where part.connection = item.connection and part.resource = item.resource and part.gone_at is null
      and starts_with(part.identity, rtrim(item.identity, ']') || ',')`.execute(trx);
}

const unknownContent = 'unknown';
const itemColumns = sql`item (connection uuid, resource text, entity text, identity text, date date, revision integer, "isGone" boolean)`;
