import { advance } from './advance.ts';
import { addDays, earliestToday, eachDay, type LocalDate } from './calendar.ts';
import { fingerprint, isComparable, withoutPaths } from './canonical.ts';
import type { Cursor } from './cursor.ts';
import { historyFrom, retentionDays } from './history.ts';
import type { DomainEvent } from './event.ts';
import { at, type JsonObject } from './json.ts';
import { newsOf, type News } from './news.ts';
import type { Fetched } from './read.ts';
import { mainEntity, type Entity, type Fact, type Resource, type Turn } from './resource.ts';
import { identityText, snapshotKey, type KnownSnapshots, type Snapshot } from './snapshot.ts';
import { about, goneState, lostParts, type FactState } from './state.ts';
import type { Tick } from './tick.ts';

/** Everything that one poll found, to be written in one transaction. */
export interface Changes {
  readonly snapshots: readonly Snapshot[];
  readonly events: readonly DomainEvent[];
  /** What the facts that changed are now; empty where the tenant wants no states. */
  readonly states: readonly FactState[];
  /** Where the target stands after this poll. */
  readonly cursor: Cursor;
  /** Days, or keys, that other resources of the connection have to read again. */
  readonly triggers: readonly { readonly resource: string; readonly dates: readonly LocalDate[] }[];
  /** Identities whose marker moved while their content did not. */
  readonly markerOnly: number;
  /** What the listing, if there was one, tells of how often the target changes. */
  readonly news: News;
  /** Days that a sync of the athlete's watch has touched; null where nothing tells of one. */
  readonly synced: readonly LocalDate[] | null;
  /** Whether any answer held something. */
  readonly heldData: boolean;
  /** The athlete's offset where the data tells it, else null. */
  readonly utcOffsetMinutes: number | null;
}

/** Compares what was fetched with what is known. Pure: the clock is `tick.at`. */
export function diff(tick: Tick, known: KnownSnapshots, fetched: readonly Fetched[]): Changes {
  const found = fetched.filter(({ failure }) => failure === undefined);
  const all = found.flatMap((one) => one.facts);
  const facts = lastWords(all.filter((fact) => ours(tick, fact)));
  const compared = facts.map((fact) => compare(tick, fact, known));
  const absent = missing(tick, known, found);

  const lost = lostParts(tick, known, facts);

  const snapshots = [...compared, ...absent, ...lost].flatMap(({ snapshot }) => snapshot ?? []);
  const events = [...compared, ...absent].flatMap((one) => one.events);
  const states = [...compared, ...absent, ...lost].flatMap(({ state }) => state ?? []);
  const wanted = new Set(compared.flatMap(({ want }) => (want === undefined ? [] : [want])));
  const main = mainEntity(tick.resource);
  const changedDates = [
    ...new Set(
      compared.flatMap(({ entity, events: told, date }) =>
        entity !== main || told.length === 0 || date === null ? [] : [date],
      ),
    ),
  ];
  return {
    snapshots,
    states,
    ...advance(tick, fetched, {
      events,
      missing: absent.flatMap(({ date, missingSince: since }) => (since === undefined ? [] : [{ date, since }])),
      wanted: [...wanted],
      open: openDays(tick, compared, found),
    }),
    triggers: [
      ...(changedDates.length === 0
        ? []
        : tick.resource.triggers.map((resource) => ({ resource, dates: changedDates }))),
      ...referred(facts.filter((_, index) => (compared[index]?.events.length ?? 0) > 0)),
    ],
    markerOnly: compared.filter((one) => one.markerOnly === true && one.entity === main).length,
    news: newsOf(
      tick,
      tick.cursor.listedOn === undefined
        ? lastWords(all).filter(({ entity }) => entity === main)
        : facts.filter((_, index) => isMoved(tick, compared[index], readAgain(found))),
      facts,
      found,
    ),
    synced: syncedDays(tick, compared, found),
    heldData: found.some(({ empty }) => !empty),
    utcOffsetMinutes: learnedOffset(
      tick,
      facts.filter((_, index) => (compared[index]?.events.length ?? 0) > 0),
    ),
  };
}

