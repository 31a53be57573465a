import type { ColumnType, Generated } from 'kysely';
import type { Tally } from '#core';

/** PostgreSQL's bigint comes as a string, so that no position loses a digit. */
type BigInteger = ColumnType<string, string | number | bigint | undefined, string | number | bigint>;

export type ConnectionStatus = 'active' | 'degraded' | 'needs_reauth' | 'revoked' | 'paused' | 'erased';

/** Connections in these states are polled. */
export const polledStatuses: readonly ConnectionStatus[] = ['active', 'degraded'];

export type ReplayStatus = 'running' | 'paused' | 'done' | 'cancelled' | 'failed';

interface ConnectionsTable {
  id: string;
  tenant: string;
  /** `client` is the one row of a tenant that stands for its client id. */
  kind: Generated<'athlete' | 'client'>;
  user_reference: string;
  polar_user_id: string | null;
  scopes: string[];
  status: ConnectionStatus;
  status_reason: string | null;
  utc_offset_minutes: number | null;
  lane: number;
  event_sequence: BigInteger;
  lifecycle_revision: Generated<number>;
  /** When an athlete's watch was last seen to have synced. */
  device_synced_at: Date | null;
  /** The plan (tenant's resources and scopes) that the poll targets were made from; null: to be enrolled. */
  enrolled_plan: string | null;
  established_at: Date;
  updated_at: Date;
  /** Of the tokens that it lost: the next ones go on from there. */
  last_token_version: Generated<number>;
  /** When nothing of an erased athlete was left in the outbox either. */
  purged_at: Date | null;
}

interface CredentialsTable {
  connection: string;
  key_id: string;
  access_token: Buffer;
  refresh_token: Buffer;
  access_expires_at: Date;
  refreshed_at: Date;
  refresh_failures: Generated<number>;
  version: Generated<number>;
}

/** A refresh whose end is not known: it stands here before the request goes out, and goes with the tokens that came back. */
interface RefreshAttemptsTable {
  connection: string;
  /** Of the tokens that were sent. */
  version: number;
  /** How many of these may have reached the provider. */
  tries: number;
  /** Until then the request may be under way, whatever became of the process that sent it. */
  in_flight_until: Date;
  /** Whether the provider has answered; if not, the process was cut off or lost its patience. */
  answered: boolean;
}

interface ConnectLinksTable {
  id: string;
  tenant: string;
  user_reference: string;
  scopes: string[];
  return_url: string | null;
  expires_at: Date;
  used_at: Date | null;
  created_at: Generated<Date>;
  /** What the consent led to. */
  connection: string | null;
  /** Why the last consent with it came to nothing. */
  failure: string | null;
  failure_detail: string | null;
  failed_at: Date | null;
}

interface ConsentStatesTable {
  state_hash: Buffer;
  browser_hash: Buffer;
  link: string;
  expires_at: Date;
}

interface PollTargetsTable {
  connection: string;
  resource: string;
  kind: 'live' | 'backfill';
  tenant: string;
  /** While a lease is held: its end, so that a lost lease is simply due again. */
  next_due: Date;
  lease_token: string | null;
  cursor: ColumnType<unknown, string, string>;
  interval_seconds: number;
  /** What was learned of how often it changes: see `ChangeRate`. */
  seen_changes: Generated<number>;
  seen_days: Generated<number>;
  last_polled_at: Date | null;
  last_changed_at: Date | null;
  /** When an answer was last not empty: what is empty proves nothing. */
  last_data_at: Date | null;
  failures: Generated<number>;
  last_error: string | null;
  suspended: string | null;
}

/** A backfill that is under way, as a whole. */
interface BackfillsTable {
  connection: string;
  /** RFC 3339, as in its events and in the cursors of its targets. */
  started_at: string;
  from_day: string;
  to_day: string;
  /** Null: the connect, or a resource that the connection got later. */
  origin: 'demand' | 'device' | null;
  resources: Generated<string[]>;
  /** What the resources have cost that were read. */
  done: ColumnType<Readonly<Record<string, Tally>>, string | undefined, string>;
  paused_at: Date | null;
}

interface SnapshotsTable {
  connection: string;
  resource: string;
  entity: string;
  /** The identity's parts as a JSON array. */
  identity: string;
  /** The local date that the provider files it under. */
  date: string | null;
  marker: string | null;
  hash: string | null;
  /** One short hash per top-level field. */
  fields: ColumnType<Record<string, string>, string, string>;
  revision: Generated<number>;
  seen_at: Date;
  changed_at: Date;
  missing_since: Date | null;
  gone_at: Date | null;
  finalised_revision: number | null;
}

