import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Stops a process and its children in the middle of what they do. @returns what lets them go on */
export async function freezeTree(root: number): Promise<() => void> {
  // The parent first, so that it makes no more of them.
  signal(root, 'SIGSTOP');
  const all = [root, ...(await descendantsOf(root))];
  for (const pid of all) signal(pid, 'SIGSTOP');
  return () => {
    for (const pid of all) signal(pid, 'SIGCONT');
  };
}

async function descendantsOf(root: number): Promise<readonly number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=']);
  const processes = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number) as [pid: number, parent: number]);
  const found = [root];
  for (const parent of found) {
    for (const [pid, of] of processes) if (of === parent) found.push(pid);
  }
  return found.slice(1);
}

/** To one that has gone meanwhile there is nothing to say. */
export function signal(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
