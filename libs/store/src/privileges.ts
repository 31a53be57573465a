import { sql } from 'kysely';
import type { Database, DatabaseRole } from './database.ts';

const everything = ['delete', 'insert', 'select', 'update'];

/**
 * What the code of each app does: by table, privileges of all of it (`select`) or of a column (`update relayed`). The
 * migrations grant exactly this.
 */
export const privileges: Readonly<Record<DatabaseRole, Readonly<Record<string, readonly string[]>>>> = {
  accesslink_bridge_auth: {
    connections: ['insert', 'select', 'update'],
    credentials: everything,
    connect_links: everything,
    consent_states: ['delete', 'insert', 'select'],
    poll_targets: ['delete', 'select', 'update lease_token', 'update suspended'],
    backfills: ['delete', 'select'],
    snapshots: ['delete', 'select', 'update gone_at', 'update missing_since', 'update revision'],
    quota_ledger: ['insert', 'select', 'update'],
    lanes: ['select', 'update next_position'],
    outbox: ['insert', 'select id'],
    refresh_attempts: everything,
    audit_log: ['insert', 'select'],
    kysely_migration: ['select'],
  },
  accesslink_bridge_poller: {
    connections: [
      'insert established_at',
      'insert id',
      'insert kind',
      'insert lane',
      'insert scopes',
      'insert status',
      'insert tenant',
      'insert updated_at',
      'insert user_reference',
      'select',
      'update device_synced_at',
      'update enrolled_plan',
      'update event_sequence',
      'update utc_offset_minutes',
    ],
    schema_drifts: ['insert', 'select'],
    poll_targets: everything,
    backfills: everything,
    day_profiles: ['insert', 'select', 'update'],
    paces: ['insert', 'select', 'update'],
    spendings: everything,
    snapshots: ['insert', 'select', 'update'],
    quota_ledger: ['insert', 'select', 'update'],
    lanes: ['select', 'update next_position'],
    outbox: ['insert', 'select created_at', 'select id', 'select lane', 'select position'],
    parked_streams: ['select lane', 'select parked_at', 'select reason', 'select tenant'],
    audit_log: ['insert'],
    kysely_migration: ['select'],
  },
  accesslink_bridge_publisher: {
    lanes: ['select', 'update lease_until', 'update owner', 'update relayed', 'update term'],
    outbox: ['select'],
    replays: ['insert', 'select', 'update'],
    publishers: everything,
    parked_streams: everything,
    given_up: ['insert', 'select'],
    parked_rows: ['delete', 'insert', 'select', 'update given_up'],
    audit_log: ['insert'],
    kysely_migration: ['select'],
  },
};

/**
 * At the newest schema.
 * @returns what the role lacks, such as `lanes: update relayed`
 */
export async function missingPrivileges(db: Database, role: DatabaseRole): Promise<readonly string[]> {
  const needed = Object.entries(privileges[role]).flatMap(([table, all]) =>
    all.map((privilege) => {
      const [kind = '', column = null] = privilege.split(' ');
      return { table, kind, column, text: `${table}: ${privilege}` };
    }),
  );
  const { rows } = await sql<{ text: string }>`
    select needed.text
    from unnest(
      ${needed.map(({ table }) => table)}::text[], ${needed.map(({ kind }) => kind)}::text[],
      ${needed.map(({ column }) => column)}::text[], ${needed.map(({ text }) => text)}::text[]
    ) as needed (relation, kind, attribute, text)
    where not case
      when needed.attribute is null then has_table_privilege(${role}, needed.relation, needed.kind)
      else has_column_privilege(${role}, needed.relation, needed.attribute, needed.kind)
    end`.execute(db);
  return rows.map(({ text }) => text);
}
