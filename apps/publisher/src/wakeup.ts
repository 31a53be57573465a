import { setTimeout as sleep } from 'node:timers/promises';

/** A bell that is never missed: what rings before the wait ends the wait at once. */
export class Wakeup {
  #rung = false;
  #ring: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#ring?.();
  }

  /** Forgets what has rung so far. Call it before looking for work. */
  reset(): void {
    this.#rung = false;
  }

  /** Waits until it rings, at most so long. */
  async wait(ms: number): Promise<void> {
    if (this.#rung) return;
    const enough = new AbortController();
    this.#ring = () => enough.abort();
    try {
      await sleep(ms, undefined, { signal: enough.signal });
    } catch {
      // it rang
    } finally {
      this.#ring = undefined;
    }
  }
}