/**
 * The first listing finds everything new, so it tells of no sync. Neither does a day that was read because it was wanted:
 * whatever wanted it has told of the sync, perhaps long ago; and neither does an old day that is found to be another one.
 */
function syncedDays(tick: Tick, compared: readonly Compared[], found: readonly Fetched[]): readonly LocalDate[] | null {
  if (!tick.resource.hot || tick.kind === 'backfill' || tick.cursor.listedOn === undefined) return null;
  const wanted = readAgain(found);
  const old = found.flatMap(({ window }) => (window.reason === 'reconcile' ? [window] : []));
  const moved = compared.filter(
    (one) =>
      !old.some(({ from, to }) => from <= (one.date ?? '') && (one.date ?? '') < to) && isMoved(tick, one, wanted),
  );
  const days = [...new Set(moved.flatMap(({ date }) => date ?? []))].toSorted();
  return days.length === 0 ? null : days;
}

/** Days that were asked for because they were wanted: what is new of them has been told of before. */
function readAgain(found: readonly Fetched[]): ReadonlySet<LocalDate> {
  return new Set(found.flatMap(({ window }) => (window.reason === 'wanted' ? [window.from] : [])));
}

/** Whether the athlete's data moved there: by a listing's word or by other content, but not only by being read again. */
function isMoved(tick: Tick, one: Compared | undefined, wanted: ReadonlySet<LocalDate>): boolean {
  if (one === undefined) return false;
  const { entity, date, events, markerOnly, want } = one;
  if (want !== undefined) return true;
  return entity === mainEntity(tick.resource) && !wanted.has(date ?? '') && (events.length > 0 || markerOnly === true);
}

/** What changed things refer to is read again with them. */
function referred(changed: readonly Fact[]): Changes['triggers'] {
  const all = changed.flatMap(({ references }) => Object.entries(references ?? {}));
  return [...Map.groupBy(all, ([resource]) => resource)].map(([resource, found]) => ({
    resource,
    dates: [...new Set(found.flatMap(([, keys]) => keys))],
  }));
}

/**
 * One fact per identity: two requests of a poll may tell of the same thing (a session that crosses midnight), and a
 * detail serves the listing before it. The last one counts, but none without content replaces one with it.
 */
function lastWords(facts: readonly Fact[]): readonly Fact[] {
  const told = new Set(
    facts
      .filter(({ content }) => content !== null)
      .flatMap(({ entity, identity }) => identity.map((_, at) => snapshotKey(entity, identity.slice(0, at + 1)))),
  );
  const byKey = new Map<string, Fact>();
  for (const fact of facts) {
    const key = snapshotKey(fact.entity, fact.identity);
    if (fact.content !== null || !told.has(key)) byKey.set(key, fact);
  }
  return [...byKey.values()];
}

/** News only, and of these days only: what is read again of an old day tells where the athlete was then. */
function learnedOffset(tick: Tick, news: readonly Fact[]): number | null {
  const known = tick.connection.utcOffsetMinutes;
  const recent = addDays(earliestToday(tick.at, known), -1);
  const newest = news
    .filter((fact) => fact.utcOffsetMinutes !== null && (known === null || (fact.date ?? recent) >= recent))
    .toSorted((a, b) => ((a.date ?? recent) < (b.date ?? recent) ? 1 : -1))[0];
  return newest?.utcOffsetMinutes ?? null;
}

/**
 * Days before the connection belong to the backfill as long as it runs, all others to the live poll. What is older than the
 * history that the tenant asked for belongs to nobody.
 */
