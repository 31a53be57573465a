import { constants } from 'node:os';
import { scrub } from './redact.ts';

const advice: Readonly<Record<string, string>> = {
  EADDRINUSE: 'Another process listens on this port. Stop it, or set PORT to another one.',
  EACCES: 'The system refuses it. Ports below 1024 need rights that a service should not have: set PORT higher.',
  ECONNREFUSED: 'Nothing listens at that address. Is the service started, and is its URL right?',
  ENOTFOUND: 'No such host. Is the name in the URL right, and can this machine resolve it?',
  // SQLSTATE: no such table, and no such role.
  '42P01': 'The database was not migrated: run `npm run migrate` once, with a user that may create roles.',
  '22023': 'The database was not migrated: run `npm run migrate` once, with a user that may create roles.',
  ETIMEDOUT: 'No answer. Does a firewall or a network policy stand between?',
};

export interface Exit {
  readonly write: (text: string) => void;
  readonly exit: (code: number) => void;
}

const real: Exit = { write: (text) => process.stderr.write(text), exit: (code) => process.exit(code) };

const signals = ['SIGTERM', 'SIGINT'] as const;
// The system ignores these signals for process 1 of a container, unless it has a handler of its own.
const endAtOnce = (signal: NodeJS.Signals): void => process.exit(128 + constants.signals[signal]);

/** An app calls it when its own shutdown hooks are in place: until then `runMain` ends the process at a signal. */
export function leaveSignalsToApp(): void {
  for (const signal of signals) process.off(signal, endAtOnce);
}

/**
 * Runs a program. If it fails, it says why in words for the operator and ends with 1: no supervisor takes it for success.
 * SIGTERM ends it with 143 and SIGINT with 130, also while it waits for a service at its start.
 */
export async function runMain(name: string, main: () => Promise<unknown>, { write, exit }: Exit = real): Promise<void> {
  for (const signal of signals) process.on(signal, endAtOnce);
  try {
    await main();
  } catch (error) {
    write(explain(name, error));
    exit(1);
  } finally {
    leaveSignalsToApp();
  }
}

export const explain = (name: string, error: unknown): string => `${name} cannot start: ${reasonOf(error)}\n`;

/** What happened and what to do, without secrets. Expected failures get a sentence; a stack is only for those that nobody foresaw. */
export function reasonOf(error: unknown): string {
  const first = error instanceof AggregateError && error.message === '' ? (error.errors[0] as unknown) : error;
  if (!(first instanceof Error)) return scrub(String(first));
  const { code, disposition } = first as { code?: unknown; disposition?: unknown };
  const hint = typeof code === 'string' ? advice[code] : undefined;
  if (hint !== undefined) return `${scrub(first.message)}\n${hint}`;
  const foreseen = typeof code === 'string' && typeof disposition === 'string';
  return scrub(foreseen ? first.message : (first.stack ?? first.message));
}
