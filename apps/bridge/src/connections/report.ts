import { times } from '#core';
import type { ConnectionView } from '../../../auth/src/connections.dto.ts';
import { moment } from '../output/moments.ts';
import { table, type Column } from '../output/table.ts';
import type { Colour, Terminal } from '../output/terminal.ts';

/** What needs somebody comes first. An object, so that none is forgotten. */
const urgency: Readonly<Record<ConnectionView['status'], number>> = {
  needs_reauth: 0,
  degraded: 1,
  paused: 2,
  active: 3,
  revoked: 4,
  erased: 5,
};
export const statusesByUrgency = Object.keys(urgency) as readonly ConnectionView['status'][];

const colours: Readonly<Partial<Record<ConnectionView['status'], Colour>>> = {
  needs_reauth: 'red',
  degraded: 'yellow',
  paused: 'yellow',
  revoked: 'dim',
  erased: 'dim',
};

const columns: readonly Column[] = [
  { title: 'connection' },
  { title: 'user reference', wraps: true },
  { title: 'status' },
  { title: 'why', wraps: true },
  { title: 'changed' },
];

export function reportConnections(connections: readonly ConnectionView[], now: number, terminal: Terminal): string {
  if (connections.length === 0) return 'There is no such connection.\n';
  const rows = connections
    .toSorted((a, b) => urgency[a.status] - urgency[b.status])
    .map(({ id, userReference, status, statusReason, updatedAt }) => {
      const colour = colours[status];
      const shown = colour === undefined ? status : terminal.paint(colour, status);
      return [id, userReference, shown, statusReason ?? '', moment(updatedAt, now)];
    });
  const counts = statusesByUrgency
    .map((status) => [status, connections.filter((one) => one.status === status).length] as const)
    .filter(([, count]) => count > 0)
    .map(([status, count]) => `${String(count)} ${status}`);
  return `${table(columns, rows, terminal)}\n${times(connections.length, 'connection')}: ${counts.join(', ')}.\n`;
}