function ours(tick: Tick, fact: Fact): boolean {
  const { establishedOn } = tick.connection;
  if (fact.date === null) return true;
  if (tick.kind === 'backfill') {
    const { from, to } = tick.cursor.backfill ?? { from: '', to: establishedOn };
    return from <= fact.date && fact.date < to;
  }
  return fact.date >= (tick.backfilling ? establishedOn : historyFrom(tick));
}

interface Compared {
  readonly date: LocalDate | null;
  readonly entity: string;
  readonly events: readonly DomainEvent[];
  readonly snapshot?: Snapshot;
  /** Only where the tenant wants states. */
  readonly state?: FactState;
  /** The day whose detail has to be read. */
  readonly want?: LocalDate;
  readonly markerOnly?: boolean;
  /** Final already, or not of a kind that becomes final. */
  readonly final?: boolean;
  /** Epoch ms of the first lack of an identity that is missing without a proof yet. */
  readonly missingSince?: number;
}

function compare(tick: Tick, fact: Fact, known: KnownSnapshots): Compared {
  return fact.content === null
    ? compareListed(fact, known.under(fact.entity, fact.identity))
    : compareContent(tick, fact, fact.content, known.get(fact.entity, fact.identity));
}

/**
 * A listing of a two-phase resource: new, returned, or with a moved marker means that the day's detail is to be read.
 * One read brings all parts of what it lists, so it is enough that any of them has the marker.
 */
function compareListed(fact: Fact, before: readonly Snapshot[]): Compared {
  const base = { date: fact.date, entity: fact.entity, events: [] };
  const want = fact.date === null ? {} : { want: fact.date };
  const there = before.filter(({ hash, goneAt }) => hash !== null && goneAt === null);
  const missing = there.find(({ missingSince }) => missingSince !== null);
  return {
    ...base,
    ...(there.some(({ marker }) => marker === fact.marker) ? {} : want),
    ...(missing === undefined ? {} : { snapshot: { ...missing, missingSince: null } }),
  };
}

function compareContent(tick: Tick, fact: Fact, content: JsonObject, before: Snapshot | undefined): Compared {
  const entity = entityOf(tick.resource, fact.entity);
  const stable = withoutPaths(content, entity.volatile);
  const turns = (entity.events.turns ?? []).map(({ field }) => field);
  const { hash, fields } = fingerprint(stable, turns);
  const base = { date: fact.date, entity: fact.entity };

  if (before !== undefined && before.goneAt === null && before.hash === hash) {
    const finalised = finalise(tick, entity, fact, content, before);
    if (finalised !== undefined) return { ...base, ...finalised, final: true };
    const moved = before.marker !== fact.marker;
    const final = before.finalisedRevision === before.revision;
    if (!moved && before.missingSince === null) return { ...base, events: [], final };
    if (fact.entity !== mainEntity(tick.resource) && before.missingSince !== null) {
      // See `lostParts`.
      const revision = before.revision + 1;
      const snapshot = { ...before, revision, marker: fact.marker, missingSince: null };
      return { ...base, events: [], snapshot, ...stated(tick, fact, content, revision, before), final };
    }
    return {
      ...base,
      events: [],
      snapshot: { ...before, marker: fact.marker, missingSince: null },
      markerOnly: moved,
      final,
    };
  }

  if (before?.hash != null && before.goneAt === null && before.marker === fact.marker && !isComparable(before.hash)) {
    // An upgrade must not tell the world anew: same marker, so the content is taken for the same.
    return { ...base, events: [], snapshot: { ...before, hash, fields, missingSince: null } };
  }
  const snapshot: Snapshot = {
    entity: fact.entity,
    identity: fact.identity,
    date: fact.date,
    marker: fact.marker,
    hash,
    fields,
    revision: (before?.revision ?? 0) + 1,
    changedAt: tick.at,
    missingSince: null,
    goneAt: null,
    finalisedRevision: before?.finalisedRevision ?? null,
  };
  const known = before === undefined || before.goneAt !== null || before.hash === null ? undefined : before;
  const events = fact.isUntold === true ? [] : contentEvents(tick, entity, fact, content, known, snapshot);
  return { ...base, snapshot, events, ...stated(tick, fact, content, snapshot.revision, known) };
}

