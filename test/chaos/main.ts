/**
 * npm run test:chaos [-- --seed S --minutes M --report FILE]
 *
 * Rounds of faults over auth, pollers, publishers, their services and the provider; after each round the consumer's events
 * are compared with the simulator's ledger. `--seed` tells which faults (a new one each time), `--minutes` how long (2),
 * `--report` where to write what came of it, in Markdown, `--logs` where to leave the logs of the apps. `--only` draws only faults around the apps with one of these words in their kind,
 * comma separated. Ends with 1 when anything was missing, twice or out of order.
 */
import { cp, writeFile } from 'node:fs/promises';
import { benchOptions } from '../bench/options.ts';
import { AtPoints } from './at-points.ts';
import { reportOf } from './report.ts';
import { playRound, type RoundResult } from './round.ts';
import { openWorld } from './world.ts';

const roundSeconds = 25;
const options = benchOptions({
  seed: { type: 'string', default: String(Date.now()) },
  minutes: { type: 'string', default: '2' },
  report: { type: 'string' },
  logs: { type: 'string' },
  only: { type: 'string' },
  athletes: { type: 'string', default: '10' },
});
const [seed, minutes] = [options.seed, Number(options.minutes)];
const say = (line: string): void => void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);

say(`seed ${seed}`);
const world = await openWorld({ seed, athletes: Number(options.athletes), say });
const rounds: RoundResult[] = [];
try {
  const points = new AtPoints(world);
  const end = performance.now() + minutes * 60_000;
  while (performance.now() < end) {
    const round = await playRound(world, points, {
      seed: `${seed}/${rounds.length + 1}`,
      seconds: roundSeconds,
      words: options.only?.split(',') ?? [],
    });
    rounds.push(round);
    if (options.report !== undefined) await writeFile(options.report, reportOf({ seed, minutes, rounds, world }));
    if (round.wrongs.length > 0) break;
  }
} finally {
  if (options.logs !== undefined) await cp(world.stack.folder, options.logs, { recursive: true });
  await world.stop();
}
process.stdout.write(`${reportOf({ seed, minutes, rounds, world })}\n`);
process.exitCode = rounds.every(({ wrongs }) => wrongs.length === 0) ? 0 : 1;
