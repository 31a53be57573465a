import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { commandOf } from '../../../deploy/local/stack/stack.ts';

export interface Ended {
  /** The status, or the signal that ended it. */
  readonly code: number | string | null;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly child: ChildProcess;
  /** What it has said on standard error so far. */
  readonly said: () => string;
  /** The same of standard output. */
  readonly told: () => string;
  readonly ended: Promise<Ended>;
}

/** Starts the built `bridge` as a process of its own, with nothing else in its environment. */
export function start(args: readonly string[], env: Readonly<Record<string, string>>): Running {
  const child = spawn(process.execPath, [...commandOf('bridge'), ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err]: [string[], string[]] = [[], []];
  child.stdout.setEncoding('utf8').on('data', (text: string) => out.push(text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => err.push(text));
  const ended = once(child, 'close').then(([code, signal]) => ({
    code: (code ?? signal) as Ended['code'],
    out: out.join(''),
    err: err.join(''),
  }));
  return { child, said: () => err.join(''), told: () => out.join(''), ended };
}
