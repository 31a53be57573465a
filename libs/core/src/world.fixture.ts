import { addDays } from './calendar.ts';
import { Athlete, broken, json, type Reply } from './athlete.fixture.ts';
import type { Json, JsonObject } from './json.ts';
import { isDated, mainEntity, type Resource } from './resource.ts';
import { day, noon, polling } from './tick.fixture.ts';

export interface Item {
  readonly key: string;
  readonly date: string;
  fields: Record<string, number>;
  /** Moves whenever the provider touches the item, with or without a change. */
  version: number;
}

/** How a resource shows an item. */
export interface View {
  readonly resource: Resource;
  readonly envelope: string;
  readonly body: (item: Item, full: boolean) => JsonObject;
  readonly identity: (item: Item) => string;
}

/** Of each resource the events by identity, the state that they add up to and the one that is stated; and what was told of the polling. */
interface Outcome {
  readonly resources: readonly (readonly [
    Record<string, string[]>,
    Record<string, Record<string, number>>,
    Record<string, Record<string, unknown>>,
  ])[];
  readonly skipped: number;
  readonly recoveries: number;
  readonly backfills: number;
}

interface Watched {
  readonly view: View;
  /** What the bridge has been shown of each item, and not been told to be gone. */
  readonly shown: Map<string, { item: Item; fields: Record<string, number> }>;
  readonly revisions: Map<string, number>;
  readonly lacks: Map<string, number[]>;
  readonly expected: Map<string, string[]>;
}

/** A provider whose account changes, and the record of what a faithful observer has to tell of it. */
export class World {
  readonly items = new Map<string, Item>();
  outage = false;
  readonly athlete: Athlete;
  readonly #watched: readonly Watched[];
  #judged = 0;