/** @param before what was known of it, unless it was gone */
function stated(
  tick: Tick,
  fact: Fact,
  content: JsonObject,
  revision: number,
  before: Snapshot | undefined,
): { readonly state?: FactState } {
  if (!tick.keepsState || (fact.isUntold === true && before === undefined)) return {};
  const data = fact.isUntold === true ? null : content;
  return { state: { ...about(tick, fact, revision), entity: fact.entity, data } };
}

function contentEvents(
  tick: Tick,
  entity: Entity,
  fact: Fact,
  content: JsonObject,
  before: Snapshot | undefined,
  now: Snapshot,
): readonly DomainEvent[] {
  const changed = [...new Set([...Object.keys(before?.fields ?? {}), ...Object.keys(now.fields)])]
    .filter((field) => before?.fields[field] !== now.fields[field])
    .toSorted();
  const appeared = Object.keys(entity.events.appears ?? {}).filter(
    (field) => field in now.fields && !(field in (before?.fields ?? {})),
  );
  const turned = before === undefined ? [] : turnsOf(entity, content, changed);
  const told = new Set([...appeared, ...turned.map(({ field }) => field)]);
  const others = changed.filter((field) => !told.has(field));

  const { recorded, kinds } = entity.events;
  const first =
    before === undefined ? [event(tick, fact, now.revision, kinds?.[fact.kind ?? ''] ?? recorded, content)] : [];
  const turns = [...Map.groupBy(turned, ({ type }) => type)].map(([type, same]) => ({
    ...event(tick, fact, now.revision, type, content),
    changedFields: same.map(({ field }) => field),
  }));
  const revised =
    before !== undefined && others.length > 0
      ? [{ ...event(tick, fact, now.revision, entity.events.revised, content), changedFields: others }]
      : [];
  const appearances = appeared.map((field) => {
    const { type, fields } = entity.events.appears?.[field] ?? { type: entity.events.revised, fields: [field] };
    const part = Object.fromEntries(Object.entries(content).filter(([name]) => fields.includes(name)));
    return event(tick, fact, now.revision, type, part);
  });
  return [...first, ...turns, ...revised, ...appearances];
}

function turnsOf({ events }: Entity, content: JsonObject, changed: readonly string[]): readonly Turn[] {
  const fitting = (events.turns ?? []).filter(
    ({ field, to }) => changed.includes(field) && (to === undefined || at(content, field.split('.')) === to),
  );
  return [...new Map(fitting.toReversed().map((turn) => [turn.field, turn])).values()].toReversed();
}

/** A day that is over and has not changed for `finaliseSeconds`: seen by this very read, so it is not an assumption. */
function finalise(
  tick: Tick,
  entity: Entity,
  fact: Fact,
  content: JsonObject,
  before: Snapshot,
): Omit<Compared, 'date' | 'entity'> | undefined {
  const type = entity.events.finalised;
  if (type === undefined || before.finalisedRevision === before.revision) return undefined;
  if (fact.date === null || fact.date >= earliestToday(tick.at, tick.connection.utcOffsetMinutes)) return undefined;
  if (tick.at - before.changedAt < tick.polling.finaliseSeconds * 1000) return undefined;
  return {
    events: [event(tick, fact, before.revision, type, content)],
    snapshot: { ...before, marker: fact.marker, missingSince: null, finalisedRevision: before.revision },
  };
}

/**
 * Identities that a complete listing lacks. The first lack is noted, a second one at least `confirmDeletionSeconds` later
 * proves the deletion; never during a backfill, outside the retention, or from an empty answer while the athlete's
 * other resources fail.
 */
