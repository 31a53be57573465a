import { setTimeout as sleep } from 'node:timers/promises';

/** Often enough for people who watch, and no burden for the service. */
const askEveryMs = 1000;

/** Asks how far something is until it is over. @returns the last answer */
export async function follow<T>(
  ask: () => Promise<T>,
  tell: (state: T) => void,
  isOver: (state: T) => boolean,
): Promise<T> {
  for (;;) {
    const state = await ask();
    tell(state);
    if (isOver(state)) return state;
    await sleep(askEveryMs);
  }
}
