import { figure, span } from '#core';
import type { SyncView } from '../../../poller/src/sync.dto.ts';
import { moment } from '../output/moments.ts';
import { table, type Column } from '../output/table.ts';
import type { Terminal } from '../output/terminal.ts';

type Target = SyncView['targets'][number];

const columns: readonly Column[] = [{ title: 'resource' }, { title: 'last polled' }, { title: 'why', wraps: true }];

export function reportSync(tenant: string, view: SyncView, now: number, terminal: Terminal): string {
  const { connection, status, statusReason, tenantPaused, targets, budget } = view;
  const state = statusReason === null ? status : `${status} (${statusReason})`;
  const lines = [
    `${connection} of ${tenant} is ${status === 'active' ? state : terminal.paint('red', state)}.`,
    ...(tenantPaused ? [terminal.paint('red', 'The tenant is paused: nothing of it is polled.')] : []),
    ...(budget.pausedUntil === null
      ? []
      : [
          terminal.paint(
            'red',
            `Polar has refused a request for too many: nothing is sent before ${budget.pausedUntil}.`,
          ),
        ]),
    ...budget.windows.map(
      ({ seconds, limit, used, left }) =>
        `Of the ${figure(limit)} requests in ${span(seconds * 1000)}, ${figure(used)} are used, and ${figure(left)} are left for live polls.`,
    ),
  ];
  const rows = targets
    .toSorted((a, b) => Number(hasTrouble(b)) - Number(hasTrouble(a)) || a.resource.localeCompare(b.resource))
    .map((target) => {
      const name = target.kind === 'backfill' ? `${target.resource} (backfill)` : target.resource;
      return [
        hasTrouble(target) ? terminal.paint('red', name) : name,
        moment(target.lastPolledAt, now),
        [target.why, ...givenUp(target)].join(' '),
      ];
    });
  return `${lines.join('\n')}\n\n${table(columns, rows, terminal)}`;
}

const hasTrouble = ({ suspended, failures, breaker, skippedDays }: Target): boolean =>
  suspended !== null || failures > 0 || breaker !== null || skippedDays.length > 0;

const givenUp = ({ skippedDays }: Target): readonly string[] =>
  skippedDays.length === 0 ? [] : [`Given up for now: ${skippedDays.join(', ')}.`];
