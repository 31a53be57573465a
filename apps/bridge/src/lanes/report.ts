import { figure, isHeld, span, times } from '#core';
import type { LanesView } from '../../../publisher/src/lanes.dto.ts';
import { moment } from '../output/moments.ts';
import { table, type Column } from '../output/table.ts';
import type { Terminal } from '../output/terminal.ts';

type Lane = LanesView['lanes'][number];

const progress: readonly Column[] = [
  { title: 'lane', isNumber: true },
  { title: 'waiting', isNumber: true },
  { title: 'since' },
  { title: 'relayed up to', isNumber: true },
];

export function reportLanes(view: LanesView, terminal: Terminal): string {
  return view.relay === 'debezium' ? reportDebezium(view, terminal) : reportPublishers(view, terminal);
}

function reportPublishers({ at, lanes }: LanesView, terminal: Terminal): string {
  // Not this machine's clock: it is the database's by which a lease ends.
  const now = Date.parse(at);
  const unowned = lanes.filter((lane) => !isHeld(lane, now)).length;
  const rows = furthestBehind(lanes).map((lane) => [
    ...progressOf(lane),
    lane.owner !== null && isHeld(lane, now)
      ? lane.owner
      : terminal.paint(lane.lagRows > 0 ? 'red' : 'yellow', 'nobody'),
    moment(lane.leaseUntil, now),
  ]);
  const summary = [
    `${waitingIn(lanes)} for Kafka.`,
    ...(unowned > 0 ? [terminal.paint('red', `${times(unowned, 'lane')} without a publisher.`)] : []),
  ];
  return `${summary.join(' ')}\n\n${table([...progress, { title: 'publisher', wraps: true }, { title: 'lease ends' }], rows, terminal)}`;
}

/** Nobody holds a lane then: the publishers follow the slot and note how far it is. */
function reportDebezium({ lanes }: LanesView, terminal: Terminal): string {
  const rows = furthestBehind(lanes).map(progressOf);
  return [
    `${waitingIn(lanes)} for Debezium, which relays them all, as far as its replication slot tells.`,
    'Whether somebody reads the slot: `bridge doctor --for publisher`.',
    '',
    table(progress, rows, terminal),
  ].join('\n');
}

const waitingIn = (lanes: readonly Lane[]): string => {
  const waiting = lanes.reduce((sum, { lagRows }) => sum + lagRows, 0);
  return `${times(lanes.length, 'lane')}, ${times(waiting, 'event')} ${waiting === 1 ? 'waits' : 'wait'}`;
};

const furthestBehind = (lanes: readonly Lane[]): readonly Lane[] =>
  lanes.toSorted((a, b) => b.lagSeconds - a.lagSeconds || b.lagRows - a.lagRows || a.lane - b.lane);

const progressOf = ({ lane, lagRows, lagSeconds, relayed }: Lane): readonly string[] => [
  String(lane),
  figure(lagRows),
  lagRows === 0 ? '-' : span(lagSeconds * 1000),
  figure(relayed),
];
