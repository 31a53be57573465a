import type { Tenant } from '#core';
import { MemoryBroker } from './fakes/broker.ts';
import { MemoryBudget } from './fakes/budget-state.ts';
import { MemoryLanes } from './fakes/lane-store.ts';
import { MemoryParking } from './fakes/parking.ts';
import { memoryPacing } from './fakes/pacing-store.ts';
import { MemoryPollStore, type PollStoreOptions } from './fakes/poll-store.ts';
import { MemoryQueue } from './fakes/poll-queue.ts';
import { MemoryProvider } from './fakes/provider.ts';
import { MemoryQuotaLedger } from './fakes/quota-ledger.ts';
import { MemoryTurns } from './fakes/turns.ts';
import { resources } from './resources.ts';
import type { Scheduler } from './time/scheduler.ts';
import type { Ledger } from './world/ledger.ts';

/** How long a request counts as in flight, in ms. */
export const holdMs = 60_000;
export const laneCount = 3;
const longestTurnMs = 5000;

export interface ServicesOptions {
  readonly scheduler: Scheduler;
  readonly ledger: Ledger;
  readonly tenant: Tenant;
  /** The outbox has something new, as NOTIFY tells. */
  readonly onAppend: (lane: number) => void;
  /** A planted bug may put its own in place. */
  readonly createStore?: (options: PollStoreOptions) => MemoryPollStore;
}

/** What runs beside the processes and outlives them: each with a clock of its own. */
export class Services {
  readonly skewMs = { postgres: 0, redis: 0 };
  readonly lanes: MemoryLanes;
  readonly parking: MemoryParking;
  readonly store: MemoryPollStore;
  readonly pacing: ReturnType<typeof memoryPacing>;
  readonly ledger = new MemoryQuotaLedger();
  readonly budget: MemoryBudget;
  readonly queue: MemoryQueue;
  readonly broker: MemoryBroker;
  readonly provider: MemoryProvider;
  readonly turns: MemoryTurns;

  constructor({
    scheduler,
    ledger,
    tenant,
    onAppend,
    createStore = (options) => new MemoryPollStore(options),
  }: ServicesOptions) {
    const postgres = (): number => scheduler.now + this.skewMs.postgres;
    const redis = (): number => scheduler.now + this.skewMs.redis;
    this.lanes = new MemoryLanes(postgres, laneCount);
    this.parking = new MemoryParking(postgres, (publisher, lane) => this.lanes.termOf(publisher, lane));
    this.store = createStore({
      now: postgres,
      append: (lane, messages) => {
        this.lanes.append(lane, messages);
        onAppend(lane);
      },
      resources,
    });
    this.pacing = memoryPacing(this.store, postgres);
    this.budget = new MemoryBudget(redis, holdMs);
    this.turns = new MemoryTurns(redis, longestTurnMs);
    this.queue = new MemoryQueue(() => scheduler.now);
    this.broker = new MemoryBroker(() => scheduler.now);
    this.provider = new MemoryProvider(ledger, tenant.quota);
  }

  flushRedis(): void {
    this.budget.flush();
    this.queue.flush();
    this.turns.flush();
  }
}
