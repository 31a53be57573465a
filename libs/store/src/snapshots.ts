import { sql, type RawBuilder } from 'kysely';
import {
  identityText,
  KnownSnapshots,
  mainEntity,
  type Fact,
  type Fetched,
  type PartThatWent,
  type Snapshot,
  type Tick,
} from '#core';
import type { Database, Trx } from './database.ts';

interface Row {
  entity: string;
  identity: string;
  date: string | null;
  marker: string | null;
  hash: string | null;
  fields: Record<string, string>;
  revision: number;
  changed_at: Date;
  missing_since: Date | null;
  gone_at: Date | null;
  finalised_revision: number | null;
}

/**
 * The snapshots that a diff of these answers needs: the fetched identities, and the main entities of the listed days. Where
 * states are kept, the parts of what was read, too: those that are gone have to be found.
 */
export async function snapshotsOf(db: Database, tick: Tick, fetched: readonly Fetched[]): Promise<KnownSnapshots> {
  const found = fetched.filter(({ failure }) => failure === undefined);
  if (found.length === 0) return new KnownSnapshots([]);
  const facts = found.flatMap((one) => one.facts);
  const listed = found.filter(({ window }) => window.phase === 'list').map(({ window }) => window);
  const { rows } = await sql<Row>`
    select entity, identity, date, marker, hash, fields, revision, changed_at, missing_since, gone_at, finalised_revision
    from snapshots
    where connection = ${tick.connection.id} and resource = ${tick.resource.name}
      and (entity, identity) in (
        select * from unnest(${facts.map(({ entity }) => entity)}::text[], ${facts.map(({ identity }) => identityText(identity))}::text[])
        union
        select entity, identity from snapshots
        join unnest(${listed.map(({ from }) => from)}::date[], ${listed.map(({ to }) => to)}::date[]) as range (first, past)
          on date >= first and date < past
        where connection = ${tick.connection.id} and resource = ${tick.resource.name}
          and entity = ${mainEntity(tick.resource)} and gone_at is null
        union
        select entity, identity from snapshots
        where ${tick.resource.request.shape === 'whole'} and connection = ${tick.connection.id}
          and resource = ${tick.resource.name} and entity = ${mainEntity(tick.resource)} and date is null and gone_at is null
        ${tick.keepsState ? partsOf(tick, facts) : sql``}
      )`.execute(db);
  return new KnownSnapshots(rows.map(toSnapshot));
}

/** A part has the date of its whole, by which an index finds it. */
function partsOf({ connection, resource }: Tick, facts: readonly Fact[]): RawBuilder<unknown> {
  const [main, ...others] = Object.keys(resource.entities);
  const wholes = facts.filter(({ entity, content }) => entity === main && content !== null);
  const dates = [...new Set(wholes.flatMap(({ date }) => date ?? []))];
  const undated = wholes.some(({ date }) => date === null);
  return sql`
        union
        select entity, identity from snapshots
        where connection = ${connection.id} and resource = ${resource.name} and entity = any(${others}::text[])
          and (date = any(${dates}::date[]) or ${undated} and date is null) and gone_at is null and missing_since is null`;
}

function toSnapshot(row: Row): Snapshot {
  return {
    entity: row.entity,
    identity: JSON.parse(row.identity) as string[],
    date: row.date,
    marker: row.marker,
    hash: row.hash,
    fields: row.fields,
    revision: row.revision,
    changedAt: row.changed_at.getTime(),
    missingSince: row.missing_since?.getTime() ?? null,
    goneAt: row.gone_at?.getTime() ?? null,
    finalisedRevision: row.finalised_revision,
  };
}

/**
 * Writes snapshots inside the transaction of `record`.
 * @returns the parts that are gone with an item that is deleted
 */
export async function writeSnapshots(
  trx: Trx,
  tick: Tick,
  snapshots: readonly Snapshot[],
): Promise<readonly PartThatWent[]> {
  if (snapshots.length === 0) return [];
  const rows = snapshots.map((one) => ({
    entity: one.entity,
    identity: identityText(one.identity),
    date: one.date,
    marker: one.marker,
    hash: one.hash,
    fields: one.fields,
    revision: one.revision,
    changed_at: new Date(one.changedAt),
    missing_since: one.missingSince === null ? null : new Date(one.missingSince),
    gone_at: one.goneAt === null ? null : new Date(one.goneAt),
    finalised_revision: one.finalisedRevision,
  }));
  await sql`
    insert into snapshots as stored (connection, resource, entity, identity, date, marker, hash, fields, revision, seen_at, changed_at,
      missing_since, gone_at, finalised_revision)
    select ${tick.connection.id}::uuid, ${tick.resource.name}, entity, identity, date, marker, hash, fields, revision, ${new Date(tick.at)}, changed_at,
      missing_since, gone_at, finalised_revision
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (entity text, identity text, date date, marker text, hash text, fields jsonb,
      revision integer, changed_at timestamptz, missing_since timestamptz, gone_at timestamptz, finalised_revision integer)
    on conflict (connection, resource, entity, identity) do update set
      date = excluded.date, marker = excluded.marker, hash = excluded.hash, fields = excluded.fields, revision = excluded.revision,
      changed_at = excluded.changed_at, missing_since = excluded.missing_since, gone_at = excluded.gone_at,
      finalised_revision = excluded.finalised_revision`.execute(trx);

  const gone = snapshots
    .filter(({ goneAt }) => goneAt !== null)
    .map(({ identity }) => identityText(identity).slice(0, -1));
  if (gone.length === 0) return [];
  const { rows: parts } = await sql<Pick<Row, 'entity' | 'identity' | 'revision'>>`
    update snapshots set gone_at = ${new Date(tick.at)}, revision = revision + 1
    where connection = ${tick.connection.id} and resource = ${tick.resource.name} and gone_at is null
      and exists (select from unnest(${gone}::text[]) as parent where starts_with(identity, parent || ',') or identity = parent || ']')
    returning entity, identity, revision`.execute(trx);
  return parts.map((part) => ({ ...part, identity: JSON.parse(part.identity) as string[] }));
}
