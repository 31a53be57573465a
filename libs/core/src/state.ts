import type { LocalDate } from './calendar.ts';
import {
  attributes,
  eventId,
  pathOf,
  payloadOf,
  traced,
  typeOf,
  type DomainEvent,
  type Message,
  type Stream,
} from './event.ts';
import type { JsonObject } from './json.ts';
import { mainEntity, type Fact } from './resource.ts';
import { snapshotKey, type KnownSnapshots, type Snapshot } from './snapshot.ts';
import type { Tick } from './tick.ts';

/** What there is of one fact now, whole: for consumers that want no history. */
export interface FactState extends Omit<DomainEvent, 'type' | 'changedFields' | 'data'> {
  readonly entity: string;
  /** Null: the fact is gone. */
  readonly data: JsonObject | null;
}

/** The topic beside that of the events, compacted. */
export function stateTopicOf(prefix: string, topic: string): string {
  return `${prefix}.${topic}.state.v1`;
}

/** Name of the type of an entity's states: `SleepNightState`, and `RouteState` where topic and entity have one name. */
export function stateType(topic: string, entity: string): string {
  const words = `-${topic}`.endsWith(`-${entity}`) ? topic : `${topic}-${entity}`;
  return `${words.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())}State`;
}

/** What a state is compacted by. Never to be changed: the states under the old keys would stay for ever. */
export function stateKey(stream: Stream, { resource, entity, identity }: Omit<StateIdentity, 'topic'>): string {
  const path = pathOf([resource, entity, ...identity]);
  return stream.userReference === null ? path : `${stream.connection}|${path}`;
}

type StateIdentity = Pick<FactState, 'topic' | 'resource' | 'entity' | 'identity'>;

/** It has no `ce_sequence`: that one counts events. */
export function stateMessage(stream: Stream, state: FactState, traceparent: string | null): Message {
  const { entity: _entity, ...rest } = state;
  const event: DomainEvent = { ...rest, type: stateType(state.topic, state.entity) };
  const id = eventId(stream.connection, event);
  return {
    id,
    topic: stateTopicOf(stream.topicPrefix, state.topic),
    key: stateKey(stream, state),
    type: typeOf(event),
    headers: { ...attributes(stream, event, id), ...traced(traceparent) },
    payload: state.data === null ? '' : payloadOf(stream, event),
  };
}

/** What all that is told of a fact has in common. */
export function about(
  tick: Tick,
  {
    identity,
    date = null,
    polarModifiedAt,
    utcOffsetMinutes,
  }: Pick<Fact, 'identity' | 'polarModifiedAt' | 'utcOffsetMinutes'> & Partial<Pick<Fact, 'date'>>,
  revision: number,
): Omit<DomainEvent, 'type' | 'changedFields' | 'data'> {
  return {
    topic: tick.resource.topic,
    resource: tick.resource.name,
    identity,
    revision,
    mode: tick.kind === 'backfill' || isRefilled(tick, date) ? 'backfill' : 'live',
    observedAt: new Date(tick.at).toISOString(),
    polarModifiedAt,
    utcOffsetMinutes: utcOffsetMinutes ?? tick.connection.utcOffsetMinutes,
  };
}

function isRefilled({ refilling }: Tick, date: LocalDate | null): boolean {
  return refilling !== undefined && date !== null && refilling.from <= date && date < refilling.to;
}

/** The end of a fact's state, by a comparison of wholes. */
export function goneState(tick: Tick, { entity, identity, revision }: Snapshot | PartThatWent): FactState {
  const nothing = { identity, polarModifiedAt: null, utcOffsetMinutes: null };
  return { ...about(tick, nothing, revision), mode: 'reconcile', entity, data: null };
}

/** Goes because its whole is deleted, at a revision of its own. */
export type PartThatWent = Pick<Snapshot, 'entity' | 'identity' | 'revision'>;

/**
 * Parts that their whole does not have any more: an hour that was cut off, a comment that was taken back. No event tells of
 * them, but states would keep them for ever. Marked as missing, so that one that comes back as it was is stated again.
 * @param known has the parts of what was read
 */
export function lostParts(
  tick: Tick,
  known: KnownSnapshots,
  facts: readonly Fact[],
): readonly { readonly snapshot: Snapshot; readonly state: FactState }[] {
  if (!tick.keepsState) return [];
  const main = mainEntity(tick.resource);
  const wholes = facts.filter(({ entity, content }) => entity === main && content !== null);
  const told = new Set(facts.map(({ entity, identity }) => snapshotKey(entity, identity)));
  const heads = new Set(wholes.map(({ identity }) => snapshotKey(main, identity)));
  return known
    .all()
    .filter(
      (one) =>
        one.entity !== main &&
        isThere(one) &&
        !told.has(snapshotKey(one.entity, one.identity)) &&
        one.identity.some((_, at) => heads.has(snapshotKey(main, one.identity.slice(0, at + 1)))),
    )
    .map((one) => {
      const snapshot = { ...one, revision: one.revision + 1, changedAt: tick.at, missingSince: tick.at };
      return { snapshot, state: goneState(tick, snapshot) };
    });
}

function isThere({ hash, goneAt, missingSince }: Snapshot): boolean {
  return hash !== null && goneAt === null && missingSince === null;
}
