import { describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  addDays,
  at as jsonAt,
  diff,
  emptyCursor,
  eventTypes,
  isDated,
  KnownSnapshots,
  plan,
  read,
  snapshotKey,
  type Changes,
  type Json,
  type Resource,
  type Snapshot,
  type Tick,
  type Window,
  earliestToday,
  firstSchedule,
} from '#core';
import { resources, topics } from '#resources';

const folder = join(import.meta.dirname, '../../libs/resources/src');

/** The provider's scopes: there are no others. */
const scopes = (
  'activity calendar continuous_samples devices nightly_recharge ppi_data profile routes skin_contact sleep sports ' +
  'temperature_measurement tests training_sessions training_targets user_subscription'
)
  .split(' ')
  .map((name) => `${name}:read`);

/** One day, or all there is, of invented data in the live envelope, and what has to be told of it. */
interface Fixture {
  readonly body: Json;
  /** The same day in the listing of a two-phase resource. */
  readonly list?: Json;
  /** Event types at first sight, in order. */
  readonly first: readonly string[];
  readonly change: { readonly path: readonly (string | number)[]; readonly to: Json };
  /** Event types after the change. */
  readonly revised: readonly string[];
  /** Where inside an item a field that nobody foresaw is put; by default in the item itself. */
  readonly unforeseenIn?: readonly (string | number)[];
}

const date = '2026-06-14';
const at = Date.parse('2026-06-14T12:00:00Z');

it('no topic and no event type belongs to two', () => {
  expect(topics()).toEqual([...new Set(topics())]);
  const types = resources.flatMap(eventTypes);
  expect(types).toEqual([...new Set(types)]);
});

