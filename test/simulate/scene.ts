import type { Tenant } from '#core';
import type { AppLogger } from '#platform';
import { random } from '../simulator/random.ts';
import { startPoller } from './apps/poller.ts';
import { startPublisher, type Publisher } from './apps/publisher.ts';
import { Consumer } from './check/consumer.ts';
import { describeFault, drawFaults, type App, type Fault } from './faults.ts';
import { Network } from './network.ts';
import type { Plant } from './plant.ts';
import { quietLog } from './quiet-log.ts';
import { laneCount, Services } from './services.ts';
import { Process } from './time/process.ts';
import { Scheduler } from './time/scheduler.ts';
import { Ledger } from './world/ledger.ts';
import { drawDeeds, Script, type Deed } from './world/script.ts';
import { tenantOf } from './world/tenant.ts';

/** What is played. */
export interface SceneOptions {
  readonly seed: string;
  /** What goes wrong, and what athletes do; drawn from the seed where it is left out. */
  readonly faults?: readonly Fault[];
  readonly deeds?: readonly Deed[];
  readonly plant?: Plant;
  /** Told of every step. */
  readonly trace?: (line: string) => void;
}

const minute = 60_000;
const hour = 60 * minute;
/** Hours in which things change and go wrong, from a morning on. */
const start = Date.parse('2026-06-15T06:00:00Z');
const activeMs = 5 * hour;
/** Until then all has to be told that there is to tell. */
const quietMs = 40 * hour;
/** However long it took: nothing may come twice after it. */
const afterMs = 45 * minute;
const replicas = 2;

/** Two pollers and two publishers, the services, an account or a few, and what goes wrong: from the beginning to the verdict. */
export class Scene {
  readonly scheduler = new Scheduler(start);
  readonly faults: readonly Fault[];
  readonly #options: SceneOptions;
  readonly #tenant: Tenant;
  readonly #athletes: readonly string[];
  /** All at once, or one resource after the other. */
  readonly #apartMs: number;
  readonly #ledger = new Ledger();
  readonly #services: Services;
  readonly #consumer = new Consumer(this.#ledger);
  readonly #network: Network;
  readonly #log: AppLogger;
  readonly #publishers = new Map<string, Publisher>();
  readonly #processes = new Map<string, Process>();
  readonly #skews = new Map<App, number>();
  #starts = 0;
  readonly deeds: readonly Deed[];
  events = 0;

