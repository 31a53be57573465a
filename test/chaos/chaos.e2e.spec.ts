import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '../../deploy/local/stack/until.ts';
import { AtPoints, type AnyAim } from './at-points.ts';
import { faultNamed } from './faults.ts';
import type { Member } from './fleet.ts';
import { pointsOf } from './points/names.ts';
import { signal } from './process-tree.ts';
import { pace, playRound } from './round.ts';
import { calmDown, settle } from './settling.ts';
import { judge, wrongsOf } from './verdict.ts';
import { openWorld, type World } from './world.ts';

/**
 * The promises P1, P2 and P6 on real services: each point of both sentences is struck, processes are killed and frozen at
 * random moments, services restarted, and in the end the consumer's events are the simulator's ledger.
 */
const say = (line: string): void => void process.stderr.write(`${line}\n`);

let world: World;
let points: AtPoints;

beforeAll(async () => {
  world = await openWorld({ seed: 'short', athletes: 6, say });
  points = new AtPoints(world);
}, 300_000);

afterAll(async () => {
  await world?.stop();
}, 120_000);

describe('every change is one event', () => {
  it('though each step fails, and everything is killed, flushed and restarted', async () => {
    const lost: readonly AnyAim[] = [...pointsOf('poll'), ...pointsOf('lane')].map((point) => ({
      point,
      action: 'lose',
    }));
    const deadly = ['poll.commit.before', 'poll.commit.after', 'lane.commit.before', 'lane.commit.after'] as const;
    const round = await playRound(world, points, {
      seed: 'short',
      seconds: 25,
      faults: [
        'redis flushed',
        'kafka killed and started again',
        'broker refuses messages',
        'postgres killed and started again',
      ].map(faultNamed),
      aims: [...deadly.map((point): AnyAim => ({ point, action: 'kill' })), ...lost],
    });
    say(JSON.stringify({ ...Object.fromEntries(world.tally.counts), collapsed: world.fleet.collapsed }));
    const { expected, matched } = round.verdict.comparison;
    expect(round.wrongs).toEqual([]);
    expect(matched).toBe(expected);
    expect(round.verdict.requests).toBeGreaterThan(0);
  }, 600_000);

  it('though a publisher stands still within a transaction, for longer than its lease, and then goes on', async () => {
    const [frozen, other] = world.fleet.of('publisher') as [Member, Member];
    await world.simulator.control('POST', '/pace', { pace });
    const reached = await until('a transaction to be open', 60, () =>
      points.reach({ name: frozen.name, point: 'lane.commit.before', action: 'freeze' }),
    );
    const [fenced, takenOver] = [await timesIn(frozen, 'lane fenced'), await timesIn(other, 'lane taken over')];
    await until('all lanes to be with the other one', 60, async () => {
      const { lanes } = (await world.stack.admin(other.url, '/v1/lanes')) as { lanes: readonly Lane[] };
      const isOpen = (await timesIn(other, 'lane taken over')) > takenOver;
      return isOpen && new Set(lanes.map(({ owner }) => owner)).size === 1;
    });
    signal(reached.pid, 'SIGCONT');
    await until(
      'the frozen one to tell what has happened',
      60,
      async () => (await timesIn(frozen, 'lane fenced')) > fenced,
    );
    await calmDown(world);
    const { unsettled } = await settle(world);
    const verdict = await judge(world);
    expect({ unsettled, wrongs: wrongsOf(verdict) }).toEqual({ wrongs: [] });
    expect(verdict.comparison.matched).toBe(verdict.comparison.expected);
  }, 300_000);
});

interface Lane {
  readonly owner: string | null;
}

/** How often a process has logged something, over all of its lives. */
async function timesIn({ name }: Member, message: string): Promise<number> {
  const text = await readFile(join(world.stack.folder, `${name}.log`), 'utf8');
  return text.split('\n').filter((line) => line.includes(`"message":"${message}"`)).length;
}