interface SchemaDriftsTable {
  tenant: string;
  resource: string;
  path: string;
  kind: string;
  found: string;
  seen_at: Generated<Date>;
}

interface OutboxTable {
  lane: number;
  position: BigInteger;
  id: string;
  /** The Kafka topic. */
  aggregatetype: string;
  /** The Kafka key: the connection's id, or of a state the connection and what it is a state of. */
  aggregateid: string;
  type: string;
  /** The Kafka value, byte for byte; empty where there is none (Debezium: `route.tombstone.on.empty.payload`). */
  payload: string;
  /** The Kafka headers: a JSON object of strings. */
  headers: string;
  traceparent: string | null;
  created_at: Generated<Date>;
}

interface LanesTable {
  lane: number;
  /** The position that the next event of this lane will get. */
  next_position: BigInteger;
  /** A hint: the last position that is known to be in Kafka. It may lag behind the truth, never lead it. */
  relayed: BigInteger;
  owner: string | null;
  lease_until: Date | null;
  /** How often it was claimed. */
  term: BigInteger;
}

/** Events of the past that are published once more. */
interface ReplaysTable {
  id: string;
  tenant: string;
  connection: string | null;
  types: string[];
  modes: string[];
  from_time: Date;
  to_time: Date;
  /** Null: each event's own topic. */
  topic: string | null;
  per_second: number;
  status: Generated<ReplayStatus>;
  reason: string | null;
  /** Null: not counted. */
  events: BigInteger | null;
  published: BigInteger;
  /** Last published position by lane: a hint, the truth is in Kafka. */
  positions: ColumnType<Readonly<Record<string, number>>, string | undefined, string>;
  owner: string | null;
  lease_until: Date | null;
  created_at: Generated<Date>;
  ended_at: Date | null;
}

/** Of whose events the broker has refused one: the others wait behind it. */
interface ParkedStreamsTable {
  tenant: string;
  /** A connection's id, or `client`. */
  stream: string;
  lane: number;
  reason: string;
  detail: string;
  topic: string;
  /** Position of the row that the broker has refused; null while what is behind it is tried. */
  refused: BigInteger | null;
  parked_at: Generated<Date>;
  tries: Generated<number>;
  tried_at: Generated<Date>;
  next_try_at: Date;
}

/** Copies of rows of the outbox that their lane has passed and Kafka has not got. */
interface ParkedRowsTable {
  lane: number;
  position: BigInteger;
  tenant: string;
  stream: string;
  id: string;
  topic: string;
  key: string;
  type: string;
  payload: string;
  headers: string;
  created_at: Date;
  /** By an operator, for good: it stays as a mark until its stream goes on. */
  given_up: Generated<boolean>;
}

/** Rows that are never published, by an operator's word. */
interface GivenUpTable {
  lane: number;
  position: BigInteger;
  given_up_at: Generated<Date>;
}

interface PublishersTable {
  id: string;
  seen_at: Date;
}

/** Changes by slot of the local day. */
interface DayProfilesTable {
  tenant: string;
  resource: string;
  slots: number[];
  since: Generated<Date>;
  noted_at: Date;
}

/** What a request of a tenant is worth now. */
interface PacesTable {
  tenant: string;
  price: number;
  stretch: number;
  bias: number;
  demand: ColumnType<unknown, string, string>;
  set_at: Date;
}

interface SpendingsTable {
  tenant: string;
  hour: Date;
  purpose: string;
  requests: number;
}

interface QuotaLedgerTable {
  tenant: string;
  minute: BigInteger;
  requests: number;
}

/** Who did what. No reference and no name of an athlete: it outlives an erasure. */
interface AuditLogTable {
  id: BigInteger;
  at: Generated<Date>;
  actor: string;
  action: string;
  tenant: string | null;
  /** Of a connection or a link. */
  subject: string | null;
  outcome: 'done' | 'unchanged' | 'refused';
}

export interface Schema {
  connections: ConnectionsTable;
  credentials: CredentialsTable;
  refresh_attempts: RefreshAttemptsTable;
  audit_log: AuditLogTable;
  connect_links: ConnectLinksTable;
  consent_states: ConsentStatesTable;
  poll_targets: PollTargetsTable;
  backfills: BackfillsTable;
  snapshots: SnapshotsTable;
  outbox: OutboxTable;
  lanes: LanesTable;
  publishers: PublishersTable;
  parked_streams: ParkedStreamsTable;
  parked_rows: ParkedRowsTable;
  given_up: GivenUpTable;
  replays: ReplaysTable;
  quota_ledger: QuotaLedgerTable;
  day_profiles: DayProfilesTable;
  paces: PacesTable;
  spendings: SpendingsTable;
  schema_drifts: SchemaDriftsTable;
}
