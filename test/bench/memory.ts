import { readFile } from 'node:fs/promises';
import type { Child } from '../../deploy/local/stack/child.ts';

/** Megabytes of a process's memory: `resident` now, and the `peak` since it began. */
export async function memoryOf({ pid }: Child): Promise<{ readonly resident: number; readonly peak: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const megabytes = (name: string): number =>
    Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? Number.NaN) / 1024;
  return { resident: megabytes('VmRSS'), peak: megabytes('VmHWM') };
}
