import { Injectable, type BeforeApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppLogger, patiently } from '#platform';
import { pauseAfter, planTick, tickMs, type Leased, type PlannerPorts } from './planner.ts';

/** Without Redis a round waits without end. */
const longestStopMs = 5000;

/** The loop around `planTick`: at least twice a second, never twice at the same time, and no error ends it. */
@Injectable()
export class PlannerService<Target extends Leased> implements OnModuleDestroy, BeforeApplicationShutdown {
  readonly #ports: PlannerPorts<Target>;
  readonly #log: AppLogger;
  readonly #capacity: number;
  #running: Promise<void> = Promise.resolve();
  #busy = false;
  #stopping = false;

  constructor(ports: PlannerPorts<Target>, log: AppLogger, capacity: number) {
    this.#ports = ports;
    this.#log = log;
    this.#capacity = capacity;
  }

  @Interval(tickMs)
  tick(): void {
    if (this.#busy || this.#stopping) return;
    this.#busy = true;
    this.#running = this.#once().finally(() => {
      this.#busy = false;
    });
  }

  onModuleDestroy(): void {
    this.#stopping = true;
  }

  async beforeApplicationShutdown(): Promise<void> {
    await patiently(longestStopMs, this.#running);
  }

  async #once(): Promise<void> {
    try {
      while (!this.#stopping) {
        const start = performance.now();
        const planned = await planTick(this.#ports, this.#capacity);
        const pause = pauseAfter(planned, performance.now() - start);
        if (pause === undefined) return;
        await sleep(pause);
      }
    } catch (error) {
      this.#log.warn('planner tick failed', { reason: error instanceof Error ? error.message : String(error) });
    }
  }
}
