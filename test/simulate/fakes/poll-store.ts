import {
  BridgeError,
  daysAway,
  deviceSyncedEvent,
  emptyCursor,
  goesOn,
  goneState,
  mergeArrivals,
  nextDueAt,
  nextListing,
  nothingSeen,
  pollingEvent,
  retryAt,
  stateMessage,
  suspectDays,
  syncBurstMs,
  toMessage,
  type ChangeRate,
  type Changes,
  type Cursor,
  type DomainEvent,
  type FactState,
  type Fetched,
  type KnownSnapshots,
  type Message,
  type Resource,
  type Tick,
} from '#core';
import type { BegunTarget, DueTargets, LeasedTarget, Recorded, Share } from '#store';
import { MemorySnapshots } from './snapshots.ts';

interface Connection {
  readonly id: string;
  readonly tenant: string;
  readonly lane: number;
  readonly establishedAt: number;
  sequence: number;
  utcOffsetMinutes: number | null;
  deviceSyncedAt: number | null;
}

interface Target {
  readonly connection: Connection;
  readonly resource: string;
  nextDue: number;
  cursor: Cursor;
  interval: number;
  rate: ChangeRate;
  failures: number;
  lease: string | undefined;
  polledAt: number | undefined;
  dataAt: number | undefined;
}

/** What a poll has led to, on its way into the outbox. */
export type Append = (lane: number, messages: readonly Message[]) => void;

export interface PollStoreOptions {
  /** The database's clock, epoch ms. */
  readonly now: () => number;
  readonly append: Append;
  readonly resources: readonly Resource[];
}

/** How much later at most a sibling that moves with a sync is due, see `wakeSiblings`. */
const chance = 0.5;
const givenBackMs = 10_000;
const stalledFailures = 3;

/**
 * Live targets, snapshots and what polls write, as libs/store keeps them; every method is one transaction. Backfills, and the
 * life of a connection, are not played.
 */
export class MemoryPollStore {
  readonly #now: () => number;
  readonly #append: Append;
  readonly #resources: readonly Resource[];
  readonly #connections = new Map<string, Connection>();
  readonly #targets = new Map<string, Target>();
  readonly #snapshots = new MemorySnapshots();
  readonly #eventIds = new Set<string>();
  #leases = 0;

  constructor({ now, append, resources }: PollStoreOptions) {
    this.#now = now;
    this.#append = append;
    this.#resources = resources;
  }

