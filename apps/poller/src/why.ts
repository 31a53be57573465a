import { span, times, type BudgetUsage, type Cadence, type RequestShape } from '#core';
import type { BreakerState } from '#polar';
import type { TargetState } from '#store';
import { roomIn, type BudgetWindow } from './room.ts';

/** What a target's next poll depends on beside the target itself. */
export interface Circumstances {
  readonly isPaused: boolean;
  /** What the tenant has left. */
  readonly budget: BudgetUsage;
  /** The open breaker that its requests would meet. */
  readonly breaker?: BreakerState | undefined;
  /** How its resource is read. */
  readonly shape: RequestShape['shape'];
  readonly cadence: Cadence;
  /** Epoch ms. */
  readonly now: number;
}

/** Why a target was or was not polled, and what comes next: one sentence for people. */
export function whyOf(target: TargetState, about: Circumstances): string {
  if (about.isPaused)
    return 'Not polled: the tenant is paused. It goes on when `paused` is taken out of the tenant file.';
  if (target.suspended !== null) return `Not polled: ${suspendedBy(target.suspended)}`;
  return heldBy(target, about) ?? (target.polling ? 'Is queued or being polled right now.' : awaited(target, about));
}

function suspendedBy(reason: string): string {
  if (reason === 'scope_missing')
    return 'the athlete has not granted its scope. It goes on with a consent that has it.';
  if (reason === 'backfill_paused') return 'the backfill is paused. It goes on with `bridge backfill resume`.';
  if (reason === 'paused_by_tenant') return 'the athlete is paused. It goes on with `POST .../resume`.';
  return `${reason}. It goes on with a new consent.`;
}

/** What keeps it from being polled even if it is its turn, and even if it is queued. */
function heldBy(target: TargetState, { budget, breaker, now }: Circumstances): string | undefined {
  if (budget.pausedUntil !== null && budget.pausedUntil > now)
    return `Waits: the provider has refused a request for too many; nothing is sent for ${span(budget.pausedUntil - now)}.`;
  if (breaker !== undefined) return `${brokenBy(breaker, now)}; tried again ${soon(breaker.until, now)}.`;
  const full = fullFor(target, budget, now);
  if (full === undefined) return undefined;
  const { seconds, limit, used } = full;
  const whose = target.kind === 'backfill' ? 'backfills' : 'live polls';
  return `Is ${target.polling ? 'queued' : 'due'}, and waits for the budget: ${used} of ${limit} requests in ${span(seconds * 1000)} are used, and no more ${whose} are let through for now.`;
}

function fullFor(target: TargetState, { windows }: BudgetUsage, now: number): BudgetWindow | undefined {
  const { kind, polling } = target;
  if (polling) return windows.find(({ left, leftForBackfill }) => (kind === 'backfill' ? leftForBackfill : left) <= 0);
  return isDue(target, now) ? roomIn(windows, kind).find(({ room }) => room <= 0)?.window : undefined;
}

function awaited(target: TargetState, { shape, cadence, now }: Circumstances): string {
  const next = target.nextDueAt === null ? 'never' : soon(Date.parse(target.nextDueAt), now);
  if (target.failures > 0)
    return `Backs off after ${times(target.failures, 'failure')} in a row (${target.lastError ?? 'unknown'}); tried again ${next}.`;
  if (isDue(target, now)) return 'Is due, and waits for its turn: the workers are taken by what is longer overdue.';
  if (target.wantedDays.length > 0)
    return `${times(target.wantedDays.length, shape === 'referenced' ? 'item' : 'day')} to read (${target.wantedDays.slice(0, 3).join(', ')}${target.wantedDays.length > 3 ? ', ...' : ''}); next ${next}.`;
  if (target.kind === 'backfill') return `Goes on with the history ${next}, as the budget allows.`;
  if (shape === 'referenced') return `Is read when something refers to it, and now and then again; next ${next}.`;
  const rate = cadence.rate(target.rate);
  return `Listed every ${span(target.intervalSeconds * 1000)} or so, next ${next}: changes are expected ${perDay(rate)}, and a request is made when it saves ${span(cadence.patience(1))} of delay of one change.`;
}

function isDue({ nextDueAt }: TargetState, now: number): boolean {
  return nextDueAt !== null && Date.parse(nextDueAt) <= now;
}

function brokenBy({ scope, key, failed, since }: BreakerState, now: number): string {
  const whose = {
    tenant: `${times(failed, 'athlete')} of the tenant`,
    resource: `${times(failed, 'athlete')} of the tenant for ${key}`,
    connection: `${times(failed, 'operation')} of this athlete`,
  }[scope];
  return `Has waited for ${span(now - since)}: the provider did not answer ${whose} in a row`;
}

function perDay(rate: number): string {
  return rate >= 1 ? `${rate.toFixed(1)} times a day` : `once in ${(1 / rate).toFixed(1)} days`;
}

function soon(at: number, now: number): string {
  return at <= now ? 'now' : `in ${span(at - now)}`;
}
