import { mkdir, rmdir, stat, utimes } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 100;
const BEAT_MS = 1_000;
/** a holder that has not shown a sign of life for so long is dead */
const STALE_MS = 15_000;

/**
 * Does the work while no other process does. The lock is a folder whose time its holder keeps renewing, so one whose holder
 * was killed is taken over. In that case two may rarely work at once: the work must be harmless when done twice.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  while (!(await taken(path))) {
    const age = await stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > STALE_MS) await rmdir(path).catch(() => undefined);
    else await delay(POLL_MS);
  }
  const beat = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => undefined), BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    await rmdir(path).catch(() => undefined);
  }
}

async function taken(path: string): Promise<boolean> {
  return mkdir(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false;
      throw error;
    },
  );
}
