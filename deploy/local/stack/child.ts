import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import { openSandbox, type Sandbox } from '../services/sandbox.ts';

export interface ChildOptions {
  readonly name: string;
  /** Arguments of `node`: its flags, the script, the script's arguments. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Both of its outputs are appended here. */
  readonly logFile: string;
  /** Told of each line on its standard output. */
  readonly onLine?: (line: string) => void;
  /** So long it may take to end when it is asked to. */
  readonly graceMs?: number;
}

/** The apps give the work that is under way up to 20 s. */
const longestEndMs = 25_000;

let guard: Promise<Sandbox> | undefined;

/** Ends what we started, and removes our folders, when this process dies without having done it. */
export function orphanGuard(): Promise<Sandbox> {
  return (guard ??= openSandbox({ background: true }));
}

/** A Node process of ours: started, killed and started again under the same name. */
export class Child {
  readonly name: string;
  readonly #options: ChildOptions;
  readonly #log: WriteStream;
  #process: ChildProcess | undefined;
  #wanted = false;

  constructor(options: ChildOptions) {
    this.name = options.name;
    this.#options = options;
    this.#log = createWriteStream(options.logFile, { flags: 'a' });
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  get running(): boolean {
    return this.#process !== undefined && this.#process.exitCode === null && this.#process.signalCode === null;
  }

  start(): void {
    const { args, env, onLine } = this.#options;
    this.#wanted = true;
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning', ...args],
      {
        // Only what it is given: no setting of the shell that it runs in gets into it.
        env: { PATH: process.env['PATH'] ?? '', ...env },
        // Ctrl-C goes to the whole process group of the terminal; we end it in order.
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    this.#process = child;
    const { pid } = child;
    if (pid !== undefined) {
      void orphanGuard().then((sandbox) => sandbox.watch(pid, 'SIGTERM'));
      child.once('exit', () => void orphanGuard().then((sandbox) => sandbox.forget(pid)));
    }
    child.stderr.pipe(this.#log, { end: false });
    let rest = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#log.write(text);
      if (onLine === undefined) return;
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    });
  }

  /** Resolves when it is gone, by SIGKILL if it does not go by itself. */
  async kill(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.#wanted = false;
    const child = this.#process;
    if (child === undefined || !this.running) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    const late = setTimeout(() => child.kill('SIGKILL'), this.#options.graceMs ?? longestEndMs);
    await gone;
    clearTimeout(late);
  }

  /** Resolves when it has ended, however that came. @returns its exit code, or the signal that ended it */
  async exited(): Promise<number | string | null> {
    const child = this.#process;
    if (child !== undefined && this.running) await once(child, 'exit');
    return child?.exitCode ?? child?.signalCode ?? null;
  }

  /** @returns why it ended by itself, or undefined while it runs or was ended by us */
  get failure(): string | undefined {
    const child = this.#process;
    if (child === undefined || this.running || !this.#wanted) return undefined;
    return `${this.name} ended with ${child.exitCode ?? child.signalCode ?? 'nothing'}; see ${this.#options.logFile}`;
  }

  close(): void {
    this.#log.end();
  }
}
