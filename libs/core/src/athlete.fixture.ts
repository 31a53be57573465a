import { Breakers, createPolarClient, type PolarClient } from '#polar';
import { backfillOver, givenUp, mergeArrivals, pollingEvent, suspectDays } from './advance.ts';
import { nothingSeen, type ChangeRate } from './cadence/change-rate.ts';
import { addDays } from './calendar.ts';
import { emptyCursor, readCursor, type Cursor } from './cursor.ts';
import { isLongOutage, nextDueAt, nextListing, retryAt } from './due.ts';
import { diff, type Changes } from './diff.ts';
import { BridgeError, isBridgeError } from './errors.ts';
import { eventId, type DomainEvent } from './event.ts';
import { plan } from './plan.ts';
import { firstSchedule } from './manner.ts';
import { mainEntity, type Resource } from './resource.ts';
import { goneState, stateMessage, type FactState } from './state.ts';
import { identityText, KnownSnapshots, snapshotKey, type Snapshot } from './snapshot.ts';
import type { PollingSettings, Tenant } from './tenant.ts';
import { price } from './tick.fixture.ts';
import type { TargetKind, Tick } from './tick.ts';

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the provider answers at this moment. */
export type Serve = (url: URL, now: number) => Reply;

export const json = (body: unknown): Reply => ({ status: 200, body: JSON.stringify(body) });
export const broken: Reply = { status: 500, body: 'Unexpected error occurred' };

const stream = { tenant: 'acme', topicPrefix: 'polar.acme', connection: 'c1', userReference: 'runner' };

interface Target {
  readonly resource: Resource;
  readonly kind: TargetKind;
  cursor: string;
  due: number;
  interval: number;
  rate: ChangeRate;
  polledAt: number | null;
  failures: number;
}

export interface AthleteOptions {
  readonly resources: readonly Resource[];
  readonly serve: Serve;
  readonly polling: PollingSettings;
  readonly at: number;
  readonly utcOffsetMinutes?: number | null;
  /** The budget has one request, and the next one so many ms after it. Without it there are enough. */
  readonly oneRequestEveryMs?: number;
}

/**
 * One athlete as libs/store keeps him, in memory: targets, snapshots and the outbox, driven by a clock of its own.
 * Between plan and diff stands the real client.
 */
export class Athlete {
  now: number;
  readonly events: DomainEvent[] = [];
  /** As a compacted topic has them: the last of each key, unless that one is gone. */
  readonly states = new Map<string, FactState>();
  readonly requests: { readonly at: number; readonly url: URL }[] = [];
  /** Called while a poll has been fetched and is not recorded yet. */
  onFetched: (resource: string) => void = () => undefined;
  utcOffsetMinutes: number | null;
  readonly snapshots = new Map<string, Snapshot>();
  readonly #targets: Target[];
  readonly #client: PolarClient;
  readonly #ids = new Set<string>();
  readonly #polling: PollingSettings;
  readonly #establishedOn: string;

