import { describeFault } from './faults.ts';
import type { Plant } from './plant.ts';
import { run, type Verdict } from './run.ts';
import { shrink } from './shrink.ts';

/** Steps that say nothing by themselves: the planner's looks, heartbeats, and what came to nothing. */
const idle =
  /redis\.(turn|end-turn|waiting|usage|take|done|settle|verify|renew|enqueue|rebuild|rebuilt)\b|postgres\.(enrol|due|hold|held|holds|release|parked|parked-due|snapshots|ledger|minutes|renew)\b|: lane \d+: 0 after|postgres\.lease: nothing/;
/** Of a poll or a batch that went well, what came of it is enough. */
const preparing =
  /nothing new$|postgres\.(begin|lease|read|positions|note)|redis\.charge|provider\.request|kafka\.(open|positions)/;
/** How many steps before and after something that goes wrong are told, whatever they are. */
const around = 6;

const isTrouble = (line: string): boolean =>
  /^\S+ \S+ fault |crashes, and|stands still|answer is lost|is down|was fenced|failed:|LEASE_LOST|taken over/.test(
    line,
  );

/** @returns the shortest story that still goes wrong, for people: what happened, and what must not have */
export async function explain({ seed, faults, deeds }: Verdict, plant?: Plant): Promise<readonly string[]> {
  const options = { seed, ...(plant && { plant }) };
  const fails = async (more: Pick<Verdict, 'faults' | 'deeds'>): Promise<boolean> =>
    (await run({ ...options, ...more })).problems.length > 0;
  const fewFaults = await shrink(faults, (some) => fails({ faults: some, deeds }));
  const fewDeeds = await shrink(deeds, (some) => fails({ faults: fewFaults, deeds: some }));
  const lines: string[] = [];
  const verdict = await run({
    ...options,
    faults: fewFaults,
    deeds: fewDeeds,
    trace: (line) => lines.push(line),
  });
  return [
    `seed ${seed}${plant === undefined ? '' : `, planted: ${plant.name}`}`,
    ...verdict.problems.map((problem) => `  ${problem}`),
    `${fewFaults.length} of ${faults.length} faults and ${fewDeeds.length} of ${deeds.length} changes are enough:`,
    ...fewFaults.map((fault) => `  ${describeFault(fault)}`),
    'steps, but for those that found nothing:',
    ...worthTelling(lines).map((line) => `  ${line}`),
  ];
}

function worthTelling(all: readonly string[]): readonly string[] {
  const lines = all.filter((line) => !idle.test(line) || isTrouble(line));
  const near = new Set<number>();
  for (const [index, line] of lines.entries())
    if (isTrouble(line)) for (let at = index - around; at <= index + around; at += 1) near.add(at);
  return lines.filter((line, index) => near.has(index) || !preparing.test(line));
}
