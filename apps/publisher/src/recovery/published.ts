import {
  entityOfEvent,
  factsIn,
  identityText,
  isDated,
  isJsonObject,
  type Json,
  type JsonObject,
  type Resource,
} from '#core';
import type { ConnectionStatus, PublishedDrift, PublishedItem, PublishedLife, PublishedStream } from '#store';

/** A message of a topic of events. */
export interface EventMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly value: string;
}

interface Stream {
  readonly tenant: string;
  readonly connection: string | null;
  readonly sequences: Set<number>;
  readonly items: Map<string, PublishedItem>;
  readonly drifts: PublishedDrift[];
  life: PublishedLife | null;
}

interface Payload {
  readonly connection: string | null;
  readonly userReference: string | null;
  readonly resource: string;
  readonly identity: readonly string[];
  readonly revision: number;
  readonly observedAt: string;
  readonly data: Json;
}

const statuses: Readonly<Record<string, ConnectionStatus>> = {
  ConnectionEstablished: 'active',
  ConnectionRestored: 'active',
  AccessTokenRefreshFailed: 'degraded',
  ConsentRevoked: 'needs_reauth',
  ConnectionPaused: 'paused',
  ConnectionRemoved: 'revoked',
  ConnectionErased: 'erased',
};

/** What is known of each stream, from the messages that were read of it, in whatever order they came. */
export class PublishedStreams {
  readonly #resources: ReadonlyMap<string, Resource>;
  readonly #streams = new Map<string, Stream>();

  constructor(resources: readonly Resource[]) {
    this.#resources = new Map(resources.map((resource) => [resource.name, resource]));
  }

  add({ headers, value }: EventMessage): void {
    const { ce_tenant: tenant = '', ce_source: source = '', ce_type: fullType = '', ce_sequence: sequence } = headers;
    // A state has no place in the stream.
    if (sequence === undefined) return;
    const payload = JSON.parse(value) as Payload;
    const stream = this.#streamOf(source, tenant, payload.connection);
    stream.sequences.add(Number(sequence));
    const type = fullType.split('.')[1] ?? '';
    if (type === 'SchemaDriftDetected') stream.drifts.push(payload.data as unknown as PublishedDrift);
    else if (payload.resource === 'connection') stream.life = lifeAfter(stream.life, type, payload);
    else this.#addItem(stream, type, payload);
  }

  all(): readonly PublishedStream[] {
    return [...this.#streams.values()].map(({ sequences, items, ...stream }) => ({
      ...stream,
      sequences: [...sequences],
      items: [...items.values()],
    }));
  }

  #streamOf(source: string, tenant: string, connection: string | null): Stream {
    const known = this.#streams.get(source);
    if (known !== undefined) return known;
    const stream: Stream = { tenant, connection, sequences: new Set(), items: new Map(), drifts: [], life: null };
    this.#streams.set(source, stream);
    return stream;
  }

  #addItem({ items }: Stream, type: string, { resource: name, identity: parts, revision, data }: Payload): void {
    const resource = this.#resources.get(name);
    const entity = resource && entityOfEvent(resource, type);
    // What is told of the polling itself has no snapshot.
    if (resource === undefined || entity === undefined) return;
    const identity = identityText(parts);
    const key = `${name} ${entity} ${identity}`;
    const before = items.get(key);
    if (before !== undefined && before.revision >= revision) return;
    const date = dateOf(resource, entity, parts, data) ?? before?.date ?? null;
    const isGone = type === resource.entities[entity]?.events.deleted;
    items.set(key, { resource: name, entity, identity, date, revision, isGone });
  }
}

/** Messages of one topic and key come in order; a replay brings older ones again. */
function lifeAfter(before: PublishedLife | null, type: string, payload: Payload): PublishedLife {
  if (before !== null && payload.revision <= before.revision) return before;
  const data = (payload.data ?? {}) as JsonObject;
  const status = statuses[type];
  return {
    revision: payload.revision,
    userReference: payload.userReference ?? before?.userReference ?? '',
    polarUserId: textOf(data['polarUserId']) ?? before?.polarUserId ?? null,
    scopes: Array.isArray(data['scopes']) ? data['scopes'].map(String) : (before?.scopes ?? null),
    status: status ?? before?.status ?? null,
    statusReason: status === undefined ? (before?.statusReason ?? null) : reasonOf(status, data),
    deletionRequired: status === undefined ? (before?.deletionRequired ?? false) : data['deletionRequired'] === true,
    at: new Date(payload.observedAt),
  };
}

/** What is published of an item has, without its series, what tells its day; or its identity does. */
function dateOf(resource: Resource, entity: string, identity: readonly string[], data: Json): string | undefined {
  const content = isJsonObject(data) ? data : {};
  const facts = (['list', 'detail'] as const).flatMap((phase) => factsIn(resource, content, phase));
  const same = facts.find((one) => one.entity === entity && identityText(one.identity) === identityText(identity));
  return [same?.date ?? '', ...(isDated(resource.request) ? identity : [])].find((text) => isDate.test(text));
}

const isDate = /^\d{4}-\d\d-\d\d$/;

const reasonOf = (status: ConnectionStatus, data: JsonObject): string | null =>
  status === 'active' ? null : textOf(data['reason']);

const textOf = (value: Json | undefined): string | null => (typeof value === 'string' ? value : null);
