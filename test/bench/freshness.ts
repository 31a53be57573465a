/**
 * `npm run bench:freshness [-- --athletes 3000 --sigma 1 --shape flat|two-peaks --days 8]`: how long a change waits for its
 * event, with the scheduler's own classes on a clock of their own, beside what no scheduler can beat and what other rules
 * reach. Prints tables and, as its last line, JSON; fails when a window was ever too full.
 */
import { fork } from 'node:child_process';
import { cases, titleOf, type Case } from './freshness/cases.ts';
import type { Measured } from './freshness/measure.ts';
import { numbers, tables } from './freshness/report.ts';
import { benchOptions } from './options.ts';

const values = benchOptions({
  athletes: { type: 'string' },
  sigma: { type: 'string' },
  shape: { type: 'string' },
  days: { type: 'string' },
});
const atOnce = 2;
const isAsked = (wanted: string | undefined, value: string | number): boolean =>
  wanted === undefined || wanted === String(value);

const chosen = cases
  .filter(
    ({ world: { athletes, sigma, shape } }) =>
      isAsked(values.athletes, athletes) && isAsked(values.sigma, sigma) && isAsked(values.shape, shape),
  )
  .map((one): Case => ({ ...one, counted: Number(values.days ?? one.counted) }));
if (chosen.length === 0) throw new Error('there is no such case');

const results = await measureAll(chosen);
process.stdout.write(`\n${tables(results)}\n\n`);
const found = numbers(results);
process.stdout.write(`${JSON.stringify(found)}\n`);
if (found.over > 0) throw new Error(`${found.over} requests were made when a window was full`);

/** Large ones first, so that none is left for the end. */
async function measureAll(all: readonly Case[]): Promise<readonly Measured[]> {
  const measured = new Map<Case, Measured>();
  const waiting = all.toSorted((a, b) => a.world.athletes - b.world.athletes);
  const work = async (): Promise<void> => {
    for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
      const started = performance.now();
      measured.set(one, await measureApart(one));
      const seconds = ((performance.now() - started) / 1000).toFixed(0);
      process.stderr.write(`${measured.size} of ${all.length}  ${titleOf(one)} (${seconds} s)\n`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return all.map((one) => measured.get(one) as Measured);
}

function measureApart(one: Case): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const child = fork(new URL('./freshness/apart.ts', import.meta.url), [JSON.stringify(one)]);
    child.once('message', (measured) => resolve(measured as Measured));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`status ${code} before ${titleOf(one)} was measured`)));
  });
}
