import type { RoundResult } from './round.ts';
import type { World } from './world.ts';

export interface Run {
  readonly seed: string;
  readonly minutes: number;
  readonly rounds: readonly RoundResult[];
  readonly world: Pick<World, 'tally' | 'fleet'>;
}

/** What came of a run, in Markdown. */
export function reportOf({ seed, minutes, rounds, world }: Run): string {
  const { tally, fleet } = world;
  const last = rounds.at(-1)?.verdict;
  const slowest = rounds.toSorted((a, b) => b.settledSeconds - a.settledSeconds).at(0);
  const count = (list: readonly unknown[] | undefined): number => list?.length ?? 0;
  const facts: readonly (readonly [string, string | number])[] = [
    ['seed', `\`${seed}\``],
    ['rounds', rounds.length],
    ['faults', tally.total],
    ['changes in the ledger', last?.comparison.expected ?? 0],
    ['of these with their event', last?.comparison.matched ?? 0],
    ['records of the consumer, with those that are derived', last?.records ?? 0],
    ['missing', count(last?.comparison.missing)],
    ['twice', count(last?.comparison.twice)],
    ['without a reason', count(last?.comparison.unexpected)],
    ['out of order', count(last?.comparison.outOfOrder)],
    ['derived events that do not fit', count(last?.comparison.inconsistent)],
    ['replays that are not exact', count(last?.replays)],
    ['requests', last?.requests ?? 0],
    ['windows over the quota, and refusals', count(last?.overQuota)],
    ['consents lost, targets suspended', count(last?.suspended)],
    ['processes that ended by themselves', count(fleet.collapsed)],
    ['slowest recovery', slowest === undefined ? '' : `${slowest.settledSeconds.toFixed(1)} s, after ${slowest.seed}`],
    ['median recovery', `${median(rounds.map(({ settledSeconds }) => settledSeconds)).toFixed(1)} s`],
  ];
  const failed = rounds.filter(({ wrongs }) => wrongs.length > 0);
  return [
    '# Chaos',
    '',
    `\`npm run test:chaos -- --seed ${seed} --minutes ${minutes}\`: what the names mean stands in [ADR 0030](adr/0030-fault-points-come-from-outside.md).`,
    '',
    ...table(['', ''], facts),
    '',
    ...(failed.length === 0
      ? []
      : ['## Failed', '', ...failed.flatMap(({ seed, wrongs }) => wrongs.map((wrong) => `- ${seed}: ${wrong}`)), '']),
    ...(fleet.collapsed.length === 0
      ? []
      : ['## Ended by themselves', '', ...fleet.collapsed.map((how) => `- ${how}`), '']),
    '## Faults by kind',
    '',
    ...table(
      ['fault', 'times'],
      [...tally.counts].toSorted(([a], [b]) => a.localeCompare(b)),
    ),
    '',
  ].join('\n');
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): readonly string[] {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
