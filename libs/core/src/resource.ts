import type { LocalDate } from './calendar.ts';
import type { Json, JsonObject } from './json.ts';
import type { UpstreamSchema } from './normalise.ts';

/** How the provider wants the days of a range spelled (observed live; its documentation says "date" for all). */
export type DateDialect = 'date' | 'local-date-time';

/** The range that is listed on every live poll, in days before and after today. */
export interface Watch {
  readonly before: number;
  readonly after: number;
}

interface Request {
  readonly path: string;
  /** Features that the listing asks for. */
  readonly features: readonly string[];
  /** How much slower than the tenant's `minSeconds` and `maxSeconds` it is polled: 12 is hourly at the default of 300 s. */
  readonly pace: number;
}

interface Dated extends Request {
  readonly dialect: DateDialect;
  /** Most days in one listing. */
  readonly days: number;
  readonly watch: Watch;
}

/** The listing is the data. */
export interface RangeRequest extends Dated {
  readonly shape: 'range';
}

/** The listing says which days are of interest; the data of a day is one more request. */
export interface ListingRequest extends Dated {
  readonly shape: 'listing';
  readonly detail: {
    readonly features: readonly string[];
    /** Most details in one poll, 5 unless told otherwise: fewer where each is a large body. */
    readonly most?: number;
    /** How many of all days have something to read, on average, for those nothing is known of. 1 unless told otherwise. */
    readonly perDay: number;
  };
  /**
   * Whether details are read again by themselves, more rarely with age: for a resource whose listing has no marker, so
   * that an edit without any trigger is still found.
   */
  readonly sweep: boolean;
}

/** All there is in one request, without a range: nothing in it belongs to a day. */
export interface WholeRequest extends Request {
  readonly shape: 'whole';
  readonly query: Readonly<Record<string, string>>;
  /** The answer is one item, or an image, instead of a list. */
  readonly single: boolean;
}

/** One request for each thing that other resources refer to; `{key}` in the path. Read again weekly. */
export interface ReferencedRequest extends Request {
  readonly shape: 'referenced';
}

export type DatedRequest = RangeRequest | ListingRequest;
export type RequestShape = DatedRequest | WholeRequest | ReferencedRequest;

type Given<Shape extends RequestShape, Optional extends keyof Shape> = Omit<Shape, 'shape' | Optional> & Partial<Shape>;

export function range(request: Given<RangeRequest, 'features' | 'dialect' | 'pace'>): RangeRequest {
  return { dialect: 'date', features: [], pace: 1, ...request, shape: 'range' };
}

export function listing(
  request: Omit<Given<ListingRequest, 'features' | 'dialect' | 'sweep' | 'pace'>, 'detail'> & {
    readonly detail: Omit<ListingRequest['detail'], 'perDay'> & { readonly perDay?: number };
  },
): ListingRequest {
  const detail = { perDay: 1, ...request.detail };
  return { dialect: 'date', features: [], sweep: false, pace: 1, ...request, detail, shape: 'listing' };
}

export function whole(request: Given<WholeRequest, 'features' | 'query' | 'single'>): WholeRequest {
  return { features: [], query: {}, single: false, ...request, shape: 'whole' };
}

export function referenced(request: Given<ReferencedRequest, 'features' | 'pace'>): ReferencedRequest {
  return { features: [], pace: 1, ...request, shape: 'referenced' };
}

export function isDated(request: RequestShape): request is DatedRequest {
  return request.shape === 'range' || request.shape === 'listing';
}

/** One thing that a body told us: an item, or a part of an item that changes and is published for itself. */
export interface Fact {
  /** Which of the resource's entities. */
  readonly entity: string;
  /** Which of the entity's kinds, where it has several. */
  readonly kind?: string;
  /** Unique inside the entity. From a listing it may be the beginning of what the detail tells apart: a day, of each device. */
  readonly identity: readonly string[];
  /** The local date that the provider files it under; null for what belongs to no day. */
  readonly date: LocalDate | null;
  /** The provider's change marker; null where it has none. */
  readonly marker: string | null;
  /** What is compared and published; null from a listing that only says that it exists. */
  readonly content: JsonObject | null;
  /** RFC 3339, UTC; null where the provider says nothing. */
  readonly polarModifiedAt: string | null;
  readonly utcOffsetMinutes: number | null;
  /** Only remembered, so that it is not asked for again: there is nothing in it to tell. */
  readonly isUntold?: boolean;
  /** What it refers to: keys by the resource that reads them. */
  readonly references?: Readonly<Record<string, readonly string[]>>;
}

