import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../simulator/random.ts';
import { signal } from './process-tree.ts';
import type { World } from './world.ts';

/** Kills, ends and freezes processes at moments of its own, until it is told to stop. */
export async function strikeAtRandom(world: World, random: Random, stopping: AbortSignal): Promise<void> {
  const { fleet, tally } = world;
  while (!stopping.aborted) {
    await sleep(random.int(300, 3_000));
    const member = random.pick(fleet.members);
    const way = random.pick(['SIGKILL', 'SIGTERM', 'SIGSTOP'] as const);
    const frozenMs = random.chance(0.1) ? random.int(6_000, 13_000) : random.int(100, 3_000);
    if (!member.child.running) continue;
    tally.count(`${member.app} ${way}`);
    if (way !== 'SIGSTOP') {
      fleet.strike(member, way);
      continue;
    }
    const { pid } = member.child;
    signal(pid, way);
    await sleep(frozenMs);
    signal(pid, 'SIGCONT');
  }
}
