import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits for a condition.
 * @throws after `seconds`, with what was waited for and the last error
 */
export async function until<Value>(
  what: string,
  seconds: number,
  condition: () => Promise<Value | undefined | false>,
): Promise<Value> {
  const deadline = Date.now() + seconds * 1000;
  let last: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value !== undefined && value !== false) return value;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline)
      throw new Error(`waited ${seconds} s for ${what}`, last === undefined ? undefined : { cause: last });
    await sleep(50);
  }
}
