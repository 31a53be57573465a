import { setTimeout as sleep } from 'node:timers/promises';
import { type AppLogger, isPassing } from '#platform';

export interface WaitOptions {
  /** How often it asks again, at most, once a second. 0 asks once. */
  readonly seconds: number;
  readonly log: Pick<AppLogger, 'warn'>;
  /** Between two attempts. */
  readonly pauseMs?: number;
}

/** A line once in so many attempts. */
const silence = 5;

/**
 * Asks until the database answers.
 * @throws the error of the last attempt, when the time is over; at once, where waiting does not help
 */
export async function waitForDatabase(
  ask: () => Promise<unknown>,
  { seconds, log, pauseMs = 1000 }: WaitOptions,
): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await ask();
      return;
    } catch (error) {
      if (!isPassing(error) || attempt >= seconds) throw error;
      if (attempt % silence === 0)
        log.warn('waiting for the database', { attempt, attemptsLeft: seconds - attempt, error });
      await sleep(pauseMs);
    }
  }
}
