import { BridgeError, parseInSteps, type Json, type Steps } from '#core';
import { header, type PolarResponse } from './request.ts';

/** What a status means. "Their fault" never becomes "no data". */
export interface AnswerContext {
  readonly path: string;
  /** Epoch ms. */
  readonly now: number;
  /** Length of the tenant's shortest quota window, in seconds. */
  readonly shortestWindowSeconds: number;
}

/**
 * Judges an answer, in steps: its body may be a large one.
 * @returns the parsed body; undefined for "no data" (204, 404, empty body)
 * @throws BridgeError by status, documented in section 4 of our notes on the provider (most are observed, few documented)
 */
export function* answer(response: PolarResponse, context: AnswerContext): Steps<Json | undefined> {
  const { status } = response;
  if (status === 204 || status === 404) return undefined;
  if (status === 200) return yield* parse(response, context);
  throw refusal(response, context);
}

function* parse(response: PolarResponse, { path }: AnswerContext): Steps<Json | undefined> {
  const text = response.body.trim();
  if (text === '') return undefined;
  try {
    return yield* parseInSteps(text);
  } catch (error) {
    const kind = header(response, 'content-type') ?? 'no content type';
    throw new BridgeError(
      'PROVIDER_BODY_BROKEN',
      `${path} answered 200 with a body that is not JSON (${kind}, ${text.length} characters); it is tried again`,
      {
        // The parser's message quotes the body, which is an athlete's data: only its kind goes on.
        cause: error instanceof SyntaxError ? 'SyntaxError' : error,
      },
    );
  }
}

/** What any status but 200, 204 and 404 means. */
export function refusal(response: PolarResponse, { path, now, shortestWindowSeconds }: AnswerContext): BridgeError {
  const { status } = response;
  if (status === 401)
    return new BridgeError(
      'TOKEN_REJECTED',
      `${path} answered 401 to a fresh access token: the athlete has to give consent again`,
    );
  if (status === 403) return forbidden(response, path);
  if (status === 429) {
    return new BridgeError(
      'PROVIDER_RATE_LIMITED',
      `${path} answered 429: our count of the quota is wrong, or somebody else uses this client id`,
      {
        waitUntil: now + retryAfterSeconds(response, now, shortestWindowSeconds) * 1000,
      },
    );
  }
  if (status >= 500)
    return new BridgeError('PROVIDER_UNAVAILABLE', `${path} answered ${status}; it is tried again`, {
      fields: { status },
    });
  return new BridgeError(
    'PROVIDER_REJECTED',
    `${path} answered ${status} (${reason(response)}): the request is not as the provider wants it`,
    { fields: { status } },
  );
}

/** A 403 that names a scope is about that scope (observed live); any other is about consent (as in API version 3). */
function forbidden(response: PolarResponse, path: string): BridgeError {
  const scope = /required scope:?\s*([a-z_]+:read)/i.exec(response.body)?.[1];
  return scope === undefined
    ? new BridgeError(
        'CONSENT_MISSING',
        `${path} answered 403 without naming a scope: a mandatory consent of the athlete is missing`,
      )
    : new BridgeError('SCOPE_MISSING', `${path} answered 403: the scope ${scope} was not granted`, {
        fields: { scope },
      });
}

/** Retry-After in seconds or as a date, else the reset of the window that is used up (`RateLimit-Reset: 784, 72000`), else a whole window. */
function retryAfterSeconds(response: PolarResponse, now: number, shortestWindowSeconds: number): number {
  const text = header(response, 'retry-after') ?? '';
  const retryAfter = /^\d+$/.test(text.trim()) ? Number(text) : (Date.parse(text) - now) / 1000;
  if (retryAfter > 0) return retryAfter;
  const numbers = (name: string): readonly number[] =>
    (header(response, name) ?? '').split(',').map((part) => Number(part.trim()));
  const [usage, limit, reset] = [numbers('ratelimit-usage'), numbers('ratelimit-limit'), numbers('ratelimit-reset')];
  const exhausted = reset.filter(
    (seconds, index) => seconds > 0 && (usage[index] ?? 0) >= (limit[index] ?? Number.POSITIVE_INFINITY),
  );
  return exhausted.length > 0 ? Math.max(...exhausted) : shortestWindowSeconds;
}

/** The provider's own words, shortened: its error bodies hold no athlete's data. */
function reason(response: PolarResponse): string {
  const found = /"(?:errorMessage|error)"\s*:\s*"([^"]{1,200})"/.exec(response.body)?.[1];
  return found ?? 'no reason given';
}