  constructor(options: SceneOptions) {
    this.#options = options;
    const { scheduler } = this;
    const { seed, plant } = options;
    this.faults = options.faults ?? drawFaults(seed, activeMs);
    const draw = random(`${seed}/world`);
    this.#tenant = tenantOf(draw);
    this.#athletes = ['anna', 'bert', 'cleo'].slice(0, isTight(this.#tenant) ? 1 : draw.pick([1, 1, 2, 3]));
    this.#apartMs = draw.pick([0, 7 * minute]);
    this.deeds = options.deeds ?? drawDeeds(seed, this.#athletes, activeMs);
    this.#services = new Services({
      scheduler,
      ledger: this.#ledger,
      tenant: this.#tenant,
      onAppend: (lane) => this.#wake(lane),
      ...(plant?.createStore && { createStore: plant.createStore }),
    });
    this.#network = new Network(scheduler, random(`${seed}/network`), {
      crash: (process, downMs) => this.#crash(process, downMs),
      evict: () => {
        this.#note('fault', () => "the budget's key is evicted");
        this.#services.budget.flush();
      },
      note: (who, line) => this.#note(who, line),
    });
    this.#log = quietLog((line) => this.#note('log', () => line));
  }

  /** @returns what must not be; empty when all is well */
  async play(): Promise<readonly string[]> {
    const { store } = this.#services;
    const { minSeconds } = this.#tenant.polling;
    this.#athletes.forEach((athlete, index) =>
      store.enrol(athlete, this.#tenant.id, { lane: index % laneCount, minSeconds, apartMs: this.#apartMs }),
    );
    for (let index = 1; index <= replicas; index += 1) {
      this.#start('poller', `poller-${index}`);
      this.#start('publisher', `publisher-${index}`);
    }
    this.#scheduleDeeds();
    for (const fault of this.faults) this.scheduler.after(fault.at, undefined, () => this.#strike(fault));
    this.#pumpQueue();
    for (let moment = start; ; moment += hour / 4) {
      await this.scheduler.until(moment);
      this.#consume();
      if (this.#consumer.problems.length > 0 || this.#services.provider.excesses.length > 0) break;
      if (moment < start + activeMs) continue;
      if (this.#missing().length === 0 || moment >= start + activeMs + quietMs) {
        await this.scheduler.until(moment + afterMs);
        this.#consume();
        break;
      }
    }
    for (const process of this.#processes.values()) process.isDead = true;
    const broken = [...this.#consumer.problems, ...this.#exceeded()];
    // It ends at the first of them, when much is still on its way.
    return broken.length > 0 ? broken : this.#missing();
  }

  #missing(): readonly string[] {
    const unpublished = this.#athletes.flatMap((athlete) => {
      const [told, written] = [this.#consumer.sequence(athlete), this.#services.store.sequence(athlete)];
      return told === written ? [] : [`lost: of the ${written} events of ${athlete}, ${told} were published`];
    });
    return [...unpublished, ...this.#consumer.missing];
  }

  #exceeded(): readonly string[] {
    return this.#services.provider.excesses
      .slice(0, 1)
      .map(
        ({ at, quota, count }) =>
          `quota exceeded: ${count} requests in ${quota.seconds} s at ${this.#clock(at)}, and ${quota.requests} are allowed`,
      );
  }

  #consume(): void {
    for (const row of this.#services.broker.poll()) {
      this.events += 1;
      this.#consumer.take(row);
    }
  }

  #scheduleDeeds(): void {
    const script = new Script(this.#ledger, start);
    for (const athlete of this.#athletes) script.begin(athlete, start);
    for (const deed of this.deeds)
      this.scheduler.after(deed.at, undefined, () => {
        this.#consume();
        const what = script.do(deed, this.scheduler.now);
        this.#note('provider', () => what);
      });
  }

  #start(app: App, name: string): void {
    this.#starts += 1;
    const process = new Process(name, this.#skews.get(app) ?? 0);
    this.#processes.set(name, process);
    const random0 = random(`${this.#options.seed}/${name}/${this.#starts}`);
    this.scheduler.after(1, process, () => {
      const scene = { scheduler: this.scheduler, network: this.#network, services: this.#services };
      const { plant } = this.#options;
      if (app === 'publisher') {
        const note = (who: string, line: () => string): void => this.#note(who, line);
        this.#publishers.set(name, startPublisher(process, { ...scene, note }, plant?.publisher));
        return;
      }
      startPoller(process, { ...scene, tenant: this.#tenant, random: random0, log: this.#log }, plant?.poller);
    });
  }

  /** What NOTIFY does: every publisher hears of it, a moment later. */
  #wake(lane: number): void {
    for (const publisher of this.#publishers.values())
      this.scheduler.after(5, publisher.process, () => publisher.wake(lane));
  }

  #crash(process: Process, downMs: number): void {
    if (process.isDead) return;
    process.isDead = true;
    this.#note(process.name, () => `crashes, and is back in ${downMs / 1000} s`);
    const app = process.name.startsWith('poller') ? 'poller' : 'publisher';
    this.#publishers.delete(process.name);
    this.scheduler.after(downMs, undefined, () => this.#start(app, process.name));
  }

  /** The queue hands out what is due without being asked. */
  #pumpQueue(): void {
    const pump = (): void => {
      const next = this.#services.queue.look();
      this.scheduler.after(Math.min(Math.max(1000, next - this.scheduler.now), 15_000), undefined, pump);
    };
    pump();
  }

  #strike(fault: Fault): void {
    const { kind } = fault;
    if ('operation' in fault) return this.#network.arm(fault);
    this.#note('fault', () => describeFault(fault));
    if (kind === 'duplicate') this.#services.queue.duplicateNext();
    else if (kind === 'outage') this.#network.takeDown(fault.service, fault.ms);
    else if (kind === 'flush') this.#services.flushRedis();
    else if (kind === 'refuse') this.#services.broker.refuse(fault.what, this.scheduler.now + fault.ms);
    else if (kind === 'provider') this.#services.provider.misbehave(fault.what, fault.times);
    else this.#step(fault.clock, fault.byMs);
  }

  #step(clock: 'postgres' | 'redis' | App, byMs: number): void {
    if (clock === 'postgres' || clock === 'redis') {
      this.#services.skewMs[clock] += byMs;
      return;
    }
    this.#skews.set(clock, (this.#skews.get(clock) ?? 0) + byMs);
    for (const process of this.#processes.values()) if (process.name.startsWith(clock)) process.skewMs += byMs;
  }

  #note(who: string, line: () => string): void {
    this.#options.trace?.(`${this.#clock(this.scheduler.now)} ${who.padEnd(11)} ${line()}`);
  }

  #clock(at: number): string {
    return new Date(at).toISOString().slice(5, 23).replace('T', ' ');
  }
}

/** For several athletes it would take days until all is told. */
const isTight = ({ quota }: Tenant): boolean => quota.some(({ requests }) => requests < 10);
