import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { reason } from './reason.ts';
import type { Sandbox } from './sandbox.ts';

const POLL_MS = 50;
const LOG_TAIL_LINES = 15;

export interface Command {
  /** for messages: `PostgreSQL`, `initdb` */
  readonly title: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly folder: string;
  /** takes stdout and stderr, appended */
  readonly logFile: string;
  readonly env?: NodeJS.ProcessEnv;
  /** another user than ours, possible for root only */
  readonly user?: User;
  /** how the program is asked to end at once when nobody is left to wait for it; SIGKILL if not given */
  readonly abandonSignal?: NodeJS.Signals;
}

export interface User {
  readonly uid: number;
  readonly gid: number;
}

export interface Running {
  readonly pid: number;
  /** how it ended (`exit code 1`, `SIGKILL`); undefined while it runs */
  outcome(): string | undefined;
  readonly ended: Promise<string>;
  /** Sends the signal, SIGKILL after `graceMs`, and returns when the process is gone. */
  stop(signal: NodeJS.Signals, graceMs: number): Promise<void>;
  logTail(): Promise<string>;
}

/**
 * Starts a program in its own process group (Ctrl-C must not reach it: we end it in order), watched by the sandbox.
 * @throws when it cannot be started at all; a missing program shows as exit code 127 instead
 */
export async function launch(sandbox: Sandbox, command: Command): Promise<Running> {
  const log = openSync(command.logFile, 'a');
  // The shell waits for a line before it becomes the program, and ends if the line never comes: so there is no moment in
  // which the program runs, the watchdog does not know it, and we could die.
  const child = spawn('/bin/sh', ['-c', 'read -r go && exec "$@"', 'sh', command.program, ...command.args], {
    cwd: command.folder,
    detached: true,
    stdio: ['pipe', log, log],
    env: command.env ?? process.env,
    ...command.user,
  });
  closeSync(log);
  let outcome: string | undefined;
  const ended = new Promise<string>((resolve) => {
    const end = (text: string): void => {
      outcome ??= text;
      if (child.pid !== undefined) void sandbox.forget(child.pid);
      resolve(outcome);
    };
    child.once('exit', (code, signal) => end(signal ?? `exit code ${code}`));
    child.once('error', (error) => end(reason(error)));
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command.title} cannot be started: ${await ended}`);
  child.stdin?.on('error', () => undefined);
  await sandbox.watch(pid, command.abandonSignal ?? 'SIGKILL');
  child.stdin?.end('go\n');

  return {
    pid,
    outcome: () => outcome,
    ended,
    logTail: () => tail(command.logFile),
    stop: async (signal, graceMs) => {
      if (outcome === undefined) child.kill(signal);
      const late = new AbortController();
      const first = await Promise.race([
        ended,
        delay(graceMs, undefined, { signal: late.signal }).catch(() => undefined),
      ]);
      late.abort();
      if (first === undefined) child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Runs a program to its end. @throws with the end of its log when it fails or takes longer than `timeoutMs` */
export async function run(sandbox: Sandbox, command: Command, timeoutMs = 60_000): Promise<void> {
  const running = await launch(sandbox, command);
  const timer = setTimeout(() => void running.stop('SIGTERM', 5_000), timeoutMs);
  const outcome = await running.ended;
  clearTimeout(timer);
  if (outcome !== 'exit code 0') throw new Error(`${command.title} failed (${outcome}):\n${await running.logTail()}`);
}

/**
 * Repeats the check until it passes.
 * @throws when the process ends before that, or after `timeoutMs`; with the last failure and the end of the log
 */
export async function untilReady<T>(
  title: string,
  check: () => Promise<T>,
  running?: Running,
  timeoutMs = 60_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    let failure = '';
    const result = await check().catch((error: unknown) => {
      failure = reason(error) || 'no reason given';
    });
    // looked at after the check: whoever answered was a stranger on the same port if our process is gone
    const outcome = running?.outcome();
    if (outcome !== undefined) throw new Error(`${title} ended early (${outcome}):\n${await running?.logTail()}`);
    if (failure === '') return result as T;
    if (performance.now() > deadline) {
      const log = running === undefined ? '' : `\n${await running.logTail()}`;
      throw new Error(`${title} did not answer within ${timeoutMs / 1000} s: ${failure}${log}`);
    }
    await Promise.race([delay(POLL_MS), ...(running === undefined ? [] : [running.ended])]);
  }
}

async function tail(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-LOG_TAIL_LINES).join('\n') || '(its log is empty)';
}
