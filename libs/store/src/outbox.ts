import { sql } from 'kysely';
import { BridgeError, stateMessage, toMessage, type DomainEvent, type FactState, type Tick } from '#core';
import type { Trx } from './database.ts';

export interface OutboxScope {
  readonly connection: string;
  readonly topicPrefix: string;
  /** W3C trace context of what caused the events, or null. */
  readonly traceparent: string | null;
}

export function scopeOf({
  connection,
  topicPrefix,
  traceparent,
}: Pick<Tick, 'connection' | 'topicPrefix'> & Pick<OutboxScope, 'traceparent'>): OutboxScope {
  return { connection: connection.id, topicPrefix, traceparent };
}

/** The channel that wakes publishers up; its payload is the lane. Only a hint: a lost one costs a moment, no event. */
export const outboxChannel = 'accesslink_bridge_outbox';

/** A broker takes 1 048 588 bytes per message unless told otherwise; a larger one would hold up its whole lane. */
const mostBytes = 950_000;

/**
 * Writes events into the outbox inside the caller's transaction. Call it LAST: the lane's row lock is held from here
 * to the commit, which is what makes position order commit order, without gaps.
 * @param states what the events have led to; they follow them, and have no place in the connection's sequence
 * @returns how many events were written
 * @throws BridgeError NOT_FOUND when the connection is gone; EVENT_TOO_LARGE when no broker would take one of them; DATABASE_CONFLICT
 * when one was recorded before
 */
export async function appendEvents(
  trx: Trx,
  scope: OutboxScope,
  events: readonly DomainEvent[],
  states: readonly FactState[] = [],
): Promise<number> {
  if (events.length + states.length === 0) return 0;
  const connection = await trx
    .updateTable('connections')
    .set({ event_sequence: sql`event_sequence + ${events.length}` })
    .where('id', '=', scope.connection)
    .returning(['tenant', 'kind', 'user_reference', 'lane', 'event_sequence'])
    .executeTakeFirst();
  if (connection === undefined) {
    throw new BridgeError(
      'NOT_FOUND',
      `connection ${scope.connection} does not exist any more: its events were not recorded`,
    );
  }
  const firstSequence = Number(connection.event_sequence) - events.length + 1;
  const stream = {
    tenant: connection.tenant,
    topicPrefix: scope.topicPrefix,
    connection: scope.connection,
    userReference: connection.kind === 'client' ? null : connection.user_reference,
  };
  const messages = [
    ...events.map((event, index) => toMessage(stream, event, firstSequence + index, scope.traceparent)),
    ...states.map((state) => stateMessage(stream, state, scope.traceparent)),
  ];

  for (const { type, payload } of messages) assertFits(type, payload);
  await assertNew(
    trx,
    messages.map(({ id }) => id),
  );
  // Before the lane is locked, and as one text: to escape an array of them takes many times as long.
  const rows = JSON.stringify(
    messages.map(({ headers, ...message }, n) => ({ n, ...message, headers: JSON.stringify(headers) })),
  );

  const lane = await trx
    .updateTable('lanes')
    .set({ next_position: sql`next_position + ${messages.length}` })
    .where('lane', '=', connection.lane)
    .returning('next_position')
    .executeTakeFirstOrThrow();
  const firstPosition = Number(lane.next_position) - messages.length;

  await sql`
    insert into outbox (lane, position, id, aggregatetype, aggregateid, type, payload, headers, traceparent)
    select ${connection.lane}, ${firstPosition}::bigint + n, id, topic, key, type, payload, headers, ${scope.traceparent}
    from json_to_recordset(${rows}::json)
      as message (n integer, id uuid, topic text, key text, type text, payload text, headers text)`.execute(trx);
  await sql`select pg_notify(${outboxChannel}, ${String(connection.lane)})`.execute(trx);
  return events.length;
}

/**
 * The outbox's days each know their own ids only. Nobody else writes events of this connection before the end of the
 * transaction, since its row is locked.
 */
async function assertNew(trx: Trx, ids: readonly string[]): Promise<void> {
  const twin =
    firstTwice(ids) ??
    (await trx.selectFrom('outbox').select('id').where('id', 'in', ids).limit(1).executeTakeFirst())?.id;
  if (twin === undefined) return;
  throw new BridgeError('DATABASE_CONFLICT', `the event ${twin} was recorded before; nothing of this was recorded`, {
    fields: { event: twin },
  });
}

function firstTwice(ids: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return ids.find((id) => seen.size === seen.add(id).size);
}

function assertFits(type: string, payload: string): void {
  const bytes = Buffer.byteLength(payload);
  if (bytes <= mostBytes) return;
  throw new BridgeError(
    'EVENT_TOO_LARGE',
    `an event ${type} has ${bytes} bytes, and ${mostBytes} are allowed: its resource has to cut it into chunks. Nothing of this poll was recorded`,
    { fields: { type, bytes } },
  );
}

/** The lane of a new connection, for life. */
export async function drawLane(trx: Trx, connection: string): Promise<number> {
  const { rows } = await sql<{ lane: number }>`
    select lane from lanes order by lane offset (select abs(hashtext(${connection})::bigint) % count(*) from lanes) limit 1`.execute(
    trx,
  );
  const lane = rows[0]?.lane;
  if (lane === undefined) throw new BridgeError('CONFIG_INVALID', 'the lanes table is empty: run `npm run migrate`');
  return lane;
}
