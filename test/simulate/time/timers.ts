import { createRequire, syncBuiltinESMExports } from 'node:module';
import type { Scheduled, Scheduler } from './scheduler.ts';

const promises = createRequire(import.meta.url)('node:timers/promises') as Record<string, unknown>;

/** Stands for a Node timer. */
class VirtualTimer {
  readonly #scheduler: Scheduler;
  readonly #owner: Scheduler['current'];
  readonly #run: () => void;
  #entry: Scheduled;

  constructor(scheduler: Scheduler, run: () => void, ms: number, everyMs?: number) {
    this.#scheduler = scheduler;
    this.#owner = scheduler.current;
    this.#run = run;
    this.#entry = this.#arm(ms, everyMs);
  }

  #arm(ms: number, everyMs: number | undefined): Scheduled {
    return this.#scheduler.after(Math.max(1, ms), this.#owner, () => {
      if (everyMs !== undefined) this.#entry = this.#arm(everyMs, everyMs);
      this.#run();
    });
  }

  clear(): void {
    this.#entry.isOff = true;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

/** Puts the scheduler's time in the place of Node's, for all that is loaded from now on and for all that asks by name. */
export function takeOverTimers(current: () => Scheduler | undefined): void {
  const real = { setTimeout, setInterval, clearTimeout, clearInterval, now: performance.now.bind(performance) };
  const running = (): Scheduler | undefined => (current()?.current === undefined ? undefined : current());

  const timeout = (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): unknown => {
    const scheduler = running();
    return scheduler === undefined
      ? real.setTimeout(run, ms, ...args)
      : new VirtualTimer(scheduler, () => run(...args), ms);
  };
  const interval = (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): unknown => {
    const scheduler = running();
    return scheduler === undefined
      ? real.setInterval(run, ms, ...args)
      : new VirtualTimer(scheduler, () => run(...args), ms, ms);
  };
  const clear = (timer: unknown): void => {
    if (timer instanceof VirtualTimer) timer.clear();
    else real.clearTimeout(timer as NodeJS.Timeout);
  };
  Object.assign(globalThis, { setTimeout: timeout, setInterval: interval, clearTimeout: clear, clearInterval: clear });
  performance.now = () => running()?.now ?? real.now();

  const sleep = (ms = 0, value?: unknown, options: { readonly signal?: AbortSignal } = {}): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const timer = timeout(() => resolve(value), ms);
      options.signal?.addEventListener('abort', () => {
        clear(timer);
        reject(options.signal?.reason);
      });
    });
  promises['setTimeout'] = sleep;
  promises['setImmediate'] = (value?: unknown) => Promise.resolve(value);
  syncBuiltinESMExports();
}
