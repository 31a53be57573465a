import { setTimeout as sleep } from 'node:timers/promises';
import type { Child } from '../../deploy/local/stack/child.ts';
import { freePort } from '../../deploy/local/services/port.ts';
import type { AppName, Stack } from '../../deploy/local/stack/stack.ts';
import { signal } from '../chaos/process-tree.ts';
import { until } from '../../deploy/local/stack/until.ts';
import { readiness } from './balancer.ts';

export interface Replica {
  readonly name: string;
  readonly app: AppName;
  readonly url: string;
  readonly port: number;
  readonly child: Child;
  /** From the start of the process until it was ready. */
  readonly startMs: number;
}

/** How one ended; all in ms from SIGTERM on. */
export interface Ending {
  /** First answer of the readiness that is not 200. */
  readonly unreadyMs: number | undefined;
  /** First connection that was refused. */
  readonly closedMs: number;
  readonly exitMs: number;
  /** The exit code, or the signal. */
  readonly end: number | string | null;
}

const lookMs = 10;

/** The processes of the apps, as a Deployment each has them. */
export class Replicas {
  #all: readonly Replica[] = [];
  readonly #stack: Stack;

  constructor(stack: Stack) {
    this.#stack = stack;
  }

  of(app: AppName): readonly Replica[] {
    return this.#all.filter((one) => one.app === app);
  }

  /** @param env settings of this one alone */
  async start(app: AppName, name: string, env: Readonly<Record<string, string>> = {}): Promise<Replica> {
    const port = await freePort();
    const begun = performance.now();
    const { child, url } = await this.#stack.start(app, name, { ...env, PORT: String(port) });
    const replica = { name, app, url, port, child, startMs: performance.now() - begun };
    this.#all = [...this.#all, replica];
    return replica;
  }

  /** Tells one to end, and watches how it does. */
  async end(replica: Replica): Promise<Ending> {
    const { child, port } = replica;
    const begun = performance.now();
    const exited = child.exited().then((end) => ({ end, exitMs: performance.now() - begun }));
    signal(child.pid, 'SIGTERM');
    let unreadyMs: number | undefined;
    for (;;) {
      const status = await readiness(port);
      if (status === undefined) break;
      if (status !== 200) unreadyMs ??= performance.now() - begun;
      await sleep(lookMs);
    }
    const closedMs = performance.now() - begun;
    const { end, exitMs } = await exited;
    this.#all = this.#all.filter((one) => one !== replica);
    return { unreadyMs, closedMs, exitMs, end };
  }

  async ready(): Promise<void> {
    await Promise.all(
      this.#all.map(({ name, port }) => until(`${name} to be ready`, 60, async () => (await readiness(port)) === 200)),
    );
  }
}
