/**
 * An error in one text. Not `instanceof Error`: jest runs tests in a realm of its own, where Node's errors are not.
 * A failed connect to a name with several addresses has an empty message and only a code.
 */
export function reason(error: unknown): string {
  const { message, code } = (error ?? {}) as { message?: unknown; code?: unknown };
  return String(message || code || error);
}
