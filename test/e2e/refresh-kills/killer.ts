import { setTimeout as sleep } from 'node:timers/promises';
import { random, type Random } from '../../simulator/random.ts';
import type { HeldAnswer } from './provider-door.ts';
import { manners, type Athlete, type Manner, type Replica, type Scene } from './scene.ts';

/** At which moment the replica dies: the answer is not passed on, half of it is, all of it is, or it was a while ago. */
export const moments = ['withheld', 'halfway', 'passed', 'later'] as const;
export type Moment = (typeof moments)[number];

export interface Kill {
  readonly manner: Manner;
  readonly moment: Moment;
  readonly connection: string;
  /** Whether the new tokens were not stored: between the provider's answer and the commit. */
  readonly inWindow: boolean;
}

export interface KillerOptions {
  /** How many kills there have to be in the window. */
  readonly wanted: Readonly<Record<Manner, number>>;
  readonly seed: string;
  readonly say: (line: string) => void;
}

/** Where the provider has patience, an athlete whose refresh was cut off is left alone for longer than it lasts. */
const mercyMs: Readonly<Record<Manner, number>> = { rotate: 0, keep: 0, grace: 100_000 };

/** So many replicas at least are left alive: somebody has to go on. */
const fewest = 1;

/** Kills replicas that wait for the answer to a refresh, and starts them again. */
export class Killer {
  readonly kills: Kill[] = [];
  /** Refreshes of killed replicas that the provider had not answered yet. */
  earlier = 0;
  readonly #scene: Scene;
  readonly #options: KillerOptions;
  readonly #random: Random;
  readonly #byAccount: ReadonlyMap<string, Athlete>;
  readonly #dying = new Set<Replica>();
  readonly #spared = new Map<string, number>();
  readonly #aimed = new Map<Manner, number>();
  readonly #done = Promise.withResolvers<void>();

  constructor(scene: Scene, options: KillerOptions) {
    this.#scene = scene;
    this.#options = options;
    this.#random = random(options.seed);
    this.#byAccount = new Map(scene.athletes.map((one) => [`${one.manner} ${one.account}`, one]));
    for (const replica of scene.replicas) this.#lieInWait(replica);
  }

  /** Resolves when enough were killed in the window, and all replicas run. */
  finished(): Promise<void> {
    return this.#done.promise;
  }

  inWindow(manner: Manner): number {
    return this.kills.filter((kill) => kill.manner === manner && kill.inWindow).length;
  }

  #lieInWait(replica: Replica): void {
    let patience = this.#random.int(0, 4);
    replica.door.onAnswer = async (answer) => {
      const isNext = !this.#dying.has(replica) && this.#dying.size < this.#scene.replicas.length - fewest;
      const victim = isNext ? this.#victim(answer) : undefined;
      if (victim === undefined || (patience -= 1) >= 0) return answer.pass();
      this.#dying.add(replica);
      patience = this.#random.int(0, 4);
      await this.#kill(replica, answer, victim).then(
        () => void this.#revive(replica),
        (error: unknown) => this.#done.reject(error),
      );
    };
  }

  async #revive(replica: Replica): Promise<void> {
    try {
      replica.child.start();
      await this.#scene.stack.ready(replica.child, replica.url);
      this.#dying.delete(replica);
      if (this.#dying.size === 0 && this.#isEnough()) this.#done.resolve();
    } catch (error) {
      this.#done.reject(error);
    }
  }

  #victim({ status, tenant, account }: HeldAnswer): Athlete | undefined {
    const victim = status === 200 ? this.#byAccount.get(`${tenant} ${account}`) : undefined;
    if (victim === undefined || (this.#spared.get(victim.connection) ?? 0) > Date.now()) return undefined;
    const missing = this.#options.wanted[victim.manner] - this.inWindow(victim.manner);
    return missing - (this.#aimed.get(victim.manner) ?? 0) > 0 ? victim : undefined;
  }

  async #kill({ child, door }: Replica, answer: HeldAnswer, { connection, manner }: Athlete): Promise<void> {
    this.#spared.set(connection, Date.now() + mercyMs[manner]);
    this.#aimed.set(manner, (this.#aimed.get(manner) ?? 0) + 1);
    const moment = this.#random.pick(moments);
    const before = await this.#version(connection);
    if (moment === 'halfway') await answer.pass('half');
    if (moment === 'passed' || moment === 'later') await answer.pass();
    if (moment === 'later') await sleep(this.#random.next() * 30);
    this.earlier += door.unanswered;
    await child.kill('SIGKILL');
    // Behind the lock of the dead, so that a commit that is on its way still counts.
    const inWindow = before === (await this.#version(connection, 'for share'));
    this.kills.push({ manner, moment, connection, inWindow });
    this.#aimed.set(manner, (this.#aimed.get(manner) ?? 1) - 1);
    this.#options.say(
      `kill ${this.kills.length}: ${child.name}, ${manner}, ${moment}${inWindow ? '' : ', after the commit'}; in the window ${manners.map((one) => `${one} ${this.inWindow(one)}/${this.#options.wanted[one]}`).join(', ')}`,
    );
  }

  async #version(connection: string, lock = ''): Promise<number | undefined> {
    const text = `select version from credentials where connection = $1 ${lock}`;
    const { rows } = await this.#scene.db.query<{ version: number }>(text, [connection]);
    return rows[0]?.version;
  }

  #isEnough(): boolean {
    return manners.every((manner) => this.inWindow(manner) >= this.#options.wanted[manner]);
  }
}
