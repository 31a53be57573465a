import { figure, span, times } from '#core';
import type { ReplaySizeView, ReplayView } from '../../../publisher/src/replays.dto.ts';
import { moment } from '../output/moments.ts';
import { table, type Column } from '../output/table.ts';
import type { Terminal } from '../output/terminal.ts';

export function reportSize({ events, seconds }: ReplaySizeView): string {
  const size =
    events === null
      ? 'More events than could be counted within 10 s'
      : `${times(events, 'event')}${seconds === null ? '' : `, in ${span(seconds * 1000)}`}`;
  return `${size}. Nothing was begun.\n`;
}

export function reportReplay({ id, status, reason, published, events, perSecond }: ReplayView): string {
  const all = events === null ? 'events' : `of ${times(events, 'event')}`;
  const why = reason === null ? '' : ` (${reason})`;
  return `Replay ${id} is ${status}${why}: ${figure(published)} ${all} published, at ${figure(perSecond)} a second.\n`;
}

const columns: readonly Column[] = [
  { title: 'replay' },
  { title: 'status' },
  { title: 'published', isNumber: true },
  { title: 'of', isNumber: true },
  { title: 'begun' },
  { title: 'what', wraps: true },
];

export function reportReplays(replays: readonly ReplayView[], now: number, terminal: Terminal): string {
  if (replays.length === 0) return 'There is no replay.\n';
  const rows = replays.map((one) => [
    one.id,
    one.status === 'failed' ? terminal.paint('red', one.status) : one.status,
    figure(one.published),
    one.events === null ? '?' : figure(one.events),
    moment(one.createdAt, now),
    [...one.types, ...one.modes, one.connection, one.reason].filter(Boolean).join(', ') || 'all',
  ]);
  return table(columns, rows, terminal);
}
