import type { Mixed, Result, Speed, Use } from './scenarios.ts';

const aim = 0.99;

export function tableOf(uses: readonly Use[], lanes: Mixed, speeds: readonly Speed[]): string {
  const header = [
    '64 callers, endless demand',
    'requests',
    'fullest windows',
    'over',
    'of window',
    'of lane',
    'charge p50, p99',
  ];
  const rows = uses.map((one) => [
    one.name,
    String(one.requests),
    fullestOf(one),
    String(one.over),
    percent(one.ofWindow),
    percent(one.ofLane),
    latency(one.times.charged),
  ]);
  const names = Object.keys(lanes.phases[0]?.shares ?? {});
  const phases = lanes.phases.map(({ name, shares }) => [
    name,
    ...names.map((lane) => percent(shares[lane] ?? 0)),
    percent(Object.values(shares).reduce((sum, share) => sum + share, 0)),
  ]);
  const fast = speeds.map((one) => [
    one.instances === 1 ? '1 instance' : `${one.instances} instances`,
    one.callsPerSecond.toFixed(0),
    latency(one.charged),
    one.refusalsPerSecond.toFixed(0),
    latency(one.refused),
  ]);
  return [
    columns([header, ...rows]),
    columns([['all lanes, share of the window', ...names, 'all'], ...phases]),
    `fullest windows ${fullestOf(lanes)}, over ${lanes.over}; urgent requests within their floor: ${lanes.urgent.asked}, refused: ${lanes.urgent.refused}`,
    columns([['64 callers, as fast as they can', 'charges/s', 'p50, p99', 'refusals/s', 'p50, p99'], ...fast]),
    `aim: over 0, and of what the lane may fill at least ${percent(aim)}: ${least(uses) < aim ? 'MISSED' : 'met'} (${percent(least(uses))} at least; all of the window is open to refresh alone)`,
  ].join('\n\n');
}

/** `utilisation` is the worst of all cases with endless demand in one lane: of what that lane may fill. */
export function numbers(uses: readonly Use[], lanes: Mixed, speeds: readonly Speed[]) {
  const middle = speeds.find(({ instances }) => instances === 4) ?? speeds[0];
  return {
    utilisation: round(least(uses), 4),
    over: [...uses, lanes].reduce((sum, { over }) => sum + over, 0),
    callsPerSecond: round(middle?.callsPerSecond ?? Number.NaN, 0),
    chargeP50Ms: round(quantile(middle?.charged ?? [], 0.5), 2),
    chargeP99Ms: round(quantile(middle?.charged ?? [], 0.99), 2),
    refusalP50Ms: round(quantile(middle?.refused ?? [], 0.5), 2),
    refusalP99Ms: round(quantile(middle?.refused ?? [], 0.99), 2),
    cases: uses.map(({ name, ofWindow, ofLane, over }) => ({
      name,
      ofWindow: round(ofWindow, 4),
      ofLane: round(ofLane, 4),
      over,
    })),
    lanes: {
      urgentRefused: lanes.urgent.refused,
      shares: lanes.phases.map(({ name, shares }) => ({
        name,
        ...Object.fromEntries(Object.entries(shares).map(([lane, share]) => [lane, round(share, 3)])),
      })),
    },
    instances: speeds.map(({ instances, callsPerSecond }) => [instances, round(callsPerSecond, 0)]),
    unavailable: [...uses, lanes].reduce((sum, { times }) => sum + times.unavailable, 0),
  };
}

/** What must not be, in words. What is missed when the machine has other work is only told. */
export function faults({ over, lanes }: ReturnType<typeof numbers>): readonly string[] {
  return [
    ...(over > 0 ? [`${over} requests over`] : []),
    ...(lanes.urgentRefused > 0 ? [`${lanes.urgentRefused} urgent requests were refused within their floor`] : []),
  ];
}

const least = (uses: readonly Use[]): number => Math.min(...uses.map(({ ofLane }) => ofLane));

const fullestOf = ({ fullest }: Result): string =>
  fullest.map(({ most, limit, seconds }) => `${most} of ${limit}/${seconds} s`).join(', ');

const latency = (times: readonly number[]): string =>
  times.length === 0 ? '-' : `${quantile(times, 0.5).toFixed(1)}, ${quantile(times, 0.99).toFixed(1)} ms`;

function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows
    .map((row) =>
      row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('   '),
    )
    .join('\n');
}

function quantile(numbers: readonly number[], part: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN;
}

const percent = (part: number): string => `${(part * 100).toFixed(2)} %`;

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
