import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import {
  defineResource,
  emptyCursor,
  range,
  type Changes,
  type Cursor,
  type DomainEvent,
  type Resource,
  type Snapshot,
  type TargetKind,
  type Tenant,
  type Tick,
  firstSchedule,
  noNews,
} from '#core';
import { createTestDatabase, type TestDatabase } from '../../../test/integration/database.ts';
import { openDatabase, type Database, type DatabaseRole } from './database.ts';
import type { ConnectionStatus } from './schema.ts';
import { beginPoll, leaseDue, type BegunTarget, type LeasedTarget } from './targets.ts';

export const tenant: Tenant = {
  id: 'acme',
  name: 'acme',
  paused: false,
  polar: { clientId: 'client', clientSecret: 'secret', apiUrl: 'https://api.example', authUrl: 'https://auth.example' },
  quota: [{ requests: 3000, seconds: 900 }],
  returnUrls: [],
  resources: 'all',
  polling: {
    minSeconds: 300,
    maxSeconds: 43_200,
    backfillDays: 28,
    confirmDeletionSeconds: 3600,
    finaliseSeconds: 86_400,
  },
  topics: { prefix: 'polar.acme', partitions: 6, replication: 3, retentionHours: 168, state: false },
};

/** What a planner asks for. */
export const live = { tenant: tenant.id, kind: 'live' } as const;
export const backfills = { tenant: tenant.id, kind: 'backfill' } as const;

/** An invented resource with a scope of its own. */
export function resourceOf(name: string): Resource {
  return defineResource({
    name,
    scope: `${name}:read`,
    topic: name,
    request: range({ path: `/${name}`, days: 28, watch: { before: 3, after: 0 } }),
    envelope: [[name]],
    schema: { properties: {} },
    entities: {
      [name]: { events: { recorded: `${name}Recorded`, revised: `${name}Revised`, deleted: `${name}Deleted` } },
    },
    facts: () => [],
  });
}

export const [walks, hikes, swims] = ['walks', 'hikes', 'swims'].map(resourceOf) as [Resource, Resource, Resource];

interface ConnectionOptions {
  readonly tenant?: string;
  readonly lane?: number;
  readonly scopes?: readonly string[];
  readonly status?: ConnectionStatus;
  readonly enrolledPlan?: string | null;
}

interface TargetOptions {
  readonly tenant?: string;
  readonly kind?: TargetKind;
  readonly cursor?: Cursor;
  /** Due so many seconds ago. */
  readonly overdue?: number;
}

/** A database of a test's own, and the poller's own way to poll on it. */
export class StoreBench {
  readonly #database: TestDatabase;
  readonly #roles = new Map<DatabaseRole, Database>();

  private constructor(database: TestDatabase) {
    this.#database = database;
  }

  static async open(): Promise<StoreBench> {
    return new StoreBench(await createTestDatabase());
  }

  /** The owner's: for setting a scene and looking at the outcome. */
  get db(): Database {
    return this.#database.db;
  }

  get url(): string {
    return this.#database.url;
  }

  /** What the poller works with, so that each test also shows that its role suffices. */
  get poller(): Database {
    return this.as('accesslink_bridge_poller');
  }

  as(role: DatabaseRole): Database {
    const db = this.#roles.get(role) ?? openDatabase(this.url, { role });
    this.#roles.set(role, db);
    return db;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#roles.values()].map((db) => db.destroy()));
    await this.#database.drop();
  }

  async connection(options: ConnectionOptions = {}): Promise<string> {
    const id = randomUUID();
    await this.db
      .insertInto('connections')
      .values({
        id,
        tenant: options.tenant ?? tenant.id,
        user_reference: id,
        polar_user_id: null,
        scopes: [...(options.scopes ?? [])],
        status: options.status ?? 'active',
        lane: options.lane ?? 0,
        enrolled_plan: options.enrolledPlan === undefined ? 'all' : options.enrolledPlan,
        established_at: new Date('2026-06-01T10:00:00Z'),
        updated_at: new Date('2026-06-01T10:00:00Z'),
      })
      .execute();
    return id;
  }

  async target(connection: string, { name }: Resource, options: TargetOptions = {}): Promise<void> {
    const { kind = 'live', cursor = emptyCursor, overdue = 0 } = options;
    await sql`
      insert into poll_targets (connection, resource, kind, tenant, next_due, cursor, interval_seconds)
      values (${connection}, ${name}, ${kind}, ${options.tenant ?? tenant.id}, now() - make_interval(secs => ${overdue}),
        ${JSON.stringify(cursor)}::jsonb, 300)`.execute(this.db);
  }

  /** Makes a target due before all others, as a lease that ran out long ago is. */
  async expire(connection: string, { name }: Resource, kind: TargetKind = 'live'): Promise<void> {
    await this.db
      .updateTable('poll_targets')
      .set({ next_due: new Date(0) })
      .where('connection', '=', connection)
      .where('resource', '=', name)
      .where('kind', '=', kind)
      .execute();
  }

