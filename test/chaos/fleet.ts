import { setTimeout as sleep } from 'node:timers/promises';
import type { Child } from '../../deploy/local/stack/child.ts';
import type { AppName, Stack } from '../../deploy/local/stack/stack.ts';
import { until } from '../../deploy/local/stack/until.ts';
import { signal } from './process-tree.ts';

export interface Member {
  readonly name: string;
  readonly app: AppName;
  readonly url: string;
  readonly child: Child;
}

const superviseMs = 50;

/** The processes of the apps. Whichever ends is started again, as an orchestrator would. */
export class Fleet {
  readonly members: readonly Member[];
  /** Of processes that ended though nobody had killed them: how. */
  readonly collapsed: string[] = [];
  readonly #struck = new Set<Child>();
  readonly #stopping = new AbortController();
  readonly #supervising: Promise<void>;

  private constructor(members: readonly Member[]) {
    this.members = members;
    this.#supervising = this.#supervise();
  }

  static async start(stack: Stack): Promise<Fleet> {
    const members: Member[] = [];
    const wanted: readonly (readonly [AppName, string])[] = [
      ['auth', 'auth'],
      ['poller', 'poller-1'],
      ['poller', 'poller-2'],
      ['publisher', 'publisher-1'],
      ['publisher', 'publisher-2'],
    ];
    for (const [app, name] of wanted) members.push({ name, app, ...(await stack.start(app, name)) });
    return new Fleet(members);
  }

  of(app: AppName): readonly Member[] {
    return this.members.filter((member) => member.app === app);
  }

  member(name: string): Member {
    const found = this.members.find((member) => member.name === name);
    if (found === undefined) throw new Error(`no process is called ${name}`);
    return found;
  }

  /** Sends a signal that ends it, sooner or later. */
  strike({ child }: Member, name: 'SIGKILL' | 'SIGTERM'): void {
    this.#struck.add(child);
    signal(child.pid, name);
  }

  /** It ends by a signal that it sends to itself. */
  expectEnd(name: string): void {
    this.#struck.add(this.member(name).child);
  }

  async ready(): Promise<void> {
    const isReady = async ({ url }: Member) => (await fetch(`${url}/health/ready`)).status === 200;
    await Promise.all(this.members.map((member) => until(`${member.name} to be ready`, 120, () => isReady(member))));
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#supervising;
    for (const { child } of this.members) signal(child.pid, 'SIGCONT');
  }

  async #supervise(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      for (const { child, name } of this.members) {
        if (child.running) continue;
        if (!this.#struck.delete(child)) this.collapsed.push(child.failure ?? name);
        child.start();
      }
      await sleep(superviseMs);
    }
  }
}
