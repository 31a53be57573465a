import { figure, span, times } from '#core';
import type { BackfillCostView, BackfillsView } from '../../../poller/src/backfill.dto.ts';
import { moment } from '../output/moments.ts';
import { table, type Column } from '../output/table.ts';
import type { Terminal } from '../output/terminal.ts';

type Backfill = BackfillsView['backfills'][number];

const costColumns: readonly Column[] = [
  { title: 'resource' },
  { title: 'listings', isNumber: true },
  { title: 'details', isNumber: true },
  { title: 'requests', isNumber: true },
];

export function reportCost(cost: BackfillCostView, terminal: Terminal): string {
  const rows = cost.resources
    .toSorted((a, b) => b.requests - a.requests)
    .map(({ resource, listings, details, requests }) => [resource, ...[listings, details, requests].map(figure)]);
  const takes =
    cost.expectedHours === null
      ? 'Nothing is left for backfills now.'
      : `They take ${span(cost.expectedHours * 3_600_000)} in what is left for backfills now.`;
  return `${table(costColumns, rows, terminal)}\n${times(cost.requests, 'request')}. ${takes} Nothing was begun.\n`;
}

const stateColumns: readonly Column[] = [
  { title: 'resource' },
  { title: 'state', wraps: true },
  { title: 'requests', isNumber: true },
];

export function reportBackfills(view: BackfillsView, now: number, terminal: Terminal): string {
  if (view.backfills.length === 0) return 'No backfill is under way.\n';
  return view.backfills
    .map((one) => reportBackfill(one, isStill(view) ? view.standstill : null, now, terminal))
    .join('\n');
}

/** An older poller does not say. */
export const isStill = (view: BackfillsView): view is BackfillsView & { readonly standstill: string } =>
  typeof view.standstill === 'string';

/** Why backfills that are under way do not come to an end by themselves; undefined where one does, or none is. */
export function whyEndless(view: BackfillsView): string | undefined {
  if (view.backfills.length === 0) return undefined;
  if (isStill(view)) return `It does not go on, and was not waited for: ${lowered(view.standstill)}`;
  if (view.backfills.some(({ pausedAt }) => pausedAt === null)) return undefined;
  return 'It is paused, and was not waited for: it goes on with `bridge backfill resume`.';
}

const lowered = (sentence: string): string => sentence.charAt(0).toLowerCase() + sentence.slice(1);

function reportBackfill(backfill: Backfill, standstill: string | null, now: number, terminal: Terminal): string {
  const { from, to, origin, startedAt, pausedAt, requestsUsed, requestsLeft, expectedEndAt, resources } = backfill;
  const begun = { connect: 'a connect', demand: 'an operator', device: "a watch's sync" }[origin];
  const end = `Its end is expected ${expectedEndAt === null ? 'when something is left for backfills' : moment(expectedEndAt, now)}.`;
  const paused = pausedAt === null ? [] : [terminal.paint('yellow', `Paused ${moment(pausedAt, now)}.`)];
  const still = standstill === null ? [] : [terminal.paint('red', standstill)];
  const states = [...paused, ...still];
  const rows = resources
    .toSorted((a, b) => rankOf(a) - rankOf(b) || a.resource.localeCompare(b.resource))
    .map((one) => [
      rankOf(one) === 0 ? terminal.paint('red', one.resource) : one.resource,
      stateOf(one),
      figure(one.requestsUsed),
    ]);
  return [
    `${from} to ${to}, begun ${moment(startedAt, now)} by ${begun}: ${times(requestsUsed, 'request')} made, ${figure(requestsLeft)} left. ${states.length === 0 ? end : states.join(' ')}`,
    '',
    table(stateColumns, rows, terminal),
  ].join('\n');
}

/** What is wrong first, what is done last. */
function rankOf({ done, failures, suspended, skippedDays }: Backfill['resources'][number]): number {
  if (failures > 0 || suspended !== null || skippedDays.length > 0) return 0;
  return done ? 2 : 1;
}

function stateOf({
  done,
  remaining,
  daysWanted,
  skippedDays,
  failures,
  lastError,
  suspended,
}: Backfill['resources'][number]): string {
  const parts = [
    ...(suspended === null ? [] : [`does not go on: ${suspended}`]),
    ...(failures === 0 ? [] : [`${times(failures, 'failure')} in a row (${lastError ?? 'unknown'})`]),
    ...(skippedDays.length === 0 ? [] : [`given up for now: ${skippedDays.join(', ')}`]),
    ...(remaining === null ? [] : [`${remaining.from} to ${remaining.to} to list`]),
    ...(daysWanted === 0 ? [] : [`${times(daysWanted, 'day')} to read`]),
    ...(done ? ['done'] : []),
  ];
  return parts.join('; ') || 'begins';
}

/** What the backfills have told so far, in a sentence. */
export function toldBy({ backfills }: BackfillsView): string {
  const counts = new Map<string, number>();
  for (const one of backfills)
    for (const [type, count] of Object.entries(one.counts)) counts.set(type, (counts.get(type) ?? 0) + count);
  const told = [...counts].map(([type, count]) => `${figure(count)} ${type}`);
  const requests = backfills.reduce((sum, { requestsUsed }) => sum + requestsUsed, 0);
  return `${times(requests, 'request')}; told: ${told.length === 0 ? 'nothing that was not known' : told.join(', ')}.`;
}
