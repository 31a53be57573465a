/**
 * Outlives the process that started it, and cleans up behind it. The two are joined by a pipe (stdin here): the kernel
 * closes it however the other side ends, also by SIGKILL. Then the processes still watched are killed and the folders removed.
 *
 *     node watchdog.ts <folder>          lines on stdin: watch <pid> <signal> | forget <pid> | remove <folder> | keep <folder>
 */
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive } from './alive.ts';

const GRACE_MS = 5_000;

const watched = new Map<number, NodeJS.Signals>();
const folders = new Set(process.argv.slice(2));

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

for await (const line of createInterface({ input: process.stdin })) {
  const [verb = '', subject = '', signal = 'SIGKILL'] = line.split('\t');
  if (verb === 'watch') watched.set(Number(subject), signal as NodeJS.Signals);
  else if (verb === 'forget') watched.delete(Number(subject));
  else if (verb === 'remove') folders.add(subject);
  else if (verb === 'keep') folders.delete(subject);
}

for (const [pid, signal] of watched) send(pid, signal);
await gone();
// whatever is left of it: each process was started as the leader of its own group
for (const pid of watched.keys()) send(-pid, 'SIGKILL');
await gone();
await Promise.all([...folders].map((folder) => rm(folder, { recursive: true, force: true, maxRetries: 10 })));

async function gone(): Promise<void> {
  const deadline = performance.now() + GRACE_MS;
  while (performance.now() < deadline && [...watched.keys()].some(isAlive)) await delay(20);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // already gone
  }
}
