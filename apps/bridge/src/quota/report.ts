import { figure, span } from '#core';
import type { QuotaView } from '../../../poller/src/quota.dto.ts';
import { table, type Column } from '../output/table.ts';
import type { Terminal } from '../output/terminal.ts';

const columns: readonly Column[] = [
  { title: 'window' },
  { title: 'used', isNumber: true },
  { title: 'allowed', isNumber: true },
  { title: 'left for live polls', isNumber: true },
  { title: 'left for backfills', isNumber: true },
];

export function reportQuota(view: QuotaView, terminal: Terminal): string {
  const rows = view.windows.map(({ seconds, limit, used, left, leftForBackfill }) => [
    span(seconds * 1000),
    figure(used),
    figure(limit),
    left <= 0 ? terminal.paint('red', figure(left)) : figure(left),
    figure(leftForBackfill),
  ]);
  const refused =
    view.pausedUntil === null
      ? ''
      : `${terminal.paint('red', `Polar has refused a request for too many: nothing is sent before ${view.pausedUntil}.`)}\n\n`;
  return `${refused}${table(columns, rows, terminal)}\n${[paceOf(view), spentOf(view)].join('\n')}\n`;
}

function paceOf({ pace }: QuotaView): string {
  if (pace === null)
    return 'The price of a request is not set yet: it is within a minute after the poller has started.';
  const { secondsPerRequest, expectedPerDay, allowedPerDay, overdue, stretch } = pace;
  return [
    `A request has to save ${span(secondsPerRequest * 1000)} of delay to be made: ${figure(expectedPerDay)} of ${figure(allowedPerDay)} requests a day are expected.`,
    `${figure(overdue)} targets were overdue.`,
    ...(stretch > 1 ? [`Even the longest pauses are ${stretch.toFixed(2)} times as long as configured.`] : []),
  ].join(' ');
}

function spentOf({ spentLastDay }: QuotaView): string {
  const spent = Object.entries(spentLastDay)
    .toSorted(([, a], [, b]) => b - a)
    .map(([what, requests]) => `${figure(requests)} ${what}`);
  return `In the last 24 hours: ${spent.length === 0 ? 'no requests' : spent.join(', ')}.`;
}
