import { type Verdict, isBridgeError, verdict } from '#core';

/**
 * Asks auth for the access token of a connection that nobody has.
 * @param ask as the poller does
 */
export async function lookAtAccessTokens(authUrl: string, ask: () => Promise<unknown>): Promise<readonly Verdict[]> {
  const where = `auth at ${authUrl} (AUTH_URL)`;
  try {
    await ask();
  } catch (error) {
    // Its word on such a connection: it has let us in.
    if (isBridgeError(error, 'TOKEN_REJECTED')) return [verdict.ok(`The poller is let in by ${where}.`)];
    if (!isBridgeError(error, 'AUTH_UNAVAILABLE')) throw error;
    return [refusalOf(where, error.fields['status'])];
  }
  return [
    verdict.broken(`${where} gives tokens for a connection that is not there.`, 'Correct AUTH_URL: this is not auth.'),
  ];
}

function refusalOf(where: string, status: unknown): Verdict {
  if (status === undefined)
    return verdict.broken(
      `The poller cannot reach ${where}.`,
      'Start auth, correct AUTH_URL, or look at the network policy between them.',
    );
  if (status === 401)
    return verdict.broken(
      `${where} refuses INTERNAL_TOKEN: it has another one.`,
      'Give auth and poller the same INTERNAL_TOKEN, and restart both.',
    );
  if (status === 429)
    return verdict.broken(
      `${where} has had too many wrong tokens from this address.`,
      'Give auth and poller the same INTERNAL_TOKEN, and run this again in a minute.',
    );
  return verdict.broken(
    `${where} answers ${String(status)}: it is not auth, or not well.`,
    'Look at its /health/ready, and correct AUTH_URL to the address of auth itself, without a path.',
  );
}
