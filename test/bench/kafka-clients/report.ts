import type { Done } from './client.ts';

/** What one client did in one case. */
export interface Cell {
  readonly client: string;
  readonly name: string;
  /** A message, as the broker keeps it. */
  readonly bytesInLog: number;
  readonly done: readonly Done[];
}

export function tableOf(cells: readonly Cell[]): string {
  const header = ['', 'client', 'messages/s', 'CPU us/message', 'transaction p50, p99 ms', 'bytes', 'bytes in log'];
  const rows = cells.map((cell) => {
    const all = cell.done.flatMap(({ transactionMs }) => transactionMs);
    return [
      cell.name,
      cell.client,
      speedOf(cell).toFixed(0),
      cpuOf(cell).toFixed(1),
      `${quantile(all, 0.5).toFixed(1)}, ${quantile(all, 0.99).toFixed(1)}`,
      median(cell.done.map(({ bytes, messages }) => bytes / messages)).toFixed(0),
      cell.bytesInLog.toFixed(0),
    ];
  });
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => row[column]?.length ?? 0)));
  return [header, ...rows]
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Each ratio is the median of the rounds', kafkajs : @platformatic/kafka. More than 1: kafkajs is faster. */
export function numbers(cells: readonly Cell[]) {
  const names = [...new Set(cells.map(({ name }) => name))];
  return {
    ratios: Object.fromEntries(names.map((name) => [name, round(ratioOf(cells, name), 3)])),
    cells: cells.map((cell) => ({
      name: cell.name,
      client: cell.client,
      messagesPerSecond: round(speedOf(cell), 0),
      cpuMicros: round(cpuOf(cell), 1),
      bytesInLog: round(cell.bytesInLog, 0),
      rounds: cell.done.map(({ messages, seconds }) => round(messages / seconds, 0)),
    })),
  };
}

const speedOf = ({ done }: Cell): number => median(done.map(({ messages, seconds }) => messages / seconds));
const cpuOf = ({ done }: Cell): number => median(done.map(({ messages, cpuSeconds }) => (cpuSeconds * 1e6) / messages));

function ratioOf(cells: readonly Cell[], name: string): number {
  const [kafkajs, other] = cells.filter((cell) => cell.name === name);
  return median((kafkajs?.done ?? []).map(({ seconds }, at) => (other?.done[at]?.seconds ?? Number.NaN) / seconds));
}

function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN;
}

const median = (values: readonly number[]): number => quantile(values, 0.5);
const round = (value: number, digits: number): number => Number(value.toFixed(digits));
