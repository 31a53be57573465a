import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { orphanGuard } from '../../deploy/local/stack/child.ts';
import type { Folder } from './image-folders.ts';

export interface Ended {
  /** The status, or the signal that ended it. */
  readonly code: number | string | null;
  readonly out: string;
  readonly err: string;
}

/** A program of an image's folder, started as a container would start it, as far as this machine allows. */
export class Container {
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;
  #out = '';
  #err = '';

  constructor(
    folder: Folder,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    entrypoint?: readonly string[],
  ) {
    const inside = (word: string): string => (word.startsWith('/app/') ? join(folder.path, word) : word);
    const command = [...(entrypoint ?? folder.entrypoint).map(inside), ...args];
    const [program = '', ...words] = isolation().readOnly ? ['unshare', ...readOnly(folder, command)] : command;
    const [uid = 0, gid = 0] = folder.user.split(':').map(Number);
    this.#process = spawn(program, words, {
      cwd: join(folder.path, folder.workdir),
      // Node stands first, as in the base image.
      env: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, ...folder.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(isolation().user && !isolation().readOnly ? { uid, gid } : {}),
    });
    this.#process.stdout?.on('data', (text) => (this.#out += String(text)));
    this.#process.stderr?.on('data', (text) => (this.#err += String(text)));
    this.#ended = once(this.#process, 'close');
    const { pid } = this.#process;
    if (pid === undefined) return;
    // Ends with us, however we end.
    void orphanGuard().then((guard) => guard.watch(pid, 'SIGTERM'));
    this.#process.once('exit', () => void orphanGuard().then((guard) => guard.forget(pid)));
  }

  get out(): string {
    return this.#out;
  }

  get log(): string {
    return `${this.#out}${this.#err}`;
  }

  get running(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** The words of the command that this process has become. */
  get commandLine(): readonly string[] {
    return execFileSync('cat', [`/proc/${String(this.#process.pid)}/cmdline`], { encoding: 'utf8' })
      .split('\0')
      .slice(0, -1);
  }

  async end(seconds = 60): Promise<Ended> {
    const late = setTimeout(() => this.#process.kill('SIGKILL'), seconds * 1000);
    await this.#ended;
    clearTimeout(late);
    return { code: this.#process.exitCode ?? this.#process.signalCode, out: this.#out, err: this.#err };
  }

  stop(): Promise<Ended> {
    this.#process.kill('SIGTERM');
    return this.end(30);
  }
}

/** A mount namespace in which all but /tmp is read only, then the image's user: what Kubernetes does with the restricted profile. */
function readOnly(folder: Folder, command: readonly string[]): readonly string[] {
  const [uid = '', gid = ''] = folder.user.split(':');
  const script = [
    'mount --make-rprivate /',
    // Every mount, not only the root: the deepest first.
    `awk '{print $5}' /proc/self/mountinfo | sort -r | while read -r place; do mount -o remount,bind,ro "$place" 2>/dev/null || true; done`,
    'mount -t tmpfs -o mode=1777 tmpfs /tmp',
    `exec setpriv --reuid=${uid} --regid=${gid} --clear-groups --no-new-privs --bounding-set=-all "$@"`,
  ].join('\n');
  return ['--mount', '/bin/sh', '-ec', script, 'sh', ...command];
}

let known: { readonly readOnly: boolean; readonly user: boolean } | undefined;

/** What this machine allows: root may take another user, and mostly a file system of its own. */
export function isolation(): { readonly readOnly: boolean; readonly user: boolean } {
  const user = process.getuid?.() === 0;
  const hasTools = ['unshare', 'setpriv', 'mount'].every((name) =>
    ['/usr/bin', '/bin'].some((folder) => existsSync(join(folder, name))),
  );
  return (known ??= {
    user,
    readOnly:
      user &&
      hasTools &&
      spawnSync('unshare', ['--mount', '/bin/sh', '-ec', 'mount --make-rprivate /; mount -o remount,bind,ro /'])
        .status === 0,
  });
}
