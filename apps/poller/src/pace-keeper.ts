import { Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import {
  Cadence,
  firstCadence,
  mannerOf,
  slotOf,
  slotsPerDay,
  type DayPlan,
  type News,
  type Pace,
  type Resource,
  type Tenant,
  type Tick,
} from '#core';
import { AppLogger, patiently } from '#platform';
import type { PacingStore, StoredPace } from '#store';
import { DayPlans } from './day-plans.ts';
import { capacityOf, delayOf, longestPauses, priceHolds, priceOf } from './pricing.ts';

const tickMs = 5000;
const longestStopMs = 5000;
/** How long after an error a tenant's pace is tried again. */
const retryMs = 60_000;
const choresMs = 3_600_000;
const minutesPerDay = 1440;

export interface PaceKeeperPorts extends PacingStore {
  tenants(): readonly Tenant[];
  readonly resources: ReadonlyMap<string, Resource>;
  /** The resources that the tenant has polled. */
  wanted(tenant: Tenant): readonly Resource[];
  now(): number;
}

/**
 * Keeps what the replicas share of when targets are polled: collects what polls found and what they cost, sets each
 * tenant's pace when it is old (one replica does), and has the newest at hand for every poll.
 */
@Injectable()
export class PaceKeeper implements OnModuleInit, BeforeApplicationShutdown {
  readonly #ports: PaceKeeperPorts;
  readonly #log: AppLogger;
  readonly #plans = new DayPlans();
  readonly #paces = new Map<string, StoredPace>();
  /** Epoch ms. */
  readonly #failedAt = new Map<string, number>();
  #choresAt = -Infinity;
  /** Up to when the notes of all replicas are known: epoch ms by the database's clock. */
  #known = { profiles: 0, paces: 0 };
  #profiles = new Map<string, { readonly tenant: string; readonly resource: string; readonly slots: number[] }>();
  #spent = new Map<string, { readonly tenant: string; readonly purpose: string; requests: number }>();
  readonly #planned = { planOf: (tenant: string, resource: string): DayPlan => this.#plans.of(tenant, resource).plan };
  #running: Promise<void> | undefined;

  constructor(ports: PaceKeeperPorts, log: AppLogger) {
    this.#ports = ports;
    this.#log = log;
  }

  onModuleInit(): void {
    this.tick();
  }

  /** @returns undefined for one that this version does not have */
  resource(name: string): Resource | undefined {
    return this.#ports.resources.get(name);
  }

  of(tenant: Tenant, resource: Resource): Cadence {
    const known = this.#paces.get(tenant.id);
    const learned = known?.demand.resources[resource.name];
    if (known === undefined || learned === undefined) return firstCadence(resource, tenant.polling, known);
    const { price, stretch } = known;
    return new Cadence({
      ...mannerOf(resource, tenant.polling),
      ...this.#plans.of(tenant.id, resource.name),
      price,
      stretch,
      prior: learned.prior,
    });
  }

  /** What a tenant's pace was set by; undefined before it was set for the first time. */
  pace(tenant: string): StoredPace | undefined {
    return this.#paces.get(tenant);
  }

  /** What a day's requests were made for. */
  spending(tenant: string): ReturnType<PacingStore['spending']> {
    return this.#ports.spending(tenant);
  }

  /** Mean seconds that a change waits by the pace of its tenant; undefined while that is not known. */
  delay(tenant: Tenant): number | undefined {
    const known = this.#paces.get(tenant.id);
    return known === undefined ? undefined : delayOf(tenant, known, this.#ports.wanted(tenant), this.#planned);
  }

  capacity(tenant: Tenant, more: number): ReturnType<typeof capacityOf> {
    return capacityOf(tenant, this.#paces.get(tenant.id), more, this.#ports.wanted(tenant), this.#planned);
  }

  noteNews({ connection, resource }: Tick, { moments }: News): void {
    if (moments.length === 0) return;
    const key = `${connection.tenant} ${resource.name}`;
    const known = this.#profiles.get(key) ?? {
      tenant: connection.tenant,
      resource: resource.name,
      slots: Array.from({ length: slotsPerDay }, () => 0),
    };
    for (const at of moments) {
      const slot = slotOf((at / 60_000 + (connection.utcOffsetMinutes ?? 0)) / minutesPerDay);
      known.slots[slot] = (known.slots[slot] ?? 0) + 1;
    }
    this.#profiles.set(key, known);
  }

  noteRequest(tenant: string, purpose: string): void {
    const key = `${tenant} ${purpose}`;
    const known = this.#spent.get(key) ?? { tenant, purpose, requests: 0 };
    known.requests += 1;
    this.#spent.set(key, known);
  }

  @Interval(tickMs)
  tick(): void {
    this.#running ??= this.turn()
      .catch((error: unknown) => {
        this.#log.warn('pace not set', { reason: reasonOf(error) });
      })
      .finally(() => (this.#running = undefined));
  }

  /** Writes down what was collected, sets the paces that are old, and reads what all replicas know. */
  async turn(): Promise<void> {
    const [profiles, spent] = [[...this.#profiles.values()], [...this.#spent.values()]];
    [this.#profiles, this.#spent] = [new Map(), new Map()];
    // What is lost when one of these fails is some learning and some counting, and no request: the ledger has those.
    await this.#ports.noteProfiles(profiles);
    await this.#ports.noteSpending(spent);
    await this.#chores();
    await this.#readProfiles();
    await this.#readPaces();
    const old = this.#ports.tenants().filter((tenant) => !tenant.paused && this.#isOld(tenant));
    for (const tenant of old) await this.#renew(tenant);
    if (old.length > 0) await this.#readPaces();
  }

  /** By our own clock, which only spares the database the question: it has the last word. */
  #isOld(tenant: Tenant): boolean {
    const now = this.#ports.now();
    if (now - (this.#failedAt.get(tenant.id) ?? -Infinity) < retryMs) return false;
    const known = this.#paces.get(tenant.id);
    if (known === undefined) return true;
    return Math.abs(now - known.setAt) >= priceHolds(tenant, known.demand) * 1000 && this.#isPlanned(tenant);
  }

  /** After a start, a pace is better an old one than one that was set without the plans. */
  #isPlanned(tenant: Tenant): boolean {
    return this.#ports.wanted(tenant).filter(({ name }) => !this.#plans.isNewest(tenant.id, name)).length === 0;
  }

  /** An error with one tenant is none of the others. */
  async #renew(tenant: Tenant): Promise<void> {
    const holds = priceHolds(tenant, this.#paces.get(tenant.id)?.demand);
    try {
      let pace: Pace | undefined;
      const isSet = await this.#ports.renew(
        tenant.id,
        holds,
        async (before) => (pace = await priceOf(tenant, before, { ...this.#ports, ...this.#planned })),
      );
      // Each time: what was being polled the last time, or by a replica that did not know of it yet, is found by the next one.
      if (isSet && pace !== undefined)
        await this.#ports.shorten(tenant.id, longestPauses(tenant, pace, this.#ports.wanted(tenant)));
      this.#failedAt.delete(tenant.id);
    } catch (error) {
      this.#failedAt.set(tenant.id, this.#ports.now());
      this.#log.warn('pace not set', { tenant: tenant.id, reason: reasonOf(error) });
    }
  }

  async #chores(): Promise<void> {
    const now = this.#ports.now();
    if (now - this.#choresAt < choresMs) return;
    await this.#ports.pruneSpendings();
    // Whatever the database's clock did meanwhile.
    this.#known = { profiles: 0, paces: 0 };
    this.#choresAt = now;
  }

  async #readProfiles(): Promise<void> {
    for (const profile of await this.#ports.profiles(this.#known.profiles)) {
      this.#plans.note(profile);
      this.#known.profiles = Math.max(this.#known.profiles, profile.notedAt);
    }
  }

  async #readPaces(): Promise<void> {
    for (const pace of await this.#ports.paces(this.#known.paces)) {
      this.#paces.set(pace.tenant, pace);
      this.#known.paces = Math.max(this.#known.paces, pace.setAt);
    }
  }

  /** Resolves when every plan of the day is made that was wanted. */
  planned(): Promise<void> {
    return this.#plans.made();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#plans.stop();
    await patiently(longestStopMs, this.#running ?? Promise.resolve());
    await patiently(
      longestStopMs,
      this.turn().catch(() => undefined),
    );
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
