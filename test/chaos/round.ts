import { setTimeout as sleep } from 'node:timers/promises';
import { random, type Random } from '../simulator/random.ts';
import type { AnyAim, AtPoints } from './at-points.ts';
import { drawFault, type Fault } from './faults.ts';
import { calmDown, settle } from './settling.ts';
import { strikeAtRandom } from './signals.ts';
import { judge, wrongsOf, type Verdict } from './verdict.ts';
import { tenant, type World } from './world.ts';

export interface RoundPlan {
  /** Everything that is drawn in the round depends on it. */
  readonly seed: string;
  readonly seconds: number;
  /** Those around the apps, in their order; drawn where they are not given. */
  readonly faults?: readonly Fault[];
  /** Only faults around the apps are drawn that have one of these words in their kind; all, where none is given. */
  readonly words?: readonly string[];
  /** Points that must be struck; drawn where they are not given. */
  readonly aims?: readonly AnyAim[];
}

export interface RoundResult {
  readonly seed: string;
  readonly faults: number;
  readonly settledSeconds: number;
  readonly verdict: Verdict;
  /** Empty: nothing missing, twice, out of order or over the quota. */
  readonly wrongs: readonly string[];
}

/** Of the simulator: syncs of a watch per athlete and hour. */
export const pace = 1500;
const longestAimSeconds = 60;
/** Of what is younger, some may not be committed, and a replay counts what it has to do when it is asked for. */
const settledMs = 30_000;

/** Faults for a while, at points, by signals and around the apps, all at once; then none, and the comparison. */
export async function playRound(world: World, points: AtPoints, plan: RoundPlan): Promise<RoundResult> {
  const { simulator, tally, say } = world;
  const before = tally.total;
  await simulator.control('POST', '/pace', { pace });
  const stopping = new AbortController();
  const [first, second, signals, around] = ['a', 'b', 'c', 'd'].map((part) => random(`${plan.seed}/${part}`)) as [
    Random,
    Random,
    Random,
    Random,
  ];
  const drawn = plan.aims === undefined ? [first, second] : [];
  const atPoints = drawn.map((one) => points.run(one, stopping.signal));
  const strikes = strikeAtRandom(world, signals, stopping.signal);
  const [missed] = await Promise.all([
    points.runThrough(plan.aims ?? [], longestAimSeconds),
    sleep(plan.seconds * 1000),
    troubles(world, around, plan),
  ]);
  stopping.abort();
  await Promise.all([...atPoints, strikes]);
  await calmDown(world);
  const { seconds, unsettled } = await settle(world);
  const verdict = await judge(world);
  const wrongs = [
    ...missed.map(({ action, point }) => `nobody came to ${point} for a ${action}`),
    ...(unsettled === undefined ? [] : [`not settled: ${unsettled}`]),
    ...wrongsOf(verdict),
  ];
  const faults = tally.total - before;
  say(`${plan.seed}: ${faults} faults, settled in ${seconds.toFixed(1)} s, ${verdict.comparison.matched} changes`);
  for (const wrong of wrongs) say(`  ${wrong}`);
  return { seed: plan.seed, faults, settledSeconds: seconds, verdict, wrongs };
}

async function troubles(world: World, random: Random, { seconds, faults, words }: RoundPlan): Promise<void> {
  const end = performance.now() + seconds * 1000;
  const planned = faults?.values();
  const replays: Promise<void>[] = [];
  for (;;) {
    const next = planned?.next();
    if (next?.done === true || (planned === undefined && performance.now() > end)) break;
    const fault = next?.value ?? drawFault(random, words);
    if (random.chance(0.3)) replays.push(beginReplay(world, random));
    world.say(`  ${fault.kind}`);
    world.tally.count(fault.kind);
    await fault.run(world, random);
    await sleep(random.int(100, 1_500));
  }
  await Promise.all(replays);
}

/** Not a fault, but something for faults to fall upon. */
async function beginReplay({ stack, fleet, replays }: World, random: Random): Promise<void> {
  const { url } = random.pick(fleet.of('publisher'));
  const [to, minutes, perSecond] = [Date.now() - settledMs, random.int(1, 3), random.int(20, 200)];
  const body = {
    from: new Date(to - minutes * 60_000).toISOString(),
    to: new Date(to).toISOString(),
    modes: ['live'],
    perSecond,
  };
  // Whoever was killed just now does not answer, and then there is none.
  const begun = await stack
    .admin(url, `/v1/tenants/${tenant}/replays`, { method: 'POST', body })
    .catch(() => undefined);
  if (begun !== undefined) replays.push((begun as { id: string }).id);
}
