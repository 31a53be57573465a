/** Of the way to the database, and SQLSTATEs of one that starts, ends or has no connection left. */
const passing = /^(ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|08|53|57P)/;
/** What pg says without a code. */
const passingWords = /timeout exceeded when trying to connect|Connection terminated/;

/** Whether the database may answer when it is asked again: not so with a wrong password, or a database that is not there. */
export function isPassing(error: unknown): boolean {
  const { code, message, errors } = (error ?? {}) as { code?: unknown; message?: unknown; errors?: readonly unknown[] };
  return passing.test(String(code)) || passingWords.test(String(message)) || (errors?.some(isPassing) ?? false);
}
