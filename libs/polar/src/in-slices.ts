import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Steps } from '#core';

/** Steps of small bodies take far less together; a lease's heartbeat waits for no longer than this and one step. */
const longestSliceMs = 10;

/** Takes steps to their end, and lets everybody else have a turn in between. */
export async function inSlices<Result>(steps: Steps<Result>): Promise<Result> {
  let start = performance.now();
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    if (performance.now() - start < longestSliceMs) continue;
    await nextTurn();
    start = performance.now();
  }
}