  constructor({ resources, serve, polling, at, utcOffsetMinutes = 0, oneRequestEveryMs = 0 }: AthleteOptions) {
    let paidUntil = at;
    this.now = at;
    this.utcOffsetMinutes = utcOffsetMinutes;
    this.#polling = polling;
    this.#establishedOn = new Date(at).toISOString().slice(0, 10);
    const remaining = { from: addDays(this.#establishedOn, -polling.backfillDays), to: this.#establishedOn };
    const backfill = { ...emptyCursor, remaining, backfill: { startedAt: new Date(at).toISOString(), ...remaining } };
    const target = (resource: Resource, kind: TargetKind, cursor: Cursor): Target => ({
      resource,
      kind,
      cursor: JSON.stringify(cursor),
      due: at,
      interval: polling.minSeconds,
      rate: nothingSeen,
      polledAt: null,
      failures: 0,
    });
    this.#targets = resources.flatMap((resource) => [
      target(resource, 'live', emptyCursor),
      ...(polling.backfillDays === 0 ? [] : [target(resource, 'backfill', backfill)]),
    ]);
    this.#client = createPolarClient({
      dispatch: async ({ url }) => {
        this.requests.push({ at: this.now, url });
        return { headers: {}, ...serve(url, this.now) };
      },
      tokens: { accessToken: async () => 'token', refused: () => undefined },
      budget: {
        charge: async () => {
          if (this.now < paidUntil) throw new BridgeError('BUDGET_EXHAUSTED', 'no room', { waitUntil: paidUntil });
          paidUntil = this.now + oneRequestEveryMs;
          return { settle: async () => undefined };
        },
        pause: async () => undefined,
        usage: async () => ({ windows: [], pausedUntil: null }),
      },
      breakers: new Breakers({ now: () => this.now, random: () => 0.5 }),
      tenants: { get: () => tenantOf(polling), all: () => [tenantOf(polling)] },
      now: () => this.now,
    });
  }

  cursor(resource: string, kind: TargetKind = 'live'): Cursor {
    return readCursor(JSON.parse(this.#target(resource, kind).cursor));
  }

  dueAt(resource: string): number {
    return this.#target(resource, 'live').due;
  }

  get backfilling(): boolean {
    return this.#targets.some(({ kind }) => kind === 'backfill');
  }

  of(type: string): readonly DomainEvent[] {
    return this.events.filter((event) => event.type === type);
  }

  /** Polls whatever falls due until the given moment, each at its time. */
  async until(moment: number): Promise<void> {
    for (;;) {
      const next = this.#targets.toSorted((a, b) => a.due - b.due)[0];
      if (next === undefined || next.due > moment) break;
      this.now = Math.max(this.now, next.due);
      await this.#poll(next);
    }
    this.now = moment;
  }

  /** A listing now, and whatever follows from it at once. */
  async listNow(resource: string): Promise<void> {
    const target = this.#target(resource, 'live');
    const { listedAt: _listedAt, ...cursor } = readCursor(JSON.parse(target.cursor));
    target.cursor = JSON.stringify(cursor);
    target.due = this.now;
    await this.until(this.now);
  }

  /** Another resource asks for these days, as `trigger` in libs/store does. */
  want(resource: string, dates: readonly string[], kind: TargetKind = 'live'): void {
    const target = this.#targets.find((one) => one.resource.name === resource && one.kind === kind);
    if (target === undefined) return;
    const cursor = readCursor(JSON.parse(target.cursor));
    const since = new Date(this.now).toISOString();
    const wants = Object.fromEntries(dates.map((date) => [date, { since, tries: 0, notBefore: 0 }]));
    target.cursor = JSON.stringify({ ...cursor, wanted: { ...cursor.wanted, ...wants } });
    target.due = Math.min(target.due, this.now);
  }

  #target(resource: string, kind: TargetKind): Target {
    const found = this.#targets.find((one) => one.resource.name === resource && one.kind === kind);
    if (found === undefined) throw new Error(`no ${kind} target of ${resource}`);
    return found;
  }

  #tick(target: Target): Tick {
    const others = this.#targets.filter(({ resource }) => resource !== target.resource);
    return {
      resource: target.resource,
      kind: target.kind,
      connection: {
        id: 'c1',
        tenant: 'acme',
        utcOffsetMinutes: this.utcOffsetMinutes,
        establishedOn: this.#establishedOn,
      },
      polling: this.#polling,
      topicPrefix: 'polar.acme',
      keepsState: true,
      cursor: readCursor(JSON.parse(target.cursor)),
      intervalSeconds: target.interval,
      schedule: { ...firstSchedule(target.resource, this.#polling, price), rate: target.rate },
      failures: target.failures,
      leaseToken: 'lease',
      at: this.now,
      backfilling: this.#targets.some(({ kind, resource }) => kind === 'backfill' && resource === target.resource),
      siblingsHealthy: others.some(
        ({ failures, polledAt }) => failures === 0 && polledAt !== null && polledAt > this.now - 86_400_000,
      ),
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    };
  }

  async #poll(target: Target): Promise<void> {
    const tick = this.#tick(target);
    const windows = plan(tick);
    try {
      const fetched = await this.#client.fetch(tick, windows);
      this.onFetched(target.resource.name);
      const facts = fetched.flatMap((one) => one.facts);
      const listed = fetched.filter(({ window, failure }) => window.phase === 'list' && failure === undefined);
      const asked = new Set(facts.map(({ entity, identity }) => snapshotKey(entity, identity)));
      const known = [...this.snapshots].filter(
        ([key, one]) =>
          key.startsWith(`${target.resource.name} `) &&
          (asked.has(snapshotKey(one.entity, one.identity)) ||
            (tick.keepsState && one.entity !== mainEntity(target.resource)) ||
            (one.entity === mainEntity(target.resource) &&
              one.goneAt === null &&
              listed.some(({ window }) => window.from <= (one.date ?? '') && (one.date ?? '') < window.to))),
      );
      this.#record(target, tick, diff(tick, new KnownSnapshots(known.map(([, one]) => one)), fetched));
    } catch (error) {
      if (!isBridgeError(error)) throw error;
      this.#fail(target, tick, error);
    }
    if (windows.length === 0 && target.due <= this.now)
      throw new Error(`${target.resource.name} spins without a request`);
    if (this.requests.filter(({ at }) => at === this.now).length > 2000)
      throw new Error(`${target.resource.name} never pauses`);
  }

  #record(target: Target, tick: Tick, changes: Changes): void {
    const cursor = mergeArrivals(tick.cursor, readCursor(JSON.parse(target.cursor)), changes.cursor);
    const next = nextListing(tick, { cursor, news: changes.news });
    target.rate = next.rate;
    target.interval = next.intervalSeconds;
    target.due = nextDueAt({ ...tick, cursor, intervalSeconds: target.interval });
    target.cursor = JSON.stringify(cursor);
    target.polledAt = tick.at;
    target.failures = 0;
    for (const state of changes.states) this.#state(state);
    for (const one of changes.snapshots) this.#keep(target.resource.name, one, tick);
    for (const { resource, dates } of changes.triggers) this.want(resource, dates, target.kind);
    if (changes.utcOffsetMinutes !== null) this.utcOffsetMinutes = changes.utcOffsetMinutes;
    this.#append(changes.events);
    if (target.kind === 'backfill' && backfillOver(cursor)) this.#endBackfill(target, tick, cursor);
  }

  #state(state: FactState): void {
    const { id, key } = stateMessage(stream, state, null);
    if (this.#ids.has(id)) throw new Error(`the state of ${key} r${state.revision} came twice`);
    this.#ids.add(id);
    if (state.data === null) this.states.delete(key);
    else this.states.set(key, state);
  }

  #keep(resource: string, one: Snapshot, tick: Tick): void {
    this.snapshots.set(`${resource} ${snapshotKey(one.entity, one.identity)}`, one);
    if (one.goneAt === null) return;
    const parent = identityText(one.identity).slice(0, -1);
    for (const [key, part] of this.snapshots) {
      const text = identityText(part.identity);
      if (
        key.startsWith(`${resource} `) &&
        part.goneAt === null &&
        (text.startsWith(`${parent},`) || text === `${parent}]`)
      ) {
        const gone = { ...part, revision: part.revision + 1, goneAt: tick.at };
        this.snapshots.set(key, gone);
        this.#state(goneState(tick, gone));
      }
    }
  }

  #endBackfill(target: Target, tick: Tick, { wanted, suspects, open, readAt, backfill }: Cursor): void {
    this.#targets.splice(this.#targets.indexOf(target), 1);
    const live = this.#target(target.resource.name, 'live');
    const cursor = readCursor(JSON.parse(live.cursor));
    live.cursor = JSON.stringify({
      ...cursor,
      wanted: { ...wanted, ...cursor.wanted },
      suspects: { ...suspects, ...cursor.suspects },
      open: { ...open, ...cursor.open },
      readAt: { ...readAt, ...cursor.readAt },
    });
    live.due = this.now;
    if (this.backfilling || backfill === undefined) return;
    const missingDays = givenUp({ ...cursor, wanted, suspects });
    this.#append([pollingEvent(tick, 'BackfillCompleted', [backfill.startedAt], { ...backfill, missingDays })]);
  }

  #fail(target: Target, tick: Tick, error: BridgeError): void {
    if (error.disposition === 'wait' && !isLongOutage(tick, error)) {
      target.due = Math.max(error.waitUntil ?? 0, this.now + 1000);
      return;
    }
    target.failures += 1;
    target.due = retryAt(tick, target.failures, error);
    const split = error.disposition === 'retry' ? suspectDays(tick, target.failures) : tick.cursor;
    const stalls = target.failures === 3 && tick.cursor.stalledSince === undefined;
    const stalledSince = new Date(tick.at).toISOString();
    const cursor = stalls ? { ...split, stalledSince } : split;
    target.cursor = JSON.stringify(mergeArrivals(tick.cursor, readCursor(JSON.parse(target.cursor)), cursor));
    if (stalls) this.#append([pollingEvent(tick, 'SyncStalled', [tick.resource.name, stalledSince], {})]);
  }

  #append(events: readonly DomainEvent[]): void {
    for (const event of events) {
      const id = eventId('c1', event);
      if (this.#ids.has(id)) throw new Error(`${event.type} ${event.identity.join('/')} r${event.revision} came twice`);
      this.#ids.add(id);
      this.events.push(event);
    }
  }
}

function tenantOf(polling: PollingSettings): Tenant {
  return {
    id: 'acme',
    name: 'acme',
    paused: false,
    polar: {
      clientId: 'client',
      clientSecret: 'secret',
      apiUrl: 'https://provider.example',
      authUrl: 'https://auth.example',
    },
    quota: [{ requests: 3000, seconds: 900 }],
    returnUrls: [],
    resources: 'all',
    polling,
    topics: { prefix: 'polar.acme', partitions: 1, replication: 1, retentionHours: 1, state: false },
  };
}