  /**
   * A connection with a live target of each resource.
   * @param apartMs each is due so much later than the one before, the first one now
   */
  enrol(id: string, tenant: string, { lane = 0, minSeconds = 300, apartMs = 0 } = {}): void {
    const now = this.#now();
    const connection = {
      id,
      tenant,
      lane,
      establishedAt: now,
      sequence: 0,
      utcOffsetMinutes: null,
      deviceSyncedAt: null,
    };
    this.#connections.set(id, connection);
    for (const [index, { name }] of this.#resources.entries())
      this.#targets.set(`${id} ${name}`, {
        connection,
        resource: name,
        nextDue: now + index * apartMs,
        cursor: emptyCursor,
        interval: minSeconds,
        rate: nothingSeen,
        failures: 0,
        lease: undefined,
        polledAt: undefined,
        dataAt: undefined,
      });
  }

  sequence(connection: string): number {
    return this.#connections.get(connection)?.sequence ?? 0;
  }

  /** Makes a target due before all others. */
  expire(connection: string, resource: string): void {
    this.#of({ connection, resource }).nextDue = 0;
  }

  /** Epoch ms at which a target is due. */
  dueAt(connection: string, resource: string): number {
    return this.#of({ connection, resource }).nextDue;
  }

  /** Epoch ms of the target that is due first. */
  nextDue(): number {
    let next = Infinity;
    for (const { nextDue } of this.#targets.values()) if (nextDue < next) next = nextDue;
    return next;
  }

  /** What was learned of how often targets change, by resource. */
  rates(): ReadonlyMap<string, readonly ChangeRate[]> {
    const byResource = Map.groupBy(this.#targets.values(), ({ resource }) => resource);
    return new Map([...byResource].map(([resource, targets]) => [resource, targets.map(({ rate }) => rate)]));
  }

  overdue(): number {
    const now = this.#now();
    return [...this.#targets.values()].filter(({ lease, nextDue }) => lease === undefined && nextDue < now).length;
  }

  due(tenants: readonly string[], most: number): readonly DueTargets[] {
    return tenants.flatMap((tenant) => {
      const live = Math.min(most, this.#due(tenant).length);
      return live > 0 ? [{ tenant, live, backfill: 0 }] : [];
    });
  }

  lease(shares: readonly Share[], leaseSeconds: number): readonly LeasedTarget[] {
    return shares
      .filter(({ kind }) => kind === 'live')
      .flatMap(({ tenant, most }) => {
        const taken = this.#due(tenant)
          .toSorted((a, b) => a.nextDue - b.nextDue)
          .slice(0, most);
        return taken.map((target) => {
          this.#leases += 1;
          target.lease = `00000000-0000-4000-8000-${String(this.#leases).padStart(12, '0')}`;
          target.nextDue = this.#now() + leaseSeconds * 1000;
          return {
            connection: target.connection.id,
            resource: target.resource,
            kind: 'live' as const,
            tenant,
            leaseToken: target.lease,
          };
        });
      });
  }

  begin(leased: LeasedTarget, leaseSeconds: number): BegunTarget | undefined {
    const target = this.#own(leased);
    if (target === undefined) return undefined;
    const { connection, polledAt } = target;
    target.nextDue = this.#now() + leaseSeconds * 1000;
    const others = this.#targetsOf(connection).filter(({ resource }) => resource !== target.resource);
    return {
      tenant: connection.tenant,
      cursor: target.cursor,
      intervalSeconds: target.interval,
      rate: target.rate,
      failures: target.failures,
      utcOffsetMinutes: connection.utcOffsetMinutes,
      establishedOn: new Date(connection.establishedAt).toISOString().slice(0, 10),
      backfilling: false,
      siblingsHealthy: others.some(
        ({ failures, dataAt }) => failures === 0 && dataAt !== undefined && dataAt > (polledAt ?? -Infinity),
      ),
      at: this.#now(),
    };
  }

  hold(leased: LeasedTarget, seconds: number, until = 0): void {
    const target = this.#own(leased);
    if (target !== undefined) target.nextDue = Math.max(target.nextDue, Math.max(this.#now(), until) + seconds * 1000);
  }

  giveBack(leased: LeasedTarget, until = 0): void {
    const target = this.#own(leased);
    if (target === undefined) return;
    target.lease = undefined;
    target.nextDue = Math.max(this.#now() + givenBackMs, until);
  }

  fail(tick: Tick, error: BridgeError): void {
    const target = this.#ownOf(tick);
    if (target === undefined) return;
    const failures = tick.failures + 1;
    const stalls = failures === stalledFailures && tick.cursor.stalledSince === undefined;
    const stalledSince = new Date(tick.at).toISOString();
    const split = error.disposition === 'retry' ? suspectDays(tick, failures) : tick.cursor;
    target.failures = failures;
    target.nextDue = retryAt(tick, failures, error);
    target.lease = undefined;
    target.cursor = mergeArrivals(tick.cursor, target.cursor, stalls ? { ...split, stalledSince } : split);
    if (!stalls) return;
    const { name } = tick.resource;
    const data = { resource: name, stalledSince, failures, reason: error.code };
    this.#tell(tick, target.connection, [pollingEvent(tick, 'SyncStalled', [name, stalledSince], data)], []);
  }

  known(tick: Tick, fetched: readonly Fetched[]): KnownSnapshots {
    return this.#snapshots.known(tick, fetched);
  }

  /** @throws BridgeError LEASE_LOST, or DATABASE_CONFLICT when an event was recorded before */
  record(tick: Tick, changes: Changes): Recorded {
    if (!this.isOurs(tick))
      throw new BridgeError(
        'LEASE_LOST',
        'the target was taken over by another poll; nothing of this one was recorded',
      );
    const target = this.#of({ connection: tick.connection.id, resource: tick.resource.name });
    const { connection } = target;
    const cursor = mergeArrivals(tick.cursor, target.cursor, changes.cursor);
    const next = nextListing(tick, { cursor, news: changes.news });
    const after = { ...tick, cursor, intervalSeconds: next.intervalSeconds };
    const [due, isGoingOn] = [nextDueAt(after), goesOn(after)];
    const events = [...this.#synced(tick, connection, changes), ...changes.events];
    const messages = this.#messagesOf(tick, connection, events, changes.states);
    const twice = messages.find(({ id }) => this.isTold(id));
    if (twice !== undefined)
      throw new BridgeError('DATABASE_CONFLICT', `the event ${twice.id} was recorded before; the poll starts over`);

    const gone = this.#snapshots.write(tick, changes.snapshots);
    for (const { resource, dates } of changes.triggers) this.#trigger(tick, resource, dates);
    target.cursor = cursor;
    target.interval = next.intervalSeconds;
    target.rate = next.rate;
    target.polledAt = tick.at;
    target.failures = 0;
    if (changes.heldData) target.dataAt = tick.at;
    if (!isGoingOn) {
      target.lease = undefined;
      target.nextDue = due;
    }
    if (changes.utcOffsetMinutes !== null) connection.utcOffsetMinutes = changes.utcOffsetMinutes;
    if (changes.synced !== null) this.#wakeSiblings(tick);
    const states = tick.keepsState ? [...changes.states, ...gone.map((part) => goneState(tick, part))] : [];
    this.#tell(tick, connection, events, states);
    return {
      events: events.length,
      snapshots: changes.snapshots.length,
      markerOnly: changes.markerOnly,
      nextDue: due,
      goesOn: isGoingOn,
    };
  }

  /** Whether the unique index on events has it. */
  protected isTold(id: string): boolean {
    return this.#eventIds.has(id);
  }

  /** Whether the tick's lease still holds. */
  protected isOurs(tick: Tick): boolean {
    return this.#ownOf(tick) !== undefined;
  }

  #tell(tick: Tick, connection: Connection, events: readonly DomainEvent[], states: readonly FactState[]): void {
    if (events.length + states.length === 0) return;
    const messages = this.#messagesOf(tick, connection, events, states);
    connection.sequence += events.length;
    for (const { id } of messages) this.#eventIds.add(id);
    this.#append(connection.lane, messages);
  }

  #messagesOf(
    { topicPrefix, traceparent }: Tick,
    { id, tenant, sequence }: Connection,
    events: readonly DomainEvent[],
    states: readonly FactState[],
  ): readonly Message[] {
    const stream = { tenant, topicPrefix, connection: id, userReference: id };
    return [
      ...events.map((event, index) => toMessage(stream, event, sequence + index + 1, traceparent)),
      ...states.map((state) => stateMessage(stream, state, traceparent)),
    ];
  }

  #trigger(tick: Tick, resource: string, dates: readonly string[]): void {
    const target = this.#targets.get(`${tick.connection.id} ${resource}`);
    if (target === undefined) return;
    const since = new Date(tick.at).toISOString();
    const wants = Object.fromEntries(dates.map((date) => [date, { since, tries: 0, notBefore: 0 }]));
    target.cursor = { ...target.cursor, wanted: { ...target.cursor.wanted, ...wants } };
    if (target.lease === undefined) target.nextDue = Math.min(target.nextDue, this.#now());
  }

  #synced(tick: Tick, connection: Connection, { synced }: Changes): readonly DomainEvent[] {
    const before = connection.deviceSyncedAt;
    if (synced === null || (before !== null && before > tick.at - syncBurstMs)) return [];
    if (daysAway(tick, before, this.#resources).resources.length > 0)
      throw new Error('a watch was away for longer than its resources are watched: backfills are not played');
    connection.deviceSyncedAt = tick.at;
    return [deviceSyncedEvent(tick, synced)];
  }

  #wakeSiblings(tick: Tick): void {
    const { connection, at, polling, schedule, resource } = tick;
    const soonest = at + schedule.cadence.patience(chance);
    for (const target of this.#targets.values()) {
      const { listedAt } = target.cursor;
      const isSibling =
        target.connection.id === connection.id &&
        target.resource !== resource.name &&
        this.#resources.some(({ name, hot }) => hot && name === target.resource);
      if (!isSibling || target.failures > 0 || target.lease !== undefined || target.nextDue <= soonest) continue;
      if (listedAt === undefined || listedAt >= at - polling.minSeconds * 1000) continue;
      target.nextDue = at;
      target.interval = Math.max(0, (at - listedAt) / 1000);
    }
  }

  #due(tenant: string): Target[] {
    const now = this.#now();
    return [...this.#targets.values()].filter(
      ({ connection, nextDue }) => connection.tenant === tenant && nextDue <= now,
    );
  }

  #targetsOf({ id }: Connection): readonly Target[] {
    return [...this.#targets.values()].filter(({ connection }) => connection.id === id);
  }

  #of({ connection, resource }: { readonly connection: string; readonly resource: string }): Target {
    const target = this.#targets.get(`${connection} ${resource}`);
    if (target === undefined) throw new Error(`no target ${resource} of ${connection}`);
    return target;
  }

  #own(leased: LeasedTarget): Target | undefined {
    const target = this.#of(leased);
    return target.lease === leased.leaseToken ? target : undefined;
  }

  #ownOf({ connection, resource, leaseToken }: Tick): Target | undefined {
    const target = this.#of({ connection: connection.id, resource: resource.name });
    return target.lease === leaseToken ? target : undefined;
  }
}
