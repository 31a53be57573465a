import { span, times } from '#core';
import type { SyncView } from '../../../poller/src/sync.dto.ts';
import { moment } from '../output/moments.ts';

type Target = SyncView['targets'][number];

/** How a target is doing. */
export interface TargetState {
  /** Of the resource, and of what is read for it where that is not what is new. */
  readonly name: string;
  readonly isPlanned: boolean;
  /** When it was asked, and when it is. */
  readonly last: string;
  readonly next: string;
  /** In a few words. */
  readonly state: string;
  /** In a sentence. */
  readonly why: string;
}

/** Planning takes a moment: nobody waits who is due for less. */
const longestTurnMs = 60_000;

export function stateOf(target: Target, view: SyncView, now: number): TargetState {
  const { resource, kind, lastPolledAt, skippedDays } = target;
  const trouble = troubleOf(target, view, now);
  const isOff = view.tenantPaused || target.suspended !== null;
  return {
    name: kind === 'backfill' ? `${resource} (backfill)` : resource,
    isPlanned: trouble === undefined && skippedDays.length === 0,
    last: moment(lastPolledAt, now),
    next: isOff ? '-' : nextOf(target, now),
    state: [trouble ?? plannedOf(target), ...(skippedDays.length === 0 ? [] : ['days given up'])].join('; '),
    why: [target.why, ...(skippedDays.length === 0 ? [] : [`Given up for now: ${skippedDays.join(', ')}.`])].join(' '),
  };
}

/** In the order of what decides: what holds all of a tenant, then the target's own. */
function troubleOf(target: Target, { tenantPaused, budget }: SyncView, now: number): string | undefined {
  const { suspended, breaker, failures, polling, nextDueAt } = target;
  if (tenantPaused || suspended !== null) return 'not polled';
  if (budget.pausedUntil !== null && Date.parse(budget.pausedUntil) > now) return 'waits for Polar';
  if (breaker !== null) return 'waits for Polar';
  if (polling) return undefined;
  if (failures > 0) return times(failures, 'failure');
  // For what, the sentence tells: the poller knows how much room each kind of request is left.
  return nextDueAt !== null && now - Date.parse(nextDueAt) > longestTurnMs ? 'waits' : undefined;
}

function plannedOf({ kind, polling, wantedDays, intervalSeconds, expectedChangesPerDay }: Target): string {
  if (polling) return 'being asked';
  if (wantedDays.length > 0) return `${String(wantedDays.length)} to read`;
  if (kind === 'backfill') return 'goes on';
  // Nothing is expected of what is read when something refers to it.
  return expectedChangesPerDay === null ? 'when referred to' : `every ${span(intervalSeconds * 1000)}`;
}

function nextOf({ nextDueAt, polling }: Target, now: number): string {
  if (nextDueAt === null && !polling) return '-';
  return polling || Date.parse(nextDueAt ?? '') <= now ? 'now' : moment(nextDueAt, now);
}