/** A field whose change is an event of its own, and no part of a revision. */
export interface Turn {
  /** Dotted path. */
  readonly field: string;
  /** Only a change to this value. */
  readonly to?: Json;
  readonly type: string;
}

/** The event types of an entity. */
export interface EntityEvents {
  /** First sight of an identity. */
  readonly recorded: string;
  /** The same by kind, where each kind has a type of its own. */
  readonly kinds?: Readonly<Record<string, string>>;
  /** Other content than before. May be the same as `recorded` where the catalogue has one type for both. */
  readonly revised: string;
  /** Only for the main entity. */
  readonly deleted?: string;
  /** The day is over and has been unchanged for long enough. */
  readonly finalised?: string;
  /** A field that appears for the first time is an event of its own, with only these fields as data. */
  readonly appears?: Readonly<Record<string, { readonly type: string; readonly fields: readonly string[] }>>;
  /** Changes of these fields are told by their own types; the first one that fits a field counts. */
  readonly turns?: readonly Turn[];
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
  /**
   * @returns the facts in one item, parts before the whole; without content when `phase` is the listing of a two-phase
   *   resource. Of a large item one after the other, and undefined after a while of work, so that others may do theirs
   */
  readonly facts: (item: JsonObject, phase: Phase) => Iterable<Fact | undefined>;
  /** Resources whose day is read again when an item of this one changed. */
  readonly triggers: readonly string[];
  /** Same for every athlete of a client id: fetched once for all of them, with the token of any. */
  readonly perClient: boolean;
  /** Moves with every sync of a watch, so that its news tells of one. */
  readonly hot: boolean;
  /** Has one item a day at most, so that nothing new is to be expected once today's is there. */
  readonly isDaily: boolean;
}

export type Phase = 'list' | 'detail';

export interface ResourceDefinition extends Omit<Resource, 'entities' | 'triggers' | 'perClient' | 'hot' | 'isDaily'> {
  readonly entities: Readonly<Record<string, { readonly events: EntityEvents; readonly volatile?: readonly string[] }>>;
  readonly triggers?: readonly string[];
  readonly perClient?: boolean;
  readonly hot?: boolean;
  readonly isDaily?: boolean;
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
  for (const [name, { events }] of entities) {
    const turn = events.turns?.find(({ type }) => type === events.revised || type === events.recorded);
    if (turn !== undefined)
      throw new TypeError(
        `resource ${definition.name}: entity ${name} tells of ${turn.field} by ${turn.type}, which is its type for all other changes`,
      );
  }
  // An event's id is made of its identity, type and revision, and entities may share an identity.
  const types = entities.flatMap(([, { events }]) => [...new Set(typesOf(events))]);
  const twice = types.find((type, index) => types.indexOf(type) !== index);
  if (twice !== undefined)
    throw new TypeError(`resource ${definition.name}: the event type ${twice} is used by two entities`);
  return Object.freeze({
    triggers: [],
    perClient: false,
    hot: false,
    isDaily: false,
    ...definition,
    entities: Object.fromEntries(entities),
  });
}

/** All facts in an item, at once. */
export function factsIn(resource: Resource, item: JsonObject, phase: Phase): readonly Fact[] {
  return [...resource.facts(item, phase)].filter((fact) => fact !== undefined);
}

export function mainEntity(resource: Resource): string {
  return Object.keys(resource.entities)[0] ?? resource.name;
}

/** Every event type that a resource can emit. */
export function eventTypes(resource: Resource): readonly string[] {
  return [...new Set(Object.values(resource.entities).flatMap(({ events }) => typesOf(events)))];
}

/** @returns which of the entities is told of by this type of event; undefined where none is */
export function entityOfEvent({ entities }: Resource, type: string): string | undefined {
  return Object.entries(entities).find(([, { events }]) => typesOf(events).includes(type))?.[0];
}

function typesOf(events: EntityEvents): readonly string[] {
  return [
    events.recorded,
    ...Object.values(events.kinds ?? {}),
    events.revised,
    ...(events.deleted === undefined ? [] : [events.deleted]),
    ...(events.finalised === undefined ? [] : [events.finalised]),
    ...Object.values(events.appears ?? {}).map(({ type }) => type),
    ...(events.turns ?? []).map(({ type }) => type),
  ];
}
