import { figure, span, times } from '#core';
import type { QuotaView } from '../../../poller/src/quota.dto.ts';
import { table, type Column } from '../output/table.ts';
import type { Terminal } from '../output/terminal.ts';

const columns: readonly Column[] = [
  { title: 'window' },
  { title: 'allowed', isNumber: true },
  { title: 'used', isNumber: true },
  { title: 'kept for auth', isNumber: true },
  { title: 'left for polls', isNumber: true },
  { title: 'of it for backfills', isNumber: true },
];
const legend =
  'Kept for auth is what no poll may use, so that tokens can be refreshed. Used, kept and left are together what is allowed.';

const spentColumns: readonly Column[] = [
  { title: 'requests in 24 h', isNumber: true },
  { title: 'kind' },
  { title: 'what it does', wraps: true },
];
/** What the poller's own words for its requests mean. */
const purposes: Readonly<Record<string, string>> = {
  listing: 'looks for changes',
  wanted: 'reads what a listing has found',
  final: 'reads a day once more when it is over',
  sweep: 'looks at what no listing tells of',
  suspect: 'looks for the day that makes a listing fail',
  control: 'tries whether another day fails as well',
  reconcile: 'lists older days again',
  backfill: 'reads the past',
};

export function reportQuota(view: QuotaView, terminal: Terminal): string {
  const rows = view.windows.map(({ seconds, limit, used, left, leftForBackfill }) => [
    span(seconds * 1000),
    figure(limit),
    figure(used),
    figure(Math.max(0, limit - used - left)),
    left <= 0 ? terminal.paint('red', figure(left)) : figure(left),
    figure(leftForBackfill),
  ]);
  const refused =
    view.pausedUntil === null
      ? ''
      : `${terminal.paint('red', `Polar has refused a request for too many: nothing is sent before ${view.pausedUntil}.`)}\n\n`;
  return [
    terminal.prose(refused),
    table(columns, rows, terminal),
    terminal.prose(`${terminal.paint('dim', legend)}\n\n${paceOf(view)}\n\n`),
    spentOf(view, terminal),
  ].join('');
}

function paceOf({ pace }: QuotaView): string {
  if (pace === null) return 'How often is polled is not known yet: it is within a minute after the poller has started.';
  const { secondsPerRequest, expectedPerDay, allowedPerDay, overdue, stretch } = pace;
  return [
    `Polls are expected to use ${figure(expectedPerDay)} of the ${figure(allowedPerDay)} requests a day that they may.`,
    `A request is made when it saves ${span(secondsPerRequest * 1000)} of delay of a change.`,
    overdue === 0 ? 'No poll is late.' : `${times(overdue, 'poll')} ${overdue === 1 ? 'is' : 'are'} late.`,
    ...(stretch > 1 ? [`Even the longest pauses are ${stretch.toFixed(2)} times as long as configured.`] : []),
  ].join(' ');
}

function spentOf({ spentLastDay }: QuotaView, terminal: Terminal): string {
  const rows = Object.entries(spentLastDay)
    .toSorted(([, a], [, b]) => b - a)
    .map(([what, requests]) => [figure(requests), what, purposes[what] ?? '']);
  return rows.length === 0 ? 'No requests were made in the last 24 h.\n' : table(spentColumns, rows, terminal);
}
