import { figure, isHeld, span, times } from '#core';
import type { LanesView } from '../../../publisher/src/lanes.dto.ts';
import { moment } from '../output/moments.ts';
import { table, type Column } from '../output/table.ts';
import type { Terminal } from '../output/terminal.ts';

const columns: readonly Column[] = [
  { title: 'lane', isNumber: true },
  { title: 'waiting', isNumber: true },
  { title: 'since' },
  { title: 'relayed up to', isNumber: true },
  { title: 'publisher', wraps: true },
  { title: 'lease ends' },
];

export function reportLanes({ lanes }: LanesView, now: number, terminal: Terminal): string {
  const waiting = lanes.reduce((sum, { lagRows }) => sum + lagRows, 0);
  const unowned = lanes.filter((lane) => !isHeld(lane, now)).length;
  const rows = lanes
    .toSorted((a, b) => b.lagSeconds - a.lagSeconds || b.lagRows - a.lagRows || a.lane - b.lane)
    .map(({ lane, owner, leaseUntil, lagRows, lagSeconds, relayed }) => [
      String(lane),
      figure(lagRows),
      lagRows === 0 ? '-' : span(lagSeconds * 1000),
      figure(relayed),
      owner !== null && isHeld({ owner, leaseUntil }, now)
        ? owner
        : terminal.paint(lagRows > 0 ? 'red' : 'yellow', 'nobody'),
      moment(leaseUntil, now),
    ]);
  const summary = [
    `${times(lanes.length, 'lane')}, ${times(waiting, 'event')} ${waiting === 1 ? 'waits' : 'wait'} for Kafka.`,
    ...(unowned > 0 ? [terminal.paint('red', `${times(unowned, 'lane')} without a publisher.`)] : []),
  ];
  return `${summary.join(' ')}\n\n${table(columns, rows, terminal)}`;
}