function missing(tick: Tick, known: KnownSnapshots, found: readonly Fetched[]): readonly Compared[] {
  const main = mainEntity(tick.resource);
  const deleted = entityOf(tick.resource, main).events.deleted;
  if (deleted === undefined || tick.kind === 'backfill' || tick.backfilling || tick.refilling !== undefined) return [];
  const oldest = addDays(earliestToday(tick.at, tick.connection.utcOffsetMinutes), 1 - retentionDays);
  const listed = found.filter(
    ({ window, empty, isPartial }) => window.phase === 'list' && isPartial !== true && (!empty || tick.siblingsHealthy),
  );
  const seen = new Set(
    found.flatMap(({ facts }) =>
      facts.filter(({ entity }) => entity === main).map(({ identity }) => identityText(identity)),
    ),
  );

  return known
    .all()
    .filter(
      (one) =>
        one.entity === main &&
        one.goneAt === null &&
        (one.date ?? oldest) >= oldest &&
        !seen.has(identityText(one.identity)),
    )
    .filter(({ date }) => listed.some(({ window }) => date === null || (window.from <= date && date < window.to)))
    .flatMap((one) => absence(tick, deleted, one));
}

function absence(tick: Tick, deleted: string, one: Snapshot): readonly Compared[] {
  const base = { date: one.date, entity: one.entity };
  if (one.missingSince === null)
    return [{ ...base, events: [], snapshot: { ...one, missingSince: tick.at }, missingSince: tick.at }];
  if (tick.at - one.missingSince < tick.polling.confirmDeletionSeconds * 1000)
    return [{ ...base, events: [], missingSince: one.missingSince }];
  const fact: Fact = {
    ...one,
    content: null,
    polarModifiedAt: null,
    utcOffsetMinutes: tick.connection.utcOffsetMinutes,
  };
  const revision = one.revision + 1;
  const data = { identity: one.identity, date: one.date, missingSince: new Date(one.missingSince).toISOString() };
  return [
    {
      ...base,
      events: [{ ...event(tick, fact, revision, deleted, data), mode: 'reconcile' }],
      snapshot: { ...one, revision, changedAt: tick.at, goneAt: tick.at },
      ...(tick.keepsState && { state: goneState(tick, { ...one, revision }) }),
    },
  ];
}

/** Which days stay open after this poll: a day is final when all of it is, and one that was asked for alone and is not there any more has nothing to wait for. */
function openDays(
  tick: Tick,
  compared: readonly Compared[],
  found: readonly Fetched[],
): Readonly<Record<LocalDate, number | null>> {
  const main = mainEntity(tick.resource);
  if (entityOf(tick.resource, main).events.finalised === undefined) return {};
  const seen = Map.groupBy(
    compared.filter(({ entity, date }) => entity === main && date !== null),
    ({ date }) => date ?? '',
  );
  const days: Record<LocalDate, number | null> = {};
  for (const [date, ones] of seen) {
    if (ones.every(({ final }) => final === true)) days[date] = null;
    else if (ones.some(({ final, events }) => final !== true && events.length > 0)) days[date] = tick.at;
  }
  const alone = found.filter(({ window }) => window.reason === 'final' || window.reason === 'suspect');
  for (const { window } of alone.filter(({ isPartial }) => isPartial !== true)) {
    for (const date of eachDay(window.from, window.to).filter((date) => date in tick.cursor.open)) {
      if (!seen.has(date)) days[date] = null;
      else if (window.reason === 'final' && days[date] === undefined) days[date] = tick.at;
    }
  }
  return days;
}

function event(tick: Tick, fact: Fact, revision: number, type: string, data: JsonObject): DomainEvent {
  return { type, ...about(tick, fact, revision), data };
}

function entityOf(resource: Resource, name: string): Entity {
  const entity = resource.entities[name];
  if (entity === undefined)
    throw new TypeError(
      `resource ${resource.name} has no entity ${name}; it has ${Object.keys(resource.entities).join(', ')}`,
    );
  return entity;
}
