import type { LocalDate } from './calendar.ts';
import type { Cadence } from './cadence/cadence.ts';
import type { ChangeRate } from './cadence/change-rate.ts';
import type { Cursor } from './cursor.ts';
import type { Phase, Resource } from './resource.ts';
import type { PollingSettings } from './tenant.ts';

export interface PolledConnection {
  readonly id: string;
  readonly tenant: string;
  /** Learned from the athlete's data; null until then. */
  readonly utcOffsetMinutes: number | null;
  /** UTC date of the first consent: older days are history, fetched by the backfill. */
  readonly establishedOn: LocalDate;
  /** The connection whose token is used; another one for what is the same for all athletes. By default its own. */
  readonly carrier?: string;
}

export type TargetKind = 'live' | 'backfill';

/** What decides when the target is listed again. */
export interface Schedule {
  readonly cadence: Cadence;
  /** What was learned of the target so far. */
  readonly rate: ChangeRate;
  /** Between 0 and 1, drawn for this poll. */
  readonly random: number;
}

/** One poll of one target: all that the sentence "plan, fetch, diff, record" needs to know. */
export interface Tick {
  readonly resource: Resource;
  readonly kind: TargetKind;
  readonly connection: PolledConnection;
  readonly polling: PollingSettings;
  readonly topicPrefix: string;
  /** Whether the tenant wants states beside the events. */
  readonly keepsState: boolean;
  readonly cursor: Cursor;
  /** Seconds between two listings. */
  readonly intervalSeconds: number;
  readonly schedule: Schedule;
  readonly failures: number;
  /** Proves at `record` that the work is still ours. */
  readonly leaseToken: string;
  /** Epoch ms: the moment that everything in this poll counts from. */
  readonly at: number;
  /** While true, days before `establishedOn` belong to the backfill, and nothing is declared deleted. */
  readonly backfilling: boolean;
  /**
   * The days of a backfill that was begun later and is under way: what is told of them is told as its, and nothing is
   * declared deleted. The live poll goes on with all of its days.
   */
  readonly refilling?: { readonly from: LocalDate; readonly to: LocalDate };
  /** Whether the athlete's other resources answer normally. */
  readonly siblingsHealthy: boolean;
  /** W3C trace context of this poll. */
  readonly traceparent: string;
}

/**
 * `reconcile`: days older than those watched, listed again. `control`: asked for beside a day that has failed before, to tell a
 * day at fault from a provider that is down.
 */
export type WindowReason = 'listing' | 'backfill' | 'control' | 'suspect' | 'final' | 'wanted' | 'sweep' | 'reconcile';

/** One request to the provider. */
export interface Window {
  readonly phase: Phase;
  readonly from: LocalDate;
  /** Exclusive. */
  readonly to: LocalDate;
  readonly features: readonly string[];
  readonly reason: WindowReason;
  /** The want that it serves. */
  readonly since?: string;
}
