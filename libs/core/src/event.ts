import { v5 as uuidv5 } from 'uuid';
import type { Json } from './json.ts';

/**
 * How an event came about: `live` as it happened, `backfill` from the time before the connection, `reconcile` by the
 * comparison of whole listings (deletions).
 */
export type Mode = 'live' | 'backfill' | 'reconcile';

/** Something that happened in an athlete's account, before it has its place in the stream. */
export interface DomainEvent {
  /** Name of the event type, such as `SleepScored`. */
  readonly type: string;
  /** Last part of the topic, such as `sleep`. */
  readonly topic: string;
  readonly resource: string;
  /** What it is about, unique with `resource` inside one connection. */
  readonly identity: readonly string[];
  /** Rises with each change of the identity, from 1. */
  readonly revision: number;
  readonly mode: Mode;
  /** RFC 3339, UTC. */
  readonly observedAt: string;
  /** RFC 3339, UTC: when the provider says that it changed; null where it says nothing. */
  readonly polarModifiedAt: string | null;
  readonly utcOffsetMinutes: number | null;
  /** Top-level fields of `data` that differ from the revision before. Only on revisions. */
  readonly changedFields?: readonly string[];
  readonly data: Json;
}

/** Whose stream an event belongs to. */
export interface Stream {
  readonly tenant: string;
  readonly topicPrefix: string;
  readonly connection: string;
  /** Null where it is a client's and no athlete's. */
  readonly userReference: string | null;
}

/** A Kafka message in CloudEvents 1.0 binary mode. */
export interface Message {
  readonly id: string;
  readonly topic: string;
  readonly key: string;
  readonly type: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty for a tombstone: a message without a value. */
  readonly payload: string;
}

/** Namespace of all event ids (a random UUID, fixed for ever). */
const namespace = 'b8a3b7cf-54a4-4f0e-9a55-6f2f0a6a1c6d';

/** The same change gets the same id, however often it is computed: a replay or a crash can't make a second one. */
export function eventId(
  connection: string,
  event: Pick<DomainEvent, 'resource' | 'identity' | 'type' | 'revision'>,
): string {
  return uuidv5(JSON.stringify([connection, event.resource, event.identity, event.type, event.revision]), namespace);
}

export function topicOf(prefix: string, topic: string): string {
  return `${prefix}.${topic}.v1`;
}

/** @param sequence place of the event in the connection's stream, from 1, without gaps */
export function toMessage(stream: Stream, event: DomainEvent, sequence: number, traceparent: string | null): Message {
  const id = eventId(stream.connection, event);
  return {
    id,
    topic: topicOf(stream.topicPrefix, event.topic),
    key: stream.userReference === null ? event.resource : stream.connection,
    type: typeOf(event),
    headers: { ...attributes(stream, event, id), ce_sequence: String(sequence), ...traced(traceparent) },
    payload: payloadOf(stream, event),
  };
}

/** @returns the headers that every message has */
export function attributes(stream: Stream, event: DomainEvent, id: string): Readonly<Record<string, string>> {
  const source = `/tenants/${stream.tenant}`;
  return {
    'content-type': 'application/json',
    ce_specversion: '1.0',
    ce_id: id,
    ce_source: stream.userReference === null ? source : `${source}/connections/${stream.connection}`,
    ce_type: typeOf(event),
    ce_subject: pathOf([event.resource, ...event.identity]),
    ce_time: event.polarModifiedAt ?? event.observedAt,
    ce_dataschema: `urn:accesslink-bridge:schema:${event.type}:v1`,
    ce_tenant: stream.tenant,
    ce_mode: event.mode,
    ce_revision: String(event.revision),
  };
}

/** Where an event has its place in an order: a connection's id, or `client` for what concerns all athletes of a tenant. */
export function streamOf(headers: Readonly<Record<string, string>>): {
  readonly tenant: string;
  readonly stream: string;
} {
  const { ce_tenant: tenant = '', ce_source: source = '' } = headers;
  return { tenant, stream: source.split('/')[4] ?? 'client' };
}

export function traced(traceparent: string | null): Readonly<Record<string, string>> {
  return traceparent === null ? {} : { ce_traceparent: traceparent };
}

export function payloadOf({ connection, userReference }: Stream, event: DomainEvent): string {
  return JSON.stringify({
    connection: userReference === null ? null : connection,
    userReference,
    resource: event.resource,
    identity: event.identity,
    revision: event.revision,
    mode: event.mode,
    observedAt: event.observedAt,
    polarModifiedAt: event.polarModifiedAt,
    utcOffsetMinutes: event.utcOffsetMinutes,
    ...(event.changedFields === undefined ? {} : { changedFields: event.changedFields }),
    data: event.data,
  });
}

/** Parts in one text that keeps them apart, whatever is in them. */
export function pathOf(parts: readonly string[]): string {
  return parts.map(encodeURIComponent).join('/');
}

export function typeOf({ type }: Pick<DomainEvent, 'type'>): string {
  return `accesslink.${type}.v1`;
}
