import type { Case } from './cases.ts';
import type { Measured } from './measure.ts';
import type { Outcome } from './simulate.ts';

const aims = { flat: 1.02, 'two-peaks': 1.05 };

const titles: Readonly<Record<Case['table'], string>> = {
  main: 'What a look finds is fetched at once. Bounds: LB1 for the flat day, LB2 for two peaks',
  dates: 'One fetch for each local date on which something changed, beside LB2 that pays the same',
  guards: 'Pauses from 300 s to 12 h, beside LB1 with pauses so limited',
  once: 'At most one change a day, of athletes whose hazard is 2 a day. LB2 is that of Poisson changes: it can be beaten',
  cold: 'Nothing known at the start, no history; beside LB2',
};

const columns: readonly (readonly [title: string, width: number, of: (row: Row) => string])[] = [
  ['athletes', 8, ({ world }) => String(world.athletes)],
  ['sigma', 5, ({ world }) => String(world.sigma)],
  ['day', 9, ({ world }) => world.shape],
  ['rule', 14, ({ outcome }) => outcome.policy],
  ['mean h', 6, ({ outcome }) => outcome.mean.toFixed(3)],
  ['p50', 5, ({ outcome }) => outcome.p50.toFixed(2)],
  ['p95', 5, ({ outcome }) => outcome.p95.toFixed(2)],
  ['p99', 5, ({ outcome }) => outcome.p99.toFixed(2)],
  ['/ bound', 7, ({ outcome, bound }) => (outcome.mean / bound).toFixed(4)],
  ['+- 95 %', 7, ({ outcome, bound }) => (outcome.plusMinus / bound).toFixed(4)],
  ['/ at 100 %', 10, ({ outcome, boundOfAll }) => (outcome.mean / boundOfAll).toFixed(4)],
  ['per day', 7, ({ outcome }) => outcome.requestsPerDay.toFixed(0)],
  ['15 min', 6, ({ outcome }) => String(outcome.mostIn15Minutes)],
  ['24 h', 6, ({ outcome }) => String(outcome.mostInADay)],
];

interface Row extends Pick<Measured, 'bound' | 'boundOfAll'>, Pick<Case, 'world'> {
  readonly outcome: Outcome;
}

export function tables(results: readonly Measured[]): string {
  const kinds = [...new Set(results.map(({ of }) => of.table))];
  return [
    ...kinds.map((kind) =>
      tableOf(
        kind,
        results.filter(({ of }) => of.table === kind),
      ),
    ),
    `Aim: learned at most ${aims.flat} x LB1 on the flat day and ${aims['two-peaks']} x LB2 with two peaks, at what watching gets (95 % of the quota).`,
  ].join('\n\n');
}

function tableOf(kind: Case['table'], results: readonly Measured[]): string {
  const rows = results.flatMap(({ of: { world }, bound, boundOfAll, learned, rivals }) =>
    [learned, ...rivals].map((outcome): Row => ({ world, bound, boundOfAll, outcome })),
  );
  const line = (cell: (column: (typeof columns)[number]) => string): string =>
    columns.map((column) => cell(column).padStart(column[1])).join('  ');
  return [
    titles[kind],
    line(([title]) => title),
    ...rows.map((row) => line(([, , of]) => of(row))),
    ...results.map(warmUpLine),
  ].join('\n');
}

function warmUpLine({ of: { world }, bound, learned }: Measured): string {
  const days = learned.warmUp.map((mean) => (mean / bound).toFixed(3)).join(', ');
  return `warm-up of ${world.athletes}, sigma ${world.sigma}, ${world.shape}, by day: ${days}`;
}

/** For the last line. Times are hours; the worst of the main table are `lb1` and `lb2`. */
export function numbers(results: readonly Measured[]) {
  const worst = (shape: Case['world']['shape']): number | null => {
    const ratios = results
      .filter(({ of }) => of.table === 'main' && of.world.shape === shape)
      .map(({ learned, bound }) => learned.mean / bound);
    return ratios.length === 0 ? null : round(Math.max(...ratios));
  };
  const outcomes = results.flatMap(({ learned, rivals }) => [learned, ...rivals]);
  return {
    lb1: worst('flat'),
    lb2: worst('two-peaks'),
    over: outcomes.reduce((sum, { over }) => sum + over, 0),
    cases: results.map(({ of: { table, world, fetch, guards }, bound, boundOfAll, learned, rivals }) => ({
      table,
      ...world,
      fetch,
      guards,
      bound: round(bound),
      boundOfAll: round(boundOfAll),
      rules: [learned, ...rivals].map((outcome) => ({
        rule: outcome.policy,
        mean: round(outcome.mean),
        p50: round(outcome.p50),
        p95: round(outcome.p95),
        p99: round(outcome.p99),
        ratio: round(outcome.mean / bound),
        plusMinus: round(outcome.plusMinus / bound),
        ratioOfAll: round(outcome.mean / boundOfAll),
        requestsPerDay: Math.round(outcome.requestsPerDay),
        mostIn15Minutes: outcome.mostIn15Minutes,
        mostInADay: outcome.mostInADay,
        over: outcome.over,
        warmUp: outcome.warmUp.map((mean) => round(mean / bound)),
      })),
    })),
  };
}

function round(value: number): number {
  return Number(value.toFixed(4));
}
