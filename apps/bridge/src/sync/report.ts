import { listed } from '#core';
import type { SyncView } from '../../../poller/src/sync.dto.ts';
import { table, type Column } from '../output/table.ts';
import type { Terminal } from '../output/terminal.ts';
import { stateOf, type TargetState } from './state.ts';

const columns: readonly Column[] = [
  { title: 'resource' },
  { title: 'last asked' },
  { title: 'next' },
  { title: 'state', wraps: true },
];
/** So many are named before a sentence that holds for more. */
const mostNames = 3;

/** Whether all goes as planned, a sentence about what does not, and a line for each resource. */
export function reportSync(tenant: string, view: SyncView, now: number, terminal: Terminal): string {
  const states = view.targets
    .map((target) => stateOf(target, view, now))
    .toSorted((a, b) => Number(a.isPlanned) - Number(b.isPlanned) || a.name.localeCompare(b.name));
  const rows = states.map(({ name, isPlanned, last, next, state }) => [
    isPlanned ? name : terminal.paint('red', name),
    last,
    next,
    state,
  ]);
  const prose = [conclusion(tenant, view, states, terminal), ...sentences(states, terminal)].join('\n');
  return `${terminal.prose(prose)}\n\n${table(columns, rows, terminal)}`;
}

function conclusion(
  tenant: string,
  { connection, status, statusReason, tenantPaused }: SyncView,
  states: readonly TargetState[],
  terminal: Terminal,
): string {
  const is = statusReason === null ? status : `${status} (${statusReason})`;
  const wrong = states.filter(({ isPlanned }) => !isPlanned).length;
  const nothing = tenantPaused ? '; nothing of it is polled while its tenant is paused' : '; nothing of it is polled';
  const polled =
    wrong === 0
      ? ', and polled as planned'
      : `; not as planned: ${String(wrong)} of its ${String(states.length)} polls`;
  return `${connection} of ${tenant} is ${status === 'active' ? is : terminal.paint('red', is)}${states.length === 0 ? nothing : polled}.`;
}

/** One for all that it holds for: what stops a tenant stops twenty resources. */
function sentences(states: readonly TargetState[], { paint }: Terminal): readonly string[] {
  const named = Map.groupBy(
    states.filter(({ isPlanned }) => !isPlanned),
    ({ why }) => why,
  );
  return [...named].map(([why, those]) => {
    const names = those.map(({ name }) => name);
    return `- ${paint('red', names.length === states.length ? 'all' : listed(names, mostNames))}: ${why}`;
  });
}
