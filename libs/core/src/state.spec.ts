import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { emptyCursor } from './cursor.ts';
import { diff, type Changes } from './diff.ts';
import type { Stream } from './event.ts';
import type { JsonObject } from './json.ts';
import { read } from './read.ts';
import { defineResource, range, type Fact, type Resource } from './resource.ts';
import { goneState, stateKey, stateMessage, stateTopicOf, stateType, type FactState } from './state.ts';
import { KnownSnapshots, snapshotKey, type Snapshot } from './snapshot.ts';
import { hour, noon, tickOf } from './tick.fixture.ts';
import type { Window } from './tick.ts';

const stream: Stream = { tenant: 'acme', topicPrefix: 'polar.acme', connection: 'c0ffee', userReference: 'läufer 7' };
const state: FactState = {
  topic: 'sleep',
  resource: 'sleeps',
  entity: 'night',
  identity: ['2026-06-15'],
  revision: 2,
  mode: 'live',
  observedAt: '2026-06-15T07:00:00.000Z',
  polarModifiedAt: '2026-06-15T06:59:00.123Z',
  utcOffsetMinutes: 120,
  data: { sleepDate: '2026-06-15', sleepScore: 80 },
};

describe('stateMessage', () => {
  it('is a CloudEvent in binary mode, without a place in the sequence', () => {
    const message = stateMessage(stream, state, '00-a-b-01');
    expect(message).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-5/),
      topic: 'polar.acme.sleep.state.v1',
      key: 'c0ffee|sleeps/night/2026-06-15',
      type: 'accesslink.SleepNightState.v1',
      headers: {
        'content-type': 'application/json',
        ce_specversion: '1.0',
        ce_id: message.id,
        ce_source: '/tenants/acme/connections/c0ffee',
        ce_type: 'accesslink.SleepNightState.v1',
        ce_subject: 'sleeps/2026-06-15',
        ce_time: '2026-06-15T06:59:00.123Z',
        ce_dataschema: 'urn:accesslink-bridge:schema:SleepNightState:v1',
        ce_tenant: 'acme',
        ce_mode: 'live',
        ce_revision: '2',
        ce_traceparent: '00-a-b-01',
      },
      payload: JSON.stringify({
        connection: 'c0ffee',
        userReference: 'läufer 7',
        resource: 'sleeps',
        identity: ['2026-06-15'],
        revision: 2,
        mode: 'live',
        observedAt: '2026-06-15T07:00:00.000Z',
        polarModifiedAt: '2026-06-15T06:59:00.123Z',
        utcOffsetMinutes: 120,
        data: { sleepDate: '2026-06-15', sleepScore: 80 },
      }),
    });
  });

  it('of what is gone has the key and no value', () => {
    const { key, payload, headers } = stateMessage(stream, { ...state, revision: 3, data: null }, null);
    expect([key, payload, headers['ce_revision']]).toEqual(['c0ffee|sleeps/night/2026-06-15', '', '3']);
  });

  it('of what is no athlete’s has no connection in its key', () => {
    const { key, payload } = stateMessage({ ...stream, userReference: null }, state, null);
    expect(key).toBe('sleeps/night/2026-06-15');
    expect(JSON.parse(payload)).toMatchObject({ connection: null, userReference: null });
  });

  it('has an id and a key of its own for all that differs', () => {
    const text = fc.oneof(fc.constantFrom('a', 'b', 'a/b', '|', '%2F', ''), fc.string({ unit: 'grapheme' }));
    const one = fc.record({
      entity: text,
      identity: fc.array(text, { minLength: 1, maxLength: 3 }),
      revision: fc.nat(3),
    });
    fc.assert(
      fc.property(one, one, (a, b) => {
        const [left, right] = [a, b].map((about) => stateMessage(stream, { ...state, ...about }, null));
        const isSameFact = JSON.stringify([a.entity, a.identity]) === JSON.stringify([b.entity, b.identity]);
        expect(left?.key === right?.key).toBe(isSameFact);
        expect(left?.key).toMatch(/^[\x21-\x7e]+$/);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps its key for ever: another one would leave the old states behind', () => {
    expect(
      stateKey(stream, { resource: 'tests', entity: 'chunk', identity: ['ecg', '2026-06-15T07:00:00|é', '0'] }),
    ).toBe('c0ffee|tests/chunk/ecg/2026-06-15T07%3A00%3A00%7C%C3%A9/0');
    expect(stateTopicOf('polar.acme', 'heart-rate')).toBe('polar.acme.heart-rate.state.v1');
  });

  it.each([
    ['sleep', 'night', 'SleepNightState'],
    ['route', 'route', 'RouteState'],
    ['training-target', 'target', 'TrainingTargetState'],
    ['heart-rate', 'day', 'HeartRateDayState'],
    ['account', 'physicalInformation', 'AccountPhysicalInformationState'],
  ])('has the type of topic %s and entity %s: %s', (topic, entity, type) => {
    expect(stateType(topic, entity)).toBe(type);
  });
});

/** A book with chapters, and a summary that it has only sometimes. */
interface Book {
  readonly id: string;
  readonly title: number;
  readonly chapters: Readonly<Record<string, number>>;
  readonly summary: number | null;
}

const entities = ['book', 'chapter', 'summary'] as const;
const books: Resource = defineResource({
  name: 'books',
  scope: 'books:read',
  topic: 'book',
  request: range({ path: '/books', days: 28, watch: { before: 10, after: 0 } }),
  envelope: [['books']],
  schema: { properties: {} },
  entities: {
    book: { events: { recorded: 'BookSaved', revised: 'BookRevised', deleted: 'BookRemoved' } },
    chapter: { events: { recorded: 'ChapterWritten', revised: 'ChapterWritten' } },
    summary: { events: { recorded: 'Summarised', revised: 'Summarised' } },
  },
  facts: (item) => factsOf(item as unknown as Book),
});

function factsOf({ id, title, chapters, summary }: Book): readonly Fact[] {
  const fact = (entity: (typeof entities)[number], own: readonly string[], content: JsonObject): Fact => ({
    entity,
    identity: [id, ...own],
    date: '2026-06-14',
    marker: null,
    content,
    polarModifiedAt: null,
    utcOffsetMinutes: null,
  });
  return [
    ...Object.entries(chapters).map(([name, text]) => fact('chapter', [name], { id, name, text })),
    { ...fact('summary', [], { id, summary }), isUntold: summary === null },
    fact('book', [], { id, title }),
  ];
}

/** All that a faithful consumer of states must have of these books. */
function expected(world: readonly Book[]): Record<string, JsonObject> {
  const facts = world.flatMap((book) => factsOf(book)).filter(({ isUntold }) => isUntold !== true);
  return Object.fromEntries(
    facts.map(({ entity, identity, content }) => [
      stateKey(stream, { resource: 'books', entity, identity }),
      content ?? {},
    ]),
  );
}

/** Reads the same listing again and again, with the store's ways. */
class Reader {
  readonly #snapshots = new Map<string, Snapshot>();
  readonly #ids = new Set<string>();
  #at = noon;
  readonly stated: Record<string, JsonObject> = {};
  keepsState = true;

  see(world: readonly Book[]): Changes {
    this.#at += hour + 1000;
    const window: Window = { phase: 'list', from: '2026-06-05', to: '2026-06-16', features: [], reason: 'listing' };
    const tick = tickOf(books, { at: this.#at, keepsState: this.keepsState, cursor: emptyCursor });
    const body = { books: [...world, anchor] as unknown as JsonObject[] };
    const changes = diff(tick, new KnownSnapshots([...this.#snapshots.values()]), [read(books, window, body)]);
    for (const one of changes.snapshots) this.#snapshots.set(snapshotKey(one.entity, one.identity), one);
    const parts = changes.snapshots
      .filter(({ goneAt }) => goneAt !== null)
      .flatMap((whole) =>
        [...this.#snapshots.values()].filter((one) => one.identity[0] === whole.identity[0] && one.goneAt === null),
      )
      .map((one) => ({ ...one, revision: one.revision + 1, goneAt: tick.at }));
    for (const one of parts) this.#snapshots.set(snapshotKey(one.entity, one.identity), one);
    const gone = this.keepsState ? parts.map((one) => goneState(tick, one)) : [];
    for (const one of [...changes.states, ...gone]) this.#state(one);
    return changes;
  }

  #state(one: FactState): void {
    const { id, key } = stateMessage(stream, one, null);
    if (this.#ids.has(id)) throw new Error(`${key} r${one.revision} came twice`);
    this.#ids.add(id);
    if (one.data === null) delete this.stated[key];
    else this.stated[key] = one.data;
  }
}

const value = fc.nat(2);
const book = fc.record({
  id: fc.constantFrom('1', '2', '1/2'),
  title: value,
  chapters: fc.dictionary(fc.constantFrom('a', 'b', '2'), value),
  summary: fc.option(value, { nil: null }),
});
const worlds = fc.array(fc.uniqueArray(book, { selector: ({ id }) => id }), { minLength: 2, maxLength: 12 });

describe('the states of a resource', () => {
  it('are in the end what there is, whatever came, changed, went and returned', () => {
    fc.assert(
      fc.property(worlds, (history) => {
        const reader = new Reader();
        for (const world of history) {
          // A deletion is proven by the second listing.
          reader.see(world);
          reader.see(world);
          expect({ ...reader.stated }).toEqual({ ...expected(world), ...expected([anchor]) });
        }
      }),
      { numRuns: 100 },
    );
  });

  it('change nothing of what the events tell, and are not made where nobody wants them', () => {
    fc.assert(
      fc.property(worlds, (history) => {
        const [with_, without] = [new Reader(), new Reader()];
        without.keepsState = false;
        for (const world of history) {
          const told = with_.see(world).events.map(({ revision: _revision, ...event }) => event);
          const alone = without.see(world);
          expect(told).toEqual(alone.events.map(({ revision: _revision, ...event }) => event));
          expect(alone.states).toEqual([]);
        }
        expect(without.stated).toEqual({});
      }),
      { numRuns: 60 },
    );
  });

  it('come after nothing has changed of a part that was missing for a while', () => {
    const reader = new Reader();
    const whole: Book = { id: '1', title: 1, chapters: { a: 1, b: 1 }, summary: null };
    reader.see([whole]);
    const states = (changes: Changes) =>
      changes.states.map(({ entity, identity, revision, data }) => [entity, identity.at(-1), revision, data]);
    expect(states(reader.see([{ ...whole, chapters: { a: 1 } }]))).toEqual([['chapter', 'b', 2, null]]);
    expect(states(reader.see([{ ...whole, chapters: { a: 1 } }]))).toEqual([]);
    const back = reader.see([whole]);
    expect(back.events).toEqual([]);
    expect(states(back)).toEqual([['chapter', 'b', 3, { id: '1', name: 'b', text: 1 }]]);
  });
});

const anchor: Book = { id: 'anchor', title: 0, chapters: {}, summary: null };
