import type { Cadence } from '#core';
import type { BreakerState } from '#polar';
import type { TargetState } from '#store';

/** What a target's next poll depends on beside the target itself. */
export interface Circumstances {
  readonly isPaused: boolean;
  /** Epoch ms until which the provider has asked us to wait, or null. */
  readonly waitsUntil: number | null;
  /** The open breaker that its requests would meet. */
  readonly breaker?: BreakerState | undefined;
  readonly cadence: Cadence;
  /** Epoch ms. */
  readonly now: number;
}

/** Why a target was or was not polled, and what comes next: one sentence for people. */
export function whyOf(target: TargetState, { isPaused, waitsUntil, breaker, cadence, now }: Circumstances): string {
  if (isPaused) return 'Not polled: the tenant is paused. It goes on when `paused` is taken out of the tenant file.';
  if (target.suspended === 'scope_missing')
    return 'Not polled: the athlete has not granted its scope. It goes on with a consent that has it.';
  if (target.suspended !== null) return `Not polled: ${target.suspended}. It goes on with a new consent.`;
  if (breaker !== undefined) return `${heldBy(breaker)}; tried again at ${iso(Math.max(breaker.until, now))}.`;
  if (target.polling) return 'Is queued or being polled right now.';
  if (waitsUntil !== null && waitsUntil > now)
    return `Waits: the provider has refused a request for too many; nothing is sent before ${iso(waitsUntil)}.`;
  const next = target.nextDueAt === null ? 'never' : target.nextDueAt;
  if (target.failures > 0)
    return `Backs off after ${times(target.failures, 'failure')} in a row (${target.lastError ?? 'unknown'}); tried again at ${next}.`;
  if (Date.parse(next) <= now)
    return 'Is due, and waits for its turn: the budget or the workers are taken by what is longer overdue.';
  if (target.wantedDays.length > 0)
    return `${times(target.wantedDays.length, 'day')} to read (${target.wantedDays.slice(0, 3).join(', ')}${target.wantedDays.length > 3 ? ', ...' : ''}); next at ${next}.`;
  if (target.kind === 'backfill') return `Goes on with the history at ${next}, as the budget allows.`;
  const rate = cadence.rate(target.rate);
  return `Changes ${perDay(rate)} are expected, and a request has to save ${span(cadence.patience(1))} of delay of one change: listed every ${span(target.intervalSeconds * 1000)} or so, next at ${next}.`;
}

function heldBy({ scope, key, failed, since }: BreakerState): string {
  const whose = {
    tenant: `${times(failed, 'athlete')} of the tenant`,
    resource: `${times(failed, 'athlete')} of the tenant for ${key}`,
    connection: `${times(failed, 'operation')} of this athlete`,
  }[scope];
  return `Waits since ${iso(since)}: the provider did not answer ${whose} in a row`;
}

function perDay(rate: number): string {
  return rate >= 1 ? `${rate.toFixed(1)} times a day` : `once in ${(1 / rate).toFixed(1)} days`;
}

function span(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 1) return 'less than a second';
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

function times(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
