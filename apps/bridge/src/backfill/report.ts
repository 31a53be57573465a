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

export function reportBackfills({ backfills }: BackfillsView, now: number, terminal: Terminal): string {
  if (backfills.length === 0) return 'No backfill is under way.\n';
  return backfills.map((one) => reportBackfill(one, now, terminal)).join('\n');
}

function reportBackfill(backfill: Backfill, now: number, terminal: Terminal): string {
  const { from, to, origin, startedAt, pausedAt, requestsUsed, requestsLeft, expectedEndAt, resources } = backfill;
  const begun = { connect: 'a connect', demand: 'an operator', device: "a watch's sync" }[origin];
  const state =
    pausedAt === null
      ? `Its end is expected ${expectedEndAt === null ? 'when something is left for backfills' : moment(expectedEndAt, now)}.`
      : terminal.paint('yellow', `Paused ${moment(pausedAt, now)}.`);
  const rows = resources
    .toSorted((a, b) => rankOf(a) - rankOf(b) || a.resource.localeCompare(b.resource))
    .map((one) => [
      rankOf(one) === 0 ? terminal.paint('red', one.resource) : one.resource,
      stateOf(one),
      figure(one.requestsUsed),
    ]);
  return [
    `${from} to ${to}, begun ${moment(startedAt, now)} by ${begun}: ${times(requestsUsed, 'request')} made, ${figure(requestsLeft)} left. ${state}`,
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
