import {
  addDays,
  backfillable,
  backfillCost,
  backfillHours,
  daysBetween,
  isDated,
  mostBackfillDays,
  type BackfillCost,
  type BudgetUsage,
  type DateRange,
  type Resource,
  type Tenant,
} from '#core';
import { Problem, type Refusal } from '#platform';
import type { BackfillScene, BackfillState } from '#store';

export interface WantedBackfill extends DateRange {
  readonly resources?: readonly string[];
}

export interface BackfillEstimate {
  readonly resources: readonly ({ readonly resource: string; readonly requests: number } & BackfillCost)[];
  readonly requests: number;
  readonly expectedHours: number | null;
}

/**
 * The resources that a demand is for.
 * @param plan those that the tenant has polled
 * @throws Problem 400 that lists each value that can't be, or 409 when there is nothing that could be fetched
 */
export function backfilledResources(
  wanted: WantedBackfill,
  tenant: Tenant,
  plan: readonly Resource[],
  scene: BackfillScene,
): readonly Resource[] {
  const errors = [...rangeErrors(wanted, tenant, scene), ...resourceErrors(wanted.resources ?? [], plan, scene)];
  if (errors.length > 0)
    throw new Problem(400, 'The request has values that are not allowed.', { code: 'VALIDATION_FAILED', errors });
  const found = plan.filter(
    ({ name, request }) =>
      isDated(request) && scene.resources.includes(name) && (wanted.resources?.includes(name) ?? true),
  );
  if (found.length === 0)
    throw new Problem(409, 'Nothing is polled of this connection that has a history.', { code: 'NOTHING_TO_BACKFILL' });
  return found;
}

function rangeErrors({ from, to }: DateRange, tenant: Tenant, scene: BackfillScene): readonly Refusal[] {
  const possible = backfillable(scene.at, scene.utcOffsetMinutes, tenant);
  const errors: Refusal[] = [];
  if (from < possible.from)
    errors.push({ path: 'from', value: from, allowed: `${possible.from} or later: Polar may have nothing older` });
  if (to > possible.to)
    errors.push({
      path: 'to',
      value: to,
      allowed: `${possible.to} or earlier, the athlete's today: it is exclusive, and days that are not over are polled live`,
    });
  if (from >= to) errors.push({ path: 'to', value: to, allowed: 'a day after `from`: it is exclusive' });
  else if (daysBetween(from, to) > mostBackfillDays)
    errors.push({
      path: 'from',
      value: from,
      allowed: `at most ${mostBackfillDays} days: ${addDays(to, -mostBackfillDays)} or later`,
    });
  return errors;
}

function resourceErrors(
  names: readonly string[],
  plan: readonly Resource[],
  { resources: polled }: BackfillScene,
): readonly Refusal[] {
  const dated = plan.filter(({ request }) => isDated(request)).map(({ name }) => name);
  const possible = dated.filter((name) => polled.includes(name));
  return names.flatMap((value, index) => {
    if (possible.includes(value)) return [];
    const why = dated.includes(value) ? 'its scope was not granted' : 'it is none that this tenant polls by days';
    return [{ path: `resources[${index}]`, value, allowed: `one of ${possible.join(', ')}; ${why}` }];
  });
}

/** What a demand would cost, and how long it would take in what is left for backfills now. */
export function estimate(
  range: DateRange,
  resources: readonly Resource[],
  { known }: BackfillScene,
  usage: BudgetUsage,
): BackfillEstimate {
  const costs = resources.map((resource) => {
    const cost = backfillCost(resource, range, known.get(resource.name));
    return { resource: resource.name, ...cost, requests: cost.listings + cost.details };
  });
  const requests = costs.reduce((sum, cost) => sum + cost.requests, 0);
  return { resources: costs, requests, expectedHours: backfillHours(usage, requests) };
}

/** @returns requests that a backfill is expected to cost from now on */
export function costLeft(
  { resources: parts }: BackfillState,
  all: readonly Resource[],
  { known }: BackfillScene,
): number {
  return parts.reduce((sum, { resource: name, remaining, daysWanted }) => {
    const resource = all.find((one) => one.name === name);
    if (resource === undefined) return sum + daysWanted;
    const { listings, details } =
      remaining === null ? { listings: 0, details: 0 } : backfillCost(resource, remaining, known.get(name));
    return sum + daysWanted + listings + details;
  }, 0);
}
