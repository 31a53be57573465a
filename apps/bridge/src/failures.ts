import { CommanderError } from 'commander';
import { isBridgeError, type ErrorCode } from '#core';
import { isPassing, reasonOf, scrub } from '#platform/program';
import { exitCodes, type ExitCode } from './exit-codes.ts';

/** An error of the operator's command line that says with which status it ends. */
abstract class CommandFailure extends Error {
  abstract readonly exitCode: ExitCode;
}

/** Thrown when an argument, an option or a setting is wrong, and nothing was done. The message says what is allowed. */
export class UsageError extends CommandFailure {
  override readonly name = 'UsageError';
  readonly exitCode = exitCodes.usage;
}

/** Thrown when a service refused, or when something that was looked at is wrong. Without a message where all was told. */
export class WrongError extends CommandFailure {
  override readonly name = 'WrongError';
  readonly exitCode = exitCodes.wrong;
}

/** Thrown when a service does not answer, or cannot for now. */
export class UnreachableError extends CommandFailure {
  override readonly name = 'UnreachableError';
  readonly exitCode = exitCodes.unreachable;
}

/** Codes of undici and of ours, for what does not answer; the system's and PostgreSQL's are known to `isPassing`. */
const unreachable: ReadonlySet<string> = new Set([
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'BROKER_UNAVAILABLE' satisfies ErrorCode,
  'AUTH_UNAVAILABLE' satisfies ErrorCode,
  'BUDGET_UNAVAILABLE' satisfies ErrorCode,
]);

export function isUnreachable(error: unknown): boolean {
  if (unreachable.has(codeOf(error)) || isPassing(error)) return true;
  return error instanceof Error && error.cause !== undefined && isUnreachable(error.cause);
}

/** @returns the status that `bridge` ends with, and what it says on standard error: nothing where that was said already */
export function failureOf(error: unknown): { readonly exitCode: ExitCode; readonly text: string } {
  // commander has said it already.
  if (error instanceof CommanderError)
    return { exitCode: error.exitCode === 0 ? exitCodes.fine : exitCodes.usage, text: '' };
  if (error instanceof CommandFailure)
    return { exitCode: error.exitCode, text: error.message === '' ? '' : `${scrub(error.message)}\n` };
  return { exitCode: isUnreachable(error) ? exitCodes.unreachable : exitCodes.wrong, text: `${reasonOf(error)}\n` };
}

/**
 * The settings of a command.
 * @throws UsageError that tells all that is missing or wrong
 */
export function settings<T>(load: () => T): T {
  try {
    return load();
  } catch (error) {
    if (isBridgeError(error, 'CONFIG_INVALID')) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

function codeOf(error: unknown): string {
  const first = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  const { code } = (first ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : '';
}
