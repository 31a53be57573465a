import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';

/** A temporary folder and the processes that work in it. Both vanish with this process, however it ends (see watchdog.ts). */
export interface Sandbox {
  readonly folder: string;
  /** From now on the process is killed by `signal`, and by SIGKILL 5 s later, when this process dies. */
  watch(pid: number, signal: NodeJS.Signals): Promise<void>;
  forget(pid: number): Promise<void>;
  /** Another folder that must not survive; `keepFolder` takes that back. */
  removeFolder(folder: string): Promise<void>;
  keepFolder(folder: string): Promise<void>;
  /** Kills what is left, removes the folder, and returns when that is done. */
  close(): Promise<void>;
}

/** @param options.background does not keep this process running, and needs no `close` */
export async function openSandbox({ background = false } = {}): Promise<Sandbox> {
  const folder = join(tmpdir(), `accesslink-bridge-${process.pid}-${randomUUID().slice(0, 8)}`);
  // Detached: Ctrl-C goes to the whole process group of the terminal, and must not end the one that cleans up.
  // No inherited output: whoever waits for the end of our output must not wait for the watchdog.
  const watchdog = spawn(process.execPath, [join(import.meta.dirname, 'watchdog.ts'), folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: process.env['PATH'], NODE_NO_WARNINGS: '1' },
  });
  const ended = new Promise<void>((resolve) => {
    watchdog.once('exit', () => resolve());
    watchdog.once('error', () => resolve());
  });
  watchdog.stdin.on('error', () => undefined);
  if (background) {
    watchdog.unref();
    (watchdog.stdin as Socket).unref();
  }
  // after the spawn, so that there is no moment in which the folder exists and nobody would remove it;
  // open to others because PostgreSQL does not run as root and takes another user then
  await mkdir(folder, { mode: 0o755 });

  const tell = (...words: string[]): Promise<void> => write(watchdog.stdin, `${words.join('\t')}\n`);
  return {
    folder,
    watch: (pid, signal) => tell('watch', String(pid), signal),
    forget: (pid) => tell('forget', String(pid)),
    removeFolder: (path) => tell('remove', path),
    keepFolder: (path) => tell('keep', path),
    close: async () => {
      watchdog.stdin.end();
      await ended;
    },
  };
}

/** @returns when the operating system has the text: then it reaches the reader though we may die the next moment */
function write(stream: Writable, text: string): Promise<void> {
  return new Promise((resolve) => {
    stream.write(text, () => resolve());
  });
}