  /** Leases a target as the planner does, whoever holds it: for the one before, the lease has run out then. */
  async lease(connection: string, resource: Resource, kind: TargetKind = 'live'): Promise<LeasedTarget> {
    await this.expire(connection, resource, kind);
    const [leased] = await leaseDue(this.poller, [{ tenant: tenant.id, kind, most: 1 }], 60);
    if (leased?.connection !== connection || leased.resource !== resource.name || leased.kind !== kind)
      throw new Error(`${kind} ${resource.name} of ${connection} was not to be leased`);
    return leased;
  }

  /** A poll under way: leased and begun. */
  async tick(connection: string, resource: Resource, kind: TargetKind = 'live'): Promise<Tick> {
    const leased = await this.lease(connection, resource, kind);
    const begun = await beginPoll(this.poller, leased, 60);
    if (begun === undefined) throw new Error(`${kind} ${resource.name} of ${connection} could not be begun`);
    return tickOf(resource, leased, begun);
  }

  async targetRow(connection: string, { name }: Resource, kind: TargetKind = 'live') {
    return this.db
      .selectFrom('poll_targets')
      .selectAll()
      .where('connection', '=', connection)
      .where('resource', '=', name)
      .where('kind', '=', kind)
      .executeTakeFirstOrThrow();
  }

  async targets(connection: string): Promise<readonly string[]> {
    const rows = await this.db
      .selectFrom('poll_targets')
      .select(['kind', 'resource'])
      .where('connection', '=', connection)
      .orderBy('kind', 'desc')
      .orderBy('resource')
      .execute();
    return rows.map(({ kind, resource }) => `${kind} ${resource}`);
  }

  /** The types of a connection's events, in order. */
  async eventTypes(connection: string): Promise<readonly string[]> {
    return (await this.events(connection)).map(({ type }) => type);
  }

  async events(connection: string): Promise<readonly { type: string; sequence: number; data: object }[]> {
    const rows = await this.db
      .selectFrom('outbox')
      .select(['type', 'headers', 'payload'])
      .where('aggregateid', '=', connection)
      .orderBy('position')
      .execute();
    return rows.map(({ type, headers, payload }) => ({
      type: type.replace(/^accesslink\.(.*)\.v1$/, '$1'),
      sequence: Number((JSON.parse(headers) as Record<string, string>)['ce_sequence']),
      data: (JSON.parse(payload) as { data: object }).data,
    }));
  }

  /** All that polls may change, to see that one changed nothing. */
  async contents(): Promise<object> {
    const { db } = this;
    return {
      connections: await db.selectFrom('connections').selectAll().orderBy('id').execute(),
      targets: await db
        .selectFrom('poll_targets')
        .selectAll()
        .orderBy('connection')
        .orderBy('resource')
        .orderBy('kind')
        .execute(),
      snapshots: await db.selectFrom('snapshots').selectAll().orderBy('connection').orderBy('identity').execute(),
      outbox: await db.selectFrom('outbox').selectAll().orderBy('lane').orderBy('position').execute(),
      lanes: await db.selectFrom('lanes').selectAll().orderBy('lane').execute(),
    };
  }

  /** Resolves when so many statements wait for a lock: what blocks them has an effect now. */
  async blocked(count: number): Promise<void> {
    for (;;) {
      const { rows } = await sql<{ waiting: string }>`
        select count(*) as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
        this.db,
      );
      if (Number(rows[0]?.waiting) >= count) return;
    }
  }
}

export function tickOf(resource: Resource, leased: LeasedTarget, begun: BegunTarget): Tick {
  const { utcOffsetMinutes, establishedOn, rate, ...rest } = begun;
  return {
    ...rest,
    resource,
    kind: leased.kind,
    connection: { id: leased.connection, tenant: leased.tenant, utcOffsetMinutes, establishedOn },
    polling: tenant.polling,
    schedule: { ...firstSchedule(resource, tenant.polling), rate },
    topicPrefix: tenant.topics.prefix,
    keepsState: tenant.topics.state,
    leaseToken: leased.leaseToken,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  };
}

/** What a poll found: nothing, unless told otherwise. */
export function changesOf(tick: Tick, found: Partial<Changes> = {}): Changes {
  return {
    snapshots: [],
    events: [],
    states: [],
    cursor: { ...tick.cursor, listedAt: tick.at },
    triggers: [],
    markerOnly: 0,
    news: noNews,
    synced: null,
    heldData: false,
    utcOffsetMinutes: null,
    ...found,
  };
}

export function eventOf({ name }: Resource, identity: string, revision = 1): DomainEvent {
  return {
    type: `${name}Recorded`,
    topic: name,
    resource: name,
    identity: [identity],
    revision,
    mode: 'live',
    observedAt: '2026-06-15T12:00:00.000Z',
    polarModifiedAt: null,
    utcOffsetMinutes: null,
    data: { id: identity },
  };
}

export function snapshotOf(
  { name }: Resource,
  identity: readonly string[],
  overrides: Partial<Snapshot> = {},
): Snapshot {
  return {
    entity: name,
    identity,
    date: '2026-06-14',
    marker: 'm1',
    hash: 'h1',
    fields: { id: 'f1' },
    revision: 1,
    changedAt: Date.parse('2026-06-15T12:00:00Z'),
    missingSince: null,
    goneAt: null,
    finalisedRevision: null,
    ...overrides,
  };
}

/** A day to be read again. */
export const wantOf = (since: string) => ({ since, tries: 0, notBefore: 0 });
