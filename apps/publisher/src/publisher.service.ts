import type { BeforeApplicationShutdown, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { isBridgeError } from '#core';
import { patiently, type AppLogger } from '#platform';
import type { LaneKeeper } from './lane-keeper.ts';

/** Relays the lanes, or follows who does. */
export type Keeper = Pick<LaneKeeper, 'tick' | 'wake' | 'stop'>;

/** What the service does by the clock, and how often. */
export interface PublisherPorts {
  /** What brings the outbox to Kafka. */
  readonly keeper: Keeper;
  readonly replayer: { tick(): void; stop(): Promise<void> };
  /** @throws BridgeError TOPIC_INVALID when the cluster can't have the topics, BROKER_ACCESS_DENIED when it lets nobody in */
  ensureTopics(): Promise<void>;
  /** Tells by itself what is wrong with the file. @returns whether the tenants are others now */
  reloadTenants(): boolean;
  /** Makes the outbox's next days and drops the old ones. */
  tendOutbox(): Promise<unknown>;
}

export interface PublisherTimes {
  readonly heartbeatMs: number;
  readonly reloadMs: number;
  readonly tendMs: number;
  readonly longestStopMs: number;
}

export const publisherTimes: PublisherTimes = {
  heartbeatMs: 3_000,
  reloadMs: 10_000,
  tendMs: 60_000,
  longestStopMs: 5_000,
};

/** The publisher's clockwork. No error ends it, except what waiting can't mend at the start: topics, or no access. */
export class PublisherService implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  readonly #ports: PublisherPorts;
  readonly #log: AppLogger;
  readonly #times: PublisherTimes;
  readonly #timers = new Set<NodeJS.Timeout>();
  #stopping = false;
  /** A changed tenant file whose topics are not there yet. */
  #topicsPending = false;
  #complaint: string | undefined;

  constructor(ports: PublisherPorts, log: AppLogger, times: PublisherTimes = publisherTimes) {
    this.#ports = ports;
    this.#log = log;
    this.#times = times;
  }

  async onApplicationBootstrap(): Promise<void> {
    try {
      await this.#ports.ensureTopics();
      this.#start();
    } catch (error) {
      if (isBridgeError(error, 'TOPIC_INVALID') || isBridgeError(error, 'BROKER_ACCESS_DENIED')) throw error;
      this.#log.warn('topics not ready', { error });
      void this.#startLater();
    }
  }

  onModuleDestroy(): void {
    this.#stopping = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }

  async beforeApplicationShutdown(): Promise<void> {
    const { keeper, replayer } = this.#ports;
    await patiently(this.#times.longestStopMs, Promise.all([keeper.stop(), replayer.stop()]));
  }

  /** The brokers may come up after us. */
  async #startLater(): Promise<void> {
    for (let pause = 500; !this.#stopping; pause = Math.min(pause * 2, 10_000)) {
      await new Promise<void>((resolve) => {
        this.#after(pause, () => resolve());
      });
      if (this.#stopping) return;
      try {
        await this.#ports.ensureTopics();
        return this.#start();
      } catch (error) {
        this.#log.warn('topics not ready', { error });
      }
    }
  }

  #start(): void {
    if (this.#stopping) return;
    const { keeper, replayer, tendOutbox } = this.#ports;
    const { heartbeatMs, reloadMs, tendMs } = this.#times;
    void keeper.tick();
    this.#every(heartbeatMs, 'heartbeat failed', () => {
      replayer.tick();
      return keeper.tick();
    });
    this.#every(reloadMs, 'tenant file not looked at', () => this.#reload());
    this.#every(tendMs, 'outbox not tended', tendOutbox);
  }

  async #reload(): Promise<void> {
    if (this.#ports.reloadTenants()) this.#topicsPending = true;
    if (!this.#topicsPending) return;
    try {
      await this.#ports.ensureTopics();
      this.#topicsPending = false;
      this.#complaint = undefined;
      this.#log.info('topics ready');
    } catch (error) {
      // Tried until the cluster has the topics, and told once per reason.
      const reason = error instanceof Error ? error.message : String(error);
      if (reason !== this.#complaint) this.#log.warn('topics not ready', { error });
      this.#complaint = reason;
    }
  }

  /** Again and again, never twice at the same time. */
  #every(ms: number, complaint: string, work: () => Promise<unknown>): void {
    this.#after(ms, () => {
      work()
        .catch((error: unknown) => this.#log.warn(complaint, { error }))
        .finally(() => this.#every(ms, complaint, work));
    });
  }

  #after(ms: number, work: () => void): void {
    if (this.#stopping) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work();
    }, ms);
    this.#timers.add(timer);
  }
}
