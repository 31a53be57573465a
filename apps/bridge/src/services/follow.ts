import { setTimeout as sleep } from 'node:timers/promises';
import { UnreachableError } from '../failures.ts';

/** Often enough for people who watch, and no burden for the service. */
const askEveryMs = 1000;
/** So often in a row it may not answer: a replica is exchanged meanwhile. */
const mostFailures = 60;

/**
 * Asks how far something is until it is over.
 * @returns the last answer
 * @throws UnreachableError when nobody has answered for a minute
 */
export async function follow<T>(
  ask: () => Promise<T>,
  tell: (state: T) => void,
  isOver: (state: T) => boolean,
  pauseMs = askEveryMs,
): Promise<T> {
  for (let failures = 0; ; await sleep(pauseMs)) {
    try {
      const state = await ask();
      failures = 0;
      tell(state);
      if (isOver(state)) return state;
    } catch (error) {
      failures += 1;
      if (!(error instanceof UnreachableError) || failures === mostFailures) throw error;
    }
  }
}
