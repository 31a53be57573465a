import { setTimeout as sleep } from 'node:timers/promises';

const pauses = { firstMs: 5, longestMs: 250, tries: 25 };

/** Tries again, for some seconds at most, while the error is one that passes. */
export async function whilePassing(work: () => Promise<unknown>, passes: (error: unknown) => boolean): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await work();
      return;
    } catch (error) {
      if (tries === pauses.tries || !passes(error)) throw error;
      await sleep(Math.min(pauses.longestMs, pauses.firstMs * 2 ** (tries - 1)));
    }
  }
}
