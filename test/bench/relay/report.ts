import type { Memory } from './memory.ts';

/** Rows a second of one case, round by round. */
export interface Measured {
  readonly name: string;
  readonly relay: readonly number[];
  readonly producer: readonly number[];
  readonly debezium: readonly number[];
}

export interface Result {
  readonly reference: string;
  readonly cases: readonly Measured[];
  readonly delays: readonly number[];
  readonly memory: Memory;
  /** MB at most while the broker stood still. */
  readonly standstill: number;
  /** Ms each. */
  readonly handovers: readonly number[];
}

const aims = { ratio: 0.9, ratioToDebezium: 2, p99Ms: 100, growth: 1.1, handoverMs: 1000 };

/** Prints the tables and, at last, a line of JSON. */
export function report({ reference, cases, delays, memory, standstill, handovers }: Result): void {
  const rows = cases.map((one) => ({
    case: one.name,
    'relay, rows/s': Math.round(median(one.relay)),
    'producer alone': Math.round(median(one.producer)),
    ratio: round(ratio(one.relay, one.producer), 2),
    Debezium: Math.round(median(one.debezium)),
    'ratio to Debezium': round(ratio(one.relay, one.debezium), 2),
  }));
  console.table(rows);
  const main = cases.find(({ name }) => name === reference) ?? cases[0];
  const toProducer = ratio(main?.relay ?? [], main?.producer ?? []);
  const toDebezium = ratio(main?.relay ?? [], main?.debezium ?? []);
  const [p50, p99] = [quantile(delays, 0.5), quantile(delays, 0.99)];
  const [first = 0, ...others] = memory.fifths;
  const growth = Math.max(...others) / first;
  const stood = standstill / Math.max(...memory.fifths);
  const handover = Math.max(...handovers);
  const line = (what: string, value: number, aim: string, isMet: boolean): Readonly<Record<string, unknown>> => ({
    what,
    value,
    aim,
    verdict: isMet ? 'met' : 'MISSED',
  });
  console.table([
    line(`ratio (${reference})`, round(toProducer, 3), `>= ${aims.ratio}`, toProducer >= aims.ratio),
    line('ratio to Debezium', round(toDebezium, 2), `>= ${aims.ratioToDebezium}`, toDebezium >= aims.ratioToDebezium),
    line('commit to consumer p50, ms', round(p50, 1), '', true),
    line('commit to consumer p99, ms', round(p99, 1), `< ${aims.p99Ms}`, p99 < aims.p99Ms),
    line(
      `memory over ${memory.rows} rows, fifths after the first to the first`,
      round(growth, 2),
      `<= ${aims.growth}`,
      growth <= aims.growth,
    ),
    line(
      'memory while the broker stands still, to the most before',
      round(stood, 2),
      `<= ${aims.growth}`,
      stood <= aims.growth,
    ),
    line(
      'handover of all lanes, the longest, ms',
      Math.round(handover),
      `< ${aims.handoverMs}`,
      handover < aims.handoverMs,
    ),
  ]);
  console.log(
    JSON.stringify({
      ratio: round(toProducer, 3),
      ratioToDebezium: round(toDebezium, 2),
      p50Ms: round(p50, 1),
      p99Ms: round(p99, 1),
      rssMb: Math.round(Math.max(...memory.fifths)),
      standstillMb: Math.round(standstill),
      handoverMs: handovers.map(Math.round),
      memory: { ...memory, perSecond: Math.round(memory.perSecond), fifths: memory.fifths.map(Math.round) },
      cases: rows,
    }),
  );
}

/** Of rounds side by side, since other work makes the machine slow at times. */
const ratio = (ones: readonly number[], others: readonly number[]): number =>
  median(ones.map((one, round) => one / (others[round] ?? Number.NaN)));

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

function median(values: readonly number[]): number {
  return quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  );
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}
