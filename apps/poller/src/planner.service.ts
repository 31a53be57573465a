import { Injectable, type BeforeApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { AppLogger } from '#platform';
import { planTick, type Leased, type PlannerPorts } from './planner.ts';

/** The loop around `planTick`: once a second, never twice at the same time, and no error ends it. */
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

  @Interval(500)
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
    await this.#running;
  }

  async #once(): Promise<void> {
    try {
      const queued = await planTick(this.#ports, this.#capacity);
      // A full round means that more may be due: the next one need not wait.
      if (queued >= this.#capacity / 2 && !this.#stopping) await this.#once();
    } catch (error) {
      this.#log.warn('planner tick failed', { reason: error instanceof Error ? error.message : String(error) });
    }
  }
}
