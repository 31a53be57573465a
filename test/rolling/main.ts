/**
 * npm run test:rolling [-- --old REF --athletes N --replicas N]
 *
 * A rolling upgrade under load: replicas of each app of the old version are at work, the new version migrates the database
 * and takes their places one by one, as a Deployment does it: a new replica is ready, then an old one gets SIGTERM. `--old`
 * is the version (a git ref) to begin with, which is built once; without it both are this one. In the end the consumer's
 * events are compared with the simulator's ledger. Prints a table and, as its last line, JSON; ends with 1 when anything
 * was lost, twice or out of order, a poll was cut off, a caller of auth got no answer, or a listener closed before its
 * readiness said so.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { benchOptions } from '../bench/options.ts';
import { settle } from '../chaos/settling.ts';
import { judge, wrongsOf } from '../chaos/verdict.ts';
import { buildOf } from './build.ts';
import type { Ending, Replica } from './replicas.ts';
import { apps, openScene } from './scene.ts';

/** Of the simulator: syncs of a watch per athlete and hour. */
const pace = 1500;
/** Between two replicas, so that old and new are at work together for a while. */
const togetherMs = 2_000;

const options = benchOptions({
  old: { type: 'string' },
  athletes: { type: 'string', default: '10' },
  replicas: { type: 'string', default: '3' },
});
const say = (line: string): void => void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);

const old = options.old === undefined ? undefined : await buildOf(options.old, say);
const scene = await openScene({
  athletes: Number(options.athletes),
  replicas: Number(options.replicas),
  ...(old !== undefined && { old: old.folder }),
  say,
});
try {
  const { simulator, stack, fleet, balancer, callers, consumer } = scene;
  const before = { records: consumer.records.length, replicas: apps.flatMap((app) => fleet.of(app)) };
  await simulator.control('POST', '/pace', { pace });
  await sleep(togetherMs);
  await stack.migrate('migrate-new');
  const turns: { readonly started: Replica; readonly ended: Replica; readonly ending: Ending }[] = [];
  for (const app of apps) {
    for (const [index, ended] of fleet.of(app).entries()) {
      const started = await fleet.start(app, `${app}-${index + 1}-new`);
      const ending = await fleet.end(ended);
      say(`${ended.name.padEnd(16)} ended with ${ending.end} after ${(ending.exitMs / 1000).toFixed(1)} s`);
      turns.push({ started, ended, ending });
      await sleep(togetherMs);
    }
  }
  const during = consumer.records.length - before.records;
  await simulator.control('POST', '/pace', { pace: 0 });
  const { seconds, unsettled } = await settle(scene);
  await callers.stop();
  const verdict = await judge(scene);
  const { clients } = (await simulator.control('GET', '/requests')) as { clients: readonly { abandoned: number }[] };
  const abandoned = clients.reduce((sum, one) => sum + one.abandoned, 0);
  const { comparison } = verdict;

  const wrongs = [
    ...wrongsOf(verdict),
    ...(unsettled === undefined ? [] : [`not settled: ${unsettled}`]),
    ...(during > 0 ? [] : ['nothing changed while the versions were exchanged']),
    ...(abandoned > 0 ? [`${abandoned} requests to the provider were cut off`] : []),
    ...(balancer.refused > 0 ? [`${balancer.refused} connections met a closed door`] : []),
    ...(callers.failures.length > 0
      ? [`${callers.failures.length} calls failed, such as: ${callers.failures[0]}`]
      : []),
    ...turns.flatMap(({ ended, ending: { unreadyMs, closedMs, end } }) => [
      ...(unreadyMs === undefined || unreadyMs >= closedMs
        ? [`${ended.name} closed before it said that it stops`]
        : []),
      ...(end === 0 || (old !== undefined && end === 'SIGTERM') ? [] : [`${ended.name} ended with ${end}`]),
    ]),
  ];
  const ms = (value: number | undefined): string => (value === undefined ? 'never' : `${value.toFixed(0)} ms`);
  const rows = [
    ['replica', 'new one ready', 'SIGTERM: unready', 'closed', 'ended', 'with'],
    ...turns.map(({ ended, started, ending }) => [
      ended.name.replace(/-old$/, ''),
      ms(started.startMs),
      ms(ending.unreadyMs),
      ms(ending.closedMs),
      ms(ending.exitMs),
      String(ending.end),
    ]),
  ];
  process.stdout.write(`\n${rows.map((row) => row.map((cell) => cell.padEnd(18)).join('')).join('\n')}\n\n`);
  const slowest = (replicas: readonly Replica[]): number =>
    Math.round(Math.max(...replicas.map(({ startMs }) => startMs)));
  const result = {
    old: old?.commit.slice(0, 7) ?? 'this',
    changes: comparison.expected,
    matched: comparison.matched,
    eventsDuring: during,
    missing: comparison.missing.length,
    twice: comparison.twice.length,
    outOfOrder: comparison.outOfOrder.length,
    cutOff: abandoned,
    calls: callers.answered,
    failedCalls: callers.failures.length,
    closedDoors: balancer.refused,
    slowestStartMs: slowest(before.replicas),
    slowestStartUnderLoadMs: slowest(turns.map(({ started }) => started)),
    settledSeconds: Math.round(seconds),
  };
  for (const wrong of wrongs) process.stdout.write(`${wrong}\n`);
  process.stdout.write(`${JSON.stringify(result)}\n`);
  process.exitCode = wrongs.length === 0 ? 0 : 1;
} finally {
  await scene.stop();
}
