import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { AppLogger, Clock } from '#platform';
import { Caretaker } from './caretaker.ts';
import { ConnectionStore, ConsentStore } from './ports.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** So long an operator can see what became of a link. */
const linkDays = 30;

/**
 * What has to be done now and then. No error ends it, and nothing runs twice at the same time in one process. A shutdown waits
 * for the athlete whose turn it is, and not for the others.
 */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  private readonly consents: ConsentStore;
  private readonly connections: ConnectionStore;
  private readonly caretaker: Caretaker;
  private readonly clock: Clock;
  private readonly log: AppLogger;
  private readonly running = new Map<string, Promise<void>>();
  private readonly stop = new AbortController();

  constructor(
    consents: ConsentStore,
    connections: ConnectionStore,
    caretaker: Caretaker,
    clock: Clock,
    log: AppLogger,
  ) {
    this.consents = consents;
    this.connections = connections;
    this.caretaker = caretaker;
    this.clock = clock;
    this.log = log;
  }

  /** A process that dies again and again may never get to its first interval. */
  onApplicationBootstrap(): void {
    void this.takeUp();
  }

  onModuleDestroy(): void {
    this.stop.abort();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.running.values());
  }

  @Interval(5_000)
  takeUp(): Promise<void> {
    return this.once('refreshes that were cut off', () => this.caretaker.takeUpCutOff());
  }

  @Interval(minute)
  purge(): Promise<void> {
    return this.once('erased athletes', () => this.connections.purgeErased(this.stop.signal));
  }

  @Interval(hour)
  tidy(): Promise<unknown> {
    const now = this.clock.now();
    const before = { states: new Date(now - day), links: new Date(now - linkDays * day) };
    return Promise.all([
      this.once('old links', () => this.consents.sweep(before)),
      this.once('idle consents', () => this.caretaker.keepIdleAlive(this.stop.signal)),
    ]);
  }

  private async once(what: string, work: () => Promise<unknown>): Promise<void> {
    if (this.stop.signal.aborted || this.running.has(what)) return;
    const done = this.guarded(what, work);
    this.running.set(what, done);
    await done;
    this.running.delete(what);
  }

  private async guarded(what: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.log.error('housekeeping failed', { what, error });
    }
  }
}
