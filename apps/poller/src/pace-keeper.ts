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
  type Resource,
  type Tenant,
  type Tick,
} from '#core';
import { AppLogger, patiently } from '#platform';
import type { PacingStore, StoredPace } from '#store';
import { DayPlans } from './day-plans.ts';
import { capacityOf, priceOf } from './pricing.ts';

const tickMs = 5000;
const longestStopMs = 5000;
/** How often a tenant's pace is set. */
const renewSeconds = 60;
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
 * tenant's pace once a minute (one replica does), and has the newest at hand for every poll.
 */
@Injectable()
export class PaceKeeper implements OnModuleInit, BeforeApplicationShutdown {
  readonly #ports: PaceKeeperPorts;
  readonly #log: AppLogger;
  readonly #plans = new DayPlans();
  #paces: ReadonlyMap<string, StoredPace> = new Map();
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
        this.#log.warn('pace not set', { reason: error instanceof Error ? error.message : String(error) });
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
    for (const profile of await this.#ports.profiles()) this.#plans.note(profile);
    await this.#readPaces();
    const old = this.#ports.tenants().filter(({ id, paused }) => !paused && this.#isOld(id));
    for (const tenant of old) {
      await this.#ports.renew(tenant.id, renewSeconds, (before) =>
        priceOf(tenant, before, { ...this.#ports, ...this.#planned }),
      );
    }
    if (old.length > 0) await this.#readPaces();
  }

  /** By our own clock, which only spares the database the question: it has the last word. */
  #isOld(tenant: string): boolean {
    const setAt = this.#paces.get(tenant)?.setAt;
    return setAt === undefined || Math.abs(this.#ports.now() - setAt) >= renewSeconds * 1000;
  }

  async #readPaces(): Promise<void> {
    this.#paces = new Map((await this.#ports.paces()).map((one) => [one.tenant, one]));
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
