import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../simulator/random.ts';
import type { Reached } from './control.ts';
import { pointActions, pointsOf, sentencesOf, type PointAction, type Sentence } from './points/names.ts';
import { signal } from './process-tree.ts';
import type { World } from './world.ts';

/** A lane always has work; the others only now and then, so it is seldom of use to wait for them. */
const shares: Readonly<Record<Sentence, number>> = { poll: 1, lane: 6, park: 2, parked: 2, replay: 2, keep: 1 };
const patienceMs = 1_500;
const weights: Readonly<Record<PointAction, number>> = { lose: 4, freeze: 3, kill: 3 };

export interface Aim {
  readonly name: string;
  readonly point: string;
  readonly action: PointAction;
}

/** Whichever process of the sentence's app. */
export type AnyAim = Omit<Aim, 'name'>;

/** Arms points in processes, and sees to what has stopped there. */
export class AtPoints {
  readonly #world: World;
  readonly #waiting = new Map<string, (reached: Reached) => void>();

  constructor(world: World) {
    this.#world = world;
    world.control.onReached = (reached) => {
      world.tally.count(`${reached.action} at ${reached.point}`);
      if (reached.action === 'kill') world.fleet.expectEnd(reached.name);
      const waiting = this.#waiting.get(keyOf(reached));
      if (waiting !== undefined) waiting(reached);
      // It came there just when nobody waited for it any more.
      else if (reached.action === 'freeze') signal(reached.pid, 'SIGCONT');
    };
  }

  /** @returns undefined when the process has not come there in time; then it does not stop there later either */
  async reach(aim: Aim, ms = patienceMs): Promise<Reached | undefined> {
    const { promise, resolve } = Promise.withResolvers<Reached | undefined>();
    const late = setTimeout(() => resolve(undefined), ms);
    this.#waiting.set(keyOf(aim), resolve);
    this.#world.control.tell(aim.name, { order: 'arm', point: aim.point, action: aim.action });
    const reached = await promise;
    clearTimeout(late);
    if (this.#waiting.get(keyOf(aim)) === resolve) this.#waiting.delete(keyOf(aim));
    if (reached === undefined) this.#world.control.tell(aim.name, { order: 'disarm', point: aim.point });
    return reached;
  }

  /**
   * Goes on aiming at each point, in all processes of its app at once, until one has come there; both apps side by side.
   * @returns those that nobody came to within `seconds`
   */
  async runThrough(aims: readonly AnyAim[], seconds: number): Promise<readonly AnyAim[]> {
    const [pollers, publishers] = [true, false].map((isPollers) => aims.filter((aim) => isOfPoller(aim) === isPollers));
    const missed = await Promise.all([
      this.#oneByOne(pollers ?? [], seconds),
      this.#oneByOne(publishers ?? [], seconds),
    ]);
    return missed.flat();
  }

  async #oneByOne(aims: readonly AnyAim[], seconds: number): Promise<readonly AnyAim[]> {
    const missed: AnyAim[] = [];
    for (const aim of aims) {
      const end = performance.now() + seconds * 1000;
      let reached: Reached | undefined;
      while (reached === undefined && performance.now() < end) reached = await this.#reachAny(aim);
      if (reached === undefined) missed.push(aim);
      else if (reached.action === 'freeze') signal(reached.pid, 'SIGCONT');
    }
    return missed;
  }

  async #reachAny(aim: AnyAim): Promise<Reached | undefined> {
    const { fleet, control } = this.#world;
    const members = fleet.of(isOfPoller(aim) ? 'poller' : 'publisher');
    const tries = members.map(async ({ name }) => {
      const reached = await this.reach({ ...aim, name });
      if (reached === undefined) throw new Error(`${name} has not come to ${aim.point}`);
      return reached;
    });
    const first = await Promise.any(tries).catch(() => undefined);
    for (const { name } of members) control.tell(name, { order: 'disarm', point: aim.point });
    return first;
  }

  /** One fault after the other, until it is told to stop. */
  async run(random: Random, stopping: AbortSignal): Promise<void> {
    while (!stopping.aborted) {
      const aim = this.#draw(random);
      const frozenMs = random.chance(0.1) ? random.int(6_000, 13_000) : random.int(100, 2_500);
      const reached = await this.reach(aim);
      if (reached === undefined) continue;
      if (reached.action === 'freeze') {
        await sleep(frozenMs);
        signal(reached.pid, 'SIGCONT');
      } else await sleep(random.int(50, 500));
    }
  }

  #draw(random: Random): Aim {
    const { fleet } = this.#world;
    const app = random.chance(0.4) ? 'poller' : 'publisher';
    const sentence = weighted(random, sentencesOf[app], (one) => shares[one]);
    const action = weighted(random, pointActions, (one) => weights[one]);
    return { name: random.pick(fleet.of(app)).name, point: random.pick(pointsOf(sentence)), action };
  }
}

function weighted<T>(random: Random, list: readonly T[], weightOf: (one: T) => number): T {
  return random.pick(list.flatMap((one) => Array.from({ length: weightOf(one) }, () => one)));
}

const isOfPoller = ({ point }: AnyAim): boolean => point.startsWith('poll.');

const keyOf = ({ name, point }: Pick<Aim, 'name' | 'point'>): string => `${name} ${point}`;