describe.each(resources)('the resource $name', (resource) => {
  const file = join(folder, resource.name, 'fixture.json');
  const fixture = JSON.parse(readFileSync(file, 'utf8')) as Fixture;

  it('is in a folder of its name, with descriptor, schema and fixture', () => {
    expect(readdirSync(join(folder, resource.name))).toEqual(
      expect.arrayContaining(['descriptor.ts', 'fixture.json', 'upstream.json']),
    );
    expect(existsSync(file)).toBe(true);
  });

  it('needs a scope that the provider has, a path, and a topic that Kafka takes', () => {
    expect(scopes).toContain(resource.scope);
    expect(resource.request.path).toMatch(/^\/[a-z-]+(\/[a-z-]+|\/\{key\})*$/);
    expect(resource.topic).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  it('watches no more at once than one request lists, wherever the athlete may be', () => {
    for (const hour of [0, 6, 11, 12, 18, 23]) {
      const moment = at + hour * 3_600_000;
      const tick = tickOf(resource, moment, {
        connection: { ...tickOf(resource, at).connection, utcOffsetMinutes: null },
        cursor: { ...emptyCursor, listedOn: earliestToday(moment, null) },
      });
      expect(plan(tick)).toHaveLength(resource.request.shape === 'referenced' ? 0 : 1);
    }
  });

  it('reads its fixture into facts of that day, each with its identity', () => {
    const { facts, empty } = read(resource, detail(resource), fixture.body);
    expect(empty).toBe(false);
    expect(facts.map((fact) => fact.date)).toEqual(facts.map(() => (isDated(resource.request) ? date : null)));
    expect(facts.every(({ content }) => content !== null)).toBe(true);
    const keys = facts.map(({ entity, identity }) => snapshotKey(entity, identity));
    expect(keys).toEqual([...new Set(keys)]);
    expect(facts.every(({ entity }) => entity in resource.entities)).toBe(true);
  });

  it('is read in every envelope that is known, and takes each of them empty for no data', () => {
    const { facts } = read(resource, detail(resource), fixture.body);
    const inner = innerOf(resource, fixture.body);
    for (const path of resource.envelope) {
      const wrapped = (value: Json): Json => path.reduceRight<Json>((body, key) => ({ [key]: body }), value);
      expect(read(resource, detail(resource), wrapped(inner)).facts).toEqual(facts);
      const nothing = read(resource, detail(resource), wrapped(Array.isArray(inner) ? [] : {}));
      expect(nothing).toMatchObject({ facts: [], empty: true });
    }
  });

  it('tells of it once, again when a field changed, and not when it is read again', () => {
    const observer = new Observer(resource);
    const wants = (): readonly string[] =>
      fixture.list === undefined ? [] : Object.keys(observer.see(fixture.list, listing(resource)).cursor.wanted);
    expect(wants()).toEqual(fixture.list === undefined ? [] : [date]);
    expect(types(observer.see(fixture.body))).toEqual(fixture.first);
    expect(types(observer.see(fixture.body))).toEqual([]);
    expect(wants()).toEqual([]);

    const changed = withField(
      fixture.body,
      [...itemIn(resource, fixture.body), ...fixture.change.path],
      fixture.change.to,
    );
    expect(changed).not.toEqual(fixture.body);
    const revised = observer.see(changed);
    expect(types(revised)).toEqual(fixture.revised);
    expect(revised.events.every(({ revision }) => revision === 2)).toBe(true);
    const fields = revised.events.flatMap(({ changedFields }) => changedFields ?? []);
    expect(fields.length).toBeGreaterThan(0);
    expect(types(observer.see(changed))).toEqual([]);
  });

  it('keeps a field that nobody foresaw, and tells when it changes', () => {
    const observer = new Observer(resource);
    const place = [...itemIn(resource, fixture.body), ...(fixture.unforeseenIn ?? []), 'unforeseen'];
    const having = (value: Json): Json => withField(fixture.body, place, value);
    const first = observer.see(having('SOME_NEW_VALUE')).events.map(({ data }) => JSON.stringify(data));
    expect(first.filter((data) => data.includes('"unforeseen":"SOME_NEW_VALUE"')).length).toBeGreaterThan(0);
    const again = observer.see(having('ANOTHER')).events;
    expect(again.map(({ revision }) => revision)).toEqual(again.map(() => 2));
    expect(again.some(({ data }) => JSON.stringify(data).includes('"unforeseen":"ANOTHER"'))).toBe(true);
  });
});

function tickOf(resource: Resource, moment: number, overrides: Partial<Tick> = {}): Tick {
  return {
    resource,
    kind: 'live',
    connection: { id: 'c1', tenant: 'acme', utcOffsetMinutes: 180, establishedOn: '2026-06-01' },
    polling: {
      minSeconds: 300,
      maxSeconds: 43_200,
      backfillDays: 28,
      confirmDeletionSeconds: 3600,
      finaliseSeconds: 86_400,
    },
    topicPrefix: 'polar.acme',
    keepsState: false,
    cursor: emptyCursor,
    intervalSeconds: 300,
    schedule: firstSchedule(resource, { minSeconds: 300, maxSeconds: 43_200 }),
    failures: 0,
    leaseToken: 'lease',
    at: moment,
    backfilling: false,
    siblingsHealthy: true,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    ...overrides,
  };
}

/** The request that brings the data. */
function detail({ request }: Resource): Window {
  const day = { from: date, to: addDays(date, 1) };
  if (request.shape === 'listing')
    return { ...day, phase: 'detail', features: request.detail.features, reason: 'wanted' };
  if (request.shape === 'referenced') return { phase: 'detail', from: '77', to: '77', features: [], reason: 'wanted' };
  return { ...day, phase: 'list', features: request.features, reason: 'listing' };
}

function listing({ request }: Resource): Window {
  return { phase: 'list', from: date, to: addDays(date, 1), features: request.features, reason: 'listing' };
}

class Observer {
  readonly #resource: Resource;
  readonly #snapshots = new Map<string, Snapshot>();
  #moment = at;

  constructor(resource: Resource) {
    this.#resource = resource;
  }

  see(body: Json, window = detail(this.#resource)): Changes {
    const tick = tickOf(this.#resource, (this.#moment += 60_000));
    const known = new KnownSnapshots([...this.#snapshots.values()]);
    const changes = diff(tick, known, [read(this.#resource, window, body)]);
    for (const one of changes.snapshots) this.#snapshots.set(snapshotKey(one.entity, one.identity), one);
    return changes;
  }
}

function types({ events }: Changes): readonly string[] {
  return events.map(({ type }) => type);
}

type Path = readonly (string | number)[];

/** Where the first item of a body stands. */
function itemIn(resource: Resource, body: Json): Path {
  const path = envelopeOf(resource, body);
  return Array.isArray(jsonAt(body, path)) ? [...path, 0] : path;
}

/** What the envelope holds: a list, or the one item. */
function innerOf(resource: Resource, body: Json): Json {
  return jsonAt(body, envelopeOf(resource, body)) ?? null;
}

function envelopeOf({ envelope }: Resource, body: Json): readonly string[] {
  const path = envelope.find((one) => jsonAt(body, one) !== undefined);
  if (path === undefined) throw new Error(`the fixture's body has none of the envelopes ${JSON.stringify(envelope)}`);
  return path;
}

function withField(body: Json, path: Path, value: Json): Json {
  const copy = structuredClone(body) as Record<string | number, unknown>;
  let here = copy;
  for (const step of path.slice(0, -1)) {
    if (typeof here[step] !== 'object') throw new Error(`the fixture has no ${path.join('.')}`);
    here = here[step] as Record<string | number, unknown>;
  }
  here[path.at(-1) ?? ''] = value;
  return copy as Json;
}
