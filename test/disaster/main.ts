/**
 * npm run test:disaster [-- --only dump,base-backup,topic --athletes N --seconds S]
 *
 * What docs/disaster-recovery.md tells, tried: the database is lost and comes back from a `dump`, or a `base-backup`, that was
 * taken in the middle of a run, while Kafka went on; a `topic` is lost. `--seconds` is how long the backup is out of date. Prints what consumers
 * saw of it, as a table and, as its last line, JSON; ends with 1 when a change is missing, an id says two things, a place in
 * a stream is empty or taken twice, or anything is told of an athlete who was erased.
 */
import { benchOptions } from '../bench/options.ts';
import { baseBackup, dump } from './backup.ts';
import { loseDatabase } from './database.ts';
import type { Outcome, ScenarioOptions } from './scenario.ts';
import { loseTopic } from './topic.ts';

const scenarios: Readonly<Record<string, (options: ScenarioOptions) => Promise<Outcome>>> = {
  dump: (scenario) => loseDatabase(dump, scenario),
  'base-backup': (scenario) => loseDatabase(baseBackup, scenario),
  topic: loseTopic,
};

const options = benchOptions({
  only: { type: 'string', default: Object.keys(scenarios).join(',') },
  athletes: { type: 'string', default: '8' },
  seconds: { type: 'string', default: '20' },
});
const say = (line: string): void => void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);

const results: Record<string, Readonly<Record<string, number>>> = {};
for (const [name, lose] of Object.entries(scenarios)) {
  if (!options.only.split(',').includes(name)) continue;
  const { wrongs, facts } = await lose({ athletes: Number(options.athletes), seconds: Number(options.seconds), say });
  const lines = Object.entries(facts).map(([what, count]) => `${what.padEnd(56)}${count}`);
  process.stdout.write(`\n${name}\n${lines.join('\n')}\n${wrongs.slice(0, 30).join('\n')}\n`);
  results[name] = { ...facts, wrongs: wrongs.length };
  if (wrongs.length > 0) process.exitCode = 1;
}
process.stdout.write(`${JSON.stringify(results)}\n`);
