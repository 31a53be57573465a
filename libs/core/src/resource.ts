import type { LocalDate } from './calendar.ts';
import type { JsonObject } from './json.ts';
import type { UpstreamSchema } from './normalise.ts';

/** How the provider wants the days of a range spelled (observed live; its documentation says "date" for all). */
export type DateDialect = 'date' | 'local-date-time';

/** The range that is listed on every live poll, in days before and after today. */
export interface Watch {
  readonly before: number;
  readonly after: number;
}

interface Listing {
  readonly path: string;
  readonly dialect: DateDialect;
  /** Most days in one listing. */
  readonly days: number;
  readonly watch: Watch;
  /** Features that the listing asks for. */
  readonly features: readonly string[];
}

/** The listing is the data. */
export interface RangeRequest extends Listing {
  readonly shape: 'range';
}

/** The listing says which days are of interest; the data of a day is one more request. */
export interface ListingRequest extends Listing {
  readonly shape: 'listing';
  readonly detail: { readonly features: readonly string[] };
  /**
   * Whether details are read again by themselves, more rarely with age: for a resource whose listing has no marker, so
   * that an edit without any trigger is still found.
   */
  readonly sweep: boolean;
}

export type RequestShape = RangeRequest | ListingRequest;

export function range(
  request: Omit<RangeRequest, 'shape' | 'features' | 'dialect'> & Partial<RangeRequest>,
): RangeRequest {
  return { dialect: 'date', features: [], ...request, shape: 'range' };
}

export function listing(
  request: Omit<ListingRequest, 'shape' | 'features' | 'dialect' | 'sweep'> & Partial<ListingRequest>,
): ListingRequest {
  return { dialect: 'date', features: [], sweep: false, ...request, shape: 'listing' };
}

/** One thing that a body told us: an item, or a part of an item that changes and is published for itself. */
export interface Fact {
  /** Which of the resource's entities. */
  readonly entity: string;
  /** Unique inside the entity. */
  readonly identity: readonly string[];
  /** The local date that the provider files it under. */
  readonly date: LocalDate;
  /** The provider's change marker; null where it has none. */
  readonly marker: string | null;
  /** What is compared and published; null from a listing that only says that it exists. */
  readonly content: JsonObject | null;
  /** RFC 3339, UTC; null where the provider says nothing. */
  readonly polarModifiedAt: string | null;
  readonly utcOffsetMinutes: number | null;
}

/** The event types of an entity. */
export interface EntityEvents {
  /** First sight of an identity. */
  readonly recorded: string;
  /** Other content than before. May be the same as `recorded` where the catalogue has one type for both. */
  readonly revised: string;
  /** Only for the main entity. */
  readonly deleted?: string;
  /** The day is over and has been unchanged for long enough. */
  readonly finalised?: string;
  /** A field that appears for the first time is an event of its own, with only these fields as data. */
  readonly appears?: Readonly<Record<string, { readonly type: string; readonly fields: readonly string[] }>>;
}

export interface Entity {
  readonly events: EntityEvents;
  /** Fields that may differ without being a change: dotted paths, `*` for list entries. */
  readonly volatile: readonly string[];
}

/** A Polar resource: everything that the bridge knows of it. */
export interface Resource {
  /** Also the name of its folder. */
  readonly name: string;
  readonly scope: string;
  /** Last part of the topic. */
  readonly topic: string;
  readonly request: RequestShape;
  /** Where the list of items is: the first path that is there wins. Documented and live forms. */
  readonly envelope: readonly (readonly string[])[];
  /** The provider's schema of one item. */
  readonly schema: UpstreamSchema;
  /** The first one is the main entity: the one that listings are compared with to find deletions. */
  readonly entities: Readonly<Record<string, Entity>>;
  /** @returns the facts in one item, parts before the whole; without content when `phase` is the listing of a two-phase resource */
  readonly facts: (item: JsonObject, phase: Phase) => readonly Fact[];
  /** Resources whose day is read again when an item of this one changed. */
  readonly triggers: readonly string[];
}

export type Phase = 'list' | 'detail';

export interface ResourceDefinition extends Omit<Resource, 'entities' | 'triggers'> {
  readonly entities: Readonly<Record<string, { readonly events: EntityEvents; readonly volatile?: readonly string[] }>>;
  readonly triggers?: readonly string[];
}

/** @throws TypeError when the definition can't be true, with what is wrong and where */
export function defineResource(definition: ResourceDefinition): Resource {
  const entities = Object.entries(definition.entities).map(
    ([name, entity]) => [name, { volatile: [], ...entity }] as const,
  );
  if (entities.length === 0) throw new TypeError(`resource ${definition.name}: at least one entity is needed`);
  if (definition.envelope.length === 0)
    throw new TypeError(`resource ${definition.name}: at least one envelope path is needed`);
  for (const [name, entity] of entities.slice(1)) {
    if (entity.events.deleted !== undefined) {
      throw new TypeError(
        `resource ${definition.name}: entity ${name} has a \`deleted\` event, which only the main entity may have`,
      );
    }
  }
  // An event's id is made of its identity, type and revision, and entities may share an identity.
  const types = entities.flatMap(([, { events }]) => [...new Set(typesOf(events))]);
  const twice = types.find((type, index) => types.indexOf(type) !== index);
  if (twice !== undefined)
    throw new TypeError(`resource ${definition.name}: the event type ${twice} is used by two entities`);
  return Object.freeze({ triggers: [], ...definition, entities: Object.fromEntries(entities) });
}

export function mainEntity(resource: Resource): string {
  return Object.keys(resource.entities)[0] ?? resource.name;
}

/** Every event type that a resource can emit. */
export function eventTypes(resource: Resource): readonly string[] {
  return [...new Set(Object.values(resource.entities).flatMap(({ events }) => typesOf(events)))];
}

function typesOf(events: EntityEvents): readonly string[] {
  return [
    events.recorded,
    events.revised,
    ...(events.deleted === undefined ? [] : [events.deleted]),
    ...(events.finalised === undefined ? [] : [events.finalised]),
    ...Object.values(events.appears ?? {}).map(({ type }) => type),
  ];
}
