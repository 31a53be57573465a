import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { post } from './post.ts';
import type { Played, Task } from './worker.ts';

/**
 * Plays tasks on all cores.
 * @param next the next task; undefined when there is none any more
 * @param done told of each that was played, in the order in which they end
 */
export async function playAll(next: () => Task | undefined, done: (played: Played) => void): Promise<void> {
  await Promise.all(Array.from({ length: availableParallelism() }, () => playOn(next, done)));
}

async function playOn(next: () => Task | undefined, done: (played: Played) => void): Promise<void> {
  const first = next();
  if (first === undefined) return;
  const worker = new Worker(new URL('worker.ts', import.meta.url), {
    execArgv: ['--import', new URL('loader.mjs', import.meta.url).href],
  });
  try {
    await new Promise<void>((resolve, reject) => {
      worker.on('error', reject);
      worker.on('message', (played: Played) => {
        done(played);
        const task = next();
        if (task === undefined) resolve();
        else post(worker, task);
      });
      post(worker, first);
    });
  } finally {
    await worker.terminate();
  }
}
