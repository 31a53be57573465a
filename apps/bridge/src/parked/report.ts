import { figure, refusalAdvice, size, times } from '#core';
import type { ParkedEventView, ParkedStreamView } from '../../../publisher/src/parked.dto.ts';
import { moment } from '../output/moments.ts';
import { table, type Column } from '../output/table.ts';
import type { Terminal } from '../output/terminal.ts';

const streamColumns: readonly Column[] = [
  { title: 'stream' },
  { title: 'why' },
  { title: 'events', isNumber: true },
  { title: 'topic', wraps: true },
  { title: 'tries', isNumber: true },
  { title: 'next try' },
];

export function reportParked(parked: readonly ParkedStreamView[], now: number, terminal: Terminal): string {
  if (parked.length === 0) return 'Nothing is parked.\n';
  const events = parked.reduce((sum, one) => sum + one.events, 0);
  const rows = parked
    .toSorted((a, b) => b.events - a.events)
    .map(({ stream, reason, events: waiting, topic, tries, nextTryAt }) => {
      return [stream, terminal.paint('red', reason), figure(waiting), topic, figure(tries), moment(nextTryAt, now)];
    });
  const reasons = [...new Set(parked.map(({ reason }) => reason))].flatMap((reason) => {
    const words = [...new Set(parked.filter((one) => one.reason === reason).map(({ detail }) => detail))];
    return [
      `${reason}: ${refusalAdvice.get(reason) ?? 'mend what the broker says'}, then \`bridge parked release\`.`,
      ...words.slice(0, 3).map((detail) => `  the broker says: ${detail}`),
    ];
  });
  return [
    `${times(events, 'event')} of ${times(parked.length, 'athlete')} ${events === 1 ? 'waits' : 'wait'}.`,
    '',
    ...reasons,
    '',
    table(streamColumns, rows, terminal),
  ].join('\n');
}

const eventColumns: readonly Column[] = [
  { title: 'position', isNumber: true },
  { title: 'type', wraps: true },
  { title: 'topic', wraps: true },
  { title: 'size', isNumber: true },
  { title: 'recorded' },
];

export function reportEvents(events: readonly ParkedEventView[], now: number, terminal: Terminal): string {
  const rows = events.map(({ position, type, topic, bytes, createdAt }, index) => [
    index === 0 ? terminal.paint('red', position) : position,
    type,
    topic,
    size(bytes),
    moment(createdAt, now),
  ]);
  return table(eventColumns, rows, terminal);
}
