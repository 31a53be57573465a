import type { BudgetUsage } from '#core';
import type { BreakerState } from '#polar';
import type { DatabaseStatus } from '#store';
import type { SeenDelay } from './change-delays.ts';

/** What is known of a tenant of the tenant file without asking anybody. */
export interface KnownTenant {
  readonly id: string;
  readonly name: string;
  readonly paused: boolean;
  /** Live targets when its pace was set; 0 before. */
  readonly targets: number;
  /** The longest pause between two polls that the tenant file asks for. */
  readonly maxSeconds: number;
  /** By how much even that is exceeded, because the quota asks for it: 1 or more. */
  readonly stretch: number;
}

/** What is looked up for those tenants only that are shown. */
export interface LookedUp {
  /** Undefined where Redis does not tell. */
  readonly budget: BudgetUsage | undefined;
  /** Mean seconds that a change waits by the tenant's pace. */
  readonly expectedDelay: number | undefined;
  readonly seenDelay: SeenDelay | undefined;
}

/** All that the status is made of. */
export interface StatusFacts {
  /** Epoch ms. */
  readonly at: number;
  /** What the poller needs, and whether it answers. */
  readonly services: Readonly<Record<string, 'up' | 'down'>>;
  /** Who brings the lanes to Kafka. Those that Debezium brings have no owner. */
  readonly relay: 'kafka' | 'debezium';
  readonly tenants: readonly KnownTenant[];
  /** Whom Polar does not answer, and since when: epoch ms by tenant. */
  readonly silent: ReadonlyMap<string, number>;
  /** Those of this replica that are open. */
  readonly breakers: readonly BreakerState[];
  /** Undefined where it did not answer. */
  readonly database: DatabaseStatus | undefined;
}
