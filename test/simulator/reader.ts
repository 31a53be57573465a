import { operationAt, OPERATIONS, type Operation } from './api/operations.ts';
import { addDays } from './calendar.ts';
import type { Simulator } from './index.ts';
import { visitor, type Reply, type Tokens } from './visitor.ts';

/** Days before and after today that hold all that a test's world has. */
const DAYS_BACK = 30;
const DAYS_AHEAD = 60;

export interface Reading {
  readonly operation: Operation;
  readonly reply: Reply;
}

/**
 * Reads what a range operation has around today in as few requests as it allows, all features asked for. The simulator
 * has to be told to allow more than a day with features.
 */
export async function readRange(simulator: Simulator, tokens: Tokens, path: string, today: string): Promise<Reading[]> {
  const operation = operationAt(path)?.operation;
  if (operation?.range === undefined) throw new Error(`${path} takes no range`);
  const { range } = operation;
  const readings: Reading[] = [];
  for (let back = DAYS_BACK; back > -DAYS_AHEAD; back -= range.max) {
    const query = rangeQuery(simulator, operation, addDays(today, -back), addDays(today, range.max - back));
    readings.push({ operation, reply: await visitor(simulator).get(tokens, `${path}?${query}`) });
  }
  return readings;
}

/** The query for some days, in the dialect that the simulator speaks at the moment. */
export function rangeQuery(
  { switches }: Pick<Simulator, 'switches'>,
  { path, range, features }: Operation,
  from: string,
  to: string,
  asked: readonly string[] = features,
): string {
  const time = range?.dialect === 'datetime' && switches.date_dialect === 'live' ? 'T00:00:00' : '';
  const suffix = path === '/training-target/calendar-targets' && switches.targets_params === 'doc' ? 'Date' : '';
  const wanted = asked.map((feature) => `&features=${feature}`).join('');
  return `from${suffix}=${from}${time}&to${suffix}=${to}${time}${wanted}`;
}

/** The answers of all operations that give JSON, routes by their ids, each with all features. */
export async function readAll(
  simulator: Simulator,
  tokens: Tokens,
  today: string,
  routeIds: readonly string[],
): Promise<readonly Reading[]> {
  const readings: Reading[] = [];
  for (const operation of OPERATIONS) {
    if ('image' in operation.content) continue;
    if (operation.range !== undefined) {
      readings.push(...(await readRange(simulator, tokens, operation.path, today)));
      continue;
    }
    const paths = operation.path.includes('{')
      ? routeIds.map((id) => operation.path.replace('{routeId}', id))
      : [operation.path];
    for (const path of paths) readings.push({ operation, reply: await visitor(simulator).get(tokens, path) });
  }
  return readings;
}
