import type { ColdResult } from './cold.ts';

/** Access tokens while the stored ones are good, beside the yardstick. */
export interface Warm {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly yardstick: number;
  readonly ratio: number;
}

/** By how many ask at a time. */
export type WarmResults = Readonly<Record<16 | 64, Warm>>;

export function tableOf(warm: WarmResults, results: readonly (readonly [title: string, result: ColdResult])[]): string {
  const rows = [
    ...warmRows(16, warm[16]),
    ...warmRows(64, warm[64]),
    ...results.flatMap(([title, result]) => coldRows(title, result)),
  ];
  return rows.map(([what = '', value = '']) => `${what.padEnd(64)} ${value}`).join('\n');
}

const warmRows = (concurrency: number, { perSecond, p50Ms, p99Ms, yardstick, ratio }: Warm) => [
  [`access tokens per second, warm, ${concurrency} at a time`, perSecond.toFixed(0)],
  ['  p50, p99', `${p50Ms.toFixed(1)} ms, ${p99Ms.toFixed(1)} ms`],
  ['  /health/live per second; ratio', `${yardstick.toFixed(0)}; ${ratio.toFixed(2)}`],
];

const coldRows = (title: string, result: ColdResult) => [
  [title, ''],
  ['  athletes served per second', `${result.perSecond.toFixed(0)} (all in ${result.seconds.toFixed(1)} s)`],
  ['  p50, p99 from the first request on', `${result.p50Ms.toFixed(0)} ms, ${result.p99Ms.toFixed(0)} ms`],
  [
    '  refreshes; athletes refreshed twice at once; revoked',
    `${result.refreshes}; ${result.concurrent}; ${result.revoked}`,
  ],
  ['  answers that asked to wait', String(result.waits)],
  ['  fullest windows, as the provider counted', result.worstWindows.join(', ')],
  ['  polls per second before, meanwhile', `${result.pollerBefore.toFixed(1)}, ${result.pollerMeanwhile.toFixed(1)}`],
];

export function numbers(warm: WarmResults, ample: ColdResult, scarce: ColdResult) {
  const round = (value: number, digits = 1): number => Number(value.toFixed(digits));
  return {
    warmPerSecond: round(warm[16].perSecond, 0),
    warmP50Ms: round(warm[16].p50Ms),
    warmP99Ms: round(warm[16].p99Ms),
    ratio: round(warm[16].ratio, 3),
    warm64PerSecond: round(warm[64].perSecond, 0),
    warm64P50Ms: round(warm[64].p50Ms),
    warm64P99Ms: round(warm[64].p99Ms),
    ratio64: round(warm[64].ratio, 3),
    ...Object.fromEntries(
      [['cold', ample] as const, ['scarce', scarce] as const].flatMap(([name, result]) => [
        [`${name}PerSecond`, round(result.perSecond)],
        [`${name}P50Ms`, round(result.p50Ms, 0)],
        [`${name}P99Ms`, round(result.p99Ms, 0)],
        [`${name}Waits`, result.waits],
        [`${name}WorstWindow`, result.worstWindows[0]],
        [`${name}PollsBefore`, round(result.pollerBefore)],
        [`${name}PollsMeanwhile`, round(result.pollerMeanwhile)],
      ]),
    ),
    refreshes: [ample.refreshes, scarce.refreshes],
    concurrent: ample.concurrent + scarce.concurrent,
    revoked: ample.revoked + scarce.revoked,
  };
}

/** What must not be, in words. */
export function faults(
  name: string,
  { refreshes, concurrent, revoked, isOver, worstWindows }: ColdResult,
  athletes: number,
): readonly string[] {
  return [
    ...(refreshes === athletes ? [] : [`${name}: ${refreshes} refreshes of ${athletes} athletes`]),
    ...(concurrent === 0 ? [] : [`${name}: ${concurrent} athletes were refreshed twice at the same time`]),
    ...(revoked === 0 ? [] : [`${name}: ${revoked} connections are not active any more`]),
    ...(isOver ? [`${name}: over the quota: ${worstWindows.join(', ')}`] : []),
  ];
}