  constructor(views: readonly View[], initial: readonly Item[]) {
    for (const item of initial) this.items.set(item.key, item);
    this.#watched = views.map((view) => ({
      view,
      shown: new Map(),
      revisions: new Map(),
      lacks: new Map(),
      expected: new Map(),
    }));
    this.athlete = new Athlete({
      resources: views.map(({ resource }) => resource),
      serve: (url, now) => this.#serve(url, now),
      polling,
      at: noon,
    });
  }

  /** Lets time pass, and judges every deletion that is told meanwhile. */
  async pass(ms: number): Promise<void> {
    await this.athlete.until(this.athlete.now + ms);
    this.#judge();
  }

  /** A listing of everything, a second later, so that no two of them share a moment. */
  async observe(): Promise<void> {
    await this.pass(1000);
    for (const { view } of this.#watched) await this.athlete.listNow(view.resource.name);
    this.#judge();
  }

  /** What has been told after a quiet time, and what had to be. */
  async settle(): Promise<{ readonly told: Outcome; readonly wanted: Outcome }> {
    this.outage = false;
    await this.pass(2 * day);
    const { athlete } = this;
    const told = this.#watched.map(({ view, shown }) => {
      const lines = new Map<string, string[]>();
      for (const { identity, type, revision, changedFields } of athlete.events.filter(
        ({ resource }) => resource === view.resource.name,
      )) {
        const key = identity.join('/');
        lines.set(key, [...(lines.get(key) ?? []), line(type, revision, changedFields)]);
      }
      return [
        Object.fromEntries(lines),
        Object.fromEntries([...shown].map(([key, { fields }]) => [key, fields])),
        this.#stated(view),
      ] as const;
    });
    const wanted = this.#watched.map(({ view, expected }) => {
      const alive = [...this.items.values()].map((item) => [view.identity(item), item.fields] as const);
      return [Object.fromEntries(expected), Object.fromEntries(alive), Object.fromEntries(alive)] as const;
    });
    const stalls = athlete.of('SyncStalled').length;
    return {
      told: {
        resources: told,
        skipped: athlete.of('PollWindowSkipped').length,
        recoveries: athlete.of('SyncRecovered').length,
        backfills: athlete.of('BackfillCompleted').length,
      },
      wanted: { resources: wanted, skipped: 0, recoveries: stalls, backfills: 1 },
    };
  }

  /** The states of the main entity, of their content what the world changes. */
  #stated({ resource }: View): Record<string, Record<string, unknown>> {
    const main = mainEntity(resource);
    const states = [...this.athlete.states.values()].filter(
      (state) => state.resource === resource.name && state.entity === main,
    );
    const names = new Set([...this.items.values()].flatMap(({ fields }) => Object.keys(fields)));
    return Object.fromEntries(
      states.map(({ identity, data }) => [
        identity.join('/'),
        Object.fromEntries(Object.entries(data ?? {}).filter(([name]) => names.has(name))),
      ]),
    );
  }

  #serve(url: URL, now: number): Reply {
    const watched = this.#watched.find(({ view }) => view.resource.request.path === url.pathname);
    if (watched === undefined || this.outage) return broken;
    const { view } = watched;
    const { request } = view.resource;
    const [from, to] = ['from', 'to'].map((name) => (url.searchParams.get(name) ?? '').slice(0, 10)) as [
      string,
      string,
    ];
    if (isDated(request) && addDays(from, request.days) < to)
      return { status: 400, body: '{"errorMessage":"too many days"}' };
    const detail = request.shape === 'listing' && url.searchParams.has('features');
    const found = [...this.items.values()].filter(({ date }) => from <= date && date < to);
    const keys = new Set(found.map((item) => view.identity(item)));
    if (detail || request.shape === 'range') for (const item of found) this.#show(watched, item);
    if (!detail) {
      for (const [key, { item }] of watched.shown) {
        if (keys.has(key)) watched.lacks.delete(key);
        else if (from <= item.date && item.date < to) watched.lacks.set(key, [...(watched.lacks.get(key) ?? []), now]);
      }
    }
    return json({ [view.envelope]: found.map((item): Json => view.body(item, detail || request.shape === 'range')) });
  }

  #show({ view, shown, revisions, expected }: Watched, item: Item): void {
    const key = view.identity(item);
    const before = shown.get(key)?.fields;
    const changed = Object.keys(item.fields).filter((name) => before?.[name] !== item.fields[name]);
    if (changed.length === 0) return;
    const revision = (revisions.get(key) ?? 0) + 1;
    revisions.set(key, revision);
    shown.set(key, { item, fields: { ...item.fields } });
    const { recorded, revised } = Object.values(view.resource.entities)[0]?.events ?? { recorded: '', revised: '' };
    const told = before === undefined ? line(recorded, revision) : line(revised, revision, changed.toSorted());
    expected.set(key, [...(expected.get(key) ?? []), told]);
  }

  #judge(): void {
    const news = this.athlete.events.slice(this.#judged);
    this.#judged = this.athlete.events.length;
    for (const { view, shown, revisions, lacks, expected } of this.#watched) {
      const deleted = Object.values(view.resource.entities)[0]?.events.deleted;
      for (const event of news.filter(({ type }) => type === deleted)) {
        const key = event.identity.join('/');
        const seen = lacks.get(key) ?? [];
        const proof = Date.parse(event.observedAt);
        const proven = seen.includes(proof) && seen.some((at) => proof - at >= polling.confirmDeletionSeconds * 1000);
        if (!proven || event.mode !== 'reconcile') throw new Error(`${key} was declared deleted without a proof`);
        const revision = (revisions.get(key) ?? 0) + 1;
        revisions.set(key, revision);
        shown.delete(key);
        lacks.delete(key);
        expected.set(key, [...(expected.get(key) ?? []), line(event.type, revision)]);
      }
    }
  }
}

function line(type: string, revision: number, changedFields?: readonly string[]): string {
  return `${type} r${revision}${changedFields === undefined ? '' : ` ${changedFields.join(' ')}`}`;
}
