/**
 * What the caller must do about an error:
 * - `retry`: try the same again after a growing pause (their fault, passing: 5xx, time-out, broken body)
 * - `wait`: do nothing before `waitUntil` (quota used up, provider's 429, an open breaker, no worker free)
 * - `reauthorise`: the athlete has to give consent again
 * - `drop`: leave this piece of work out, and say so
 * - `bug`: our model is wrong; stop and alarm
 */
export type Disposition = 'retry' | 'wait' | 'reauthorise' | 'drop' | 'bug';

/** The disposition of each code, so that a code can't mean two things. */
const dispositions = {
  CONFIG_INVALID: 'bug',
  BUDGET_EXHAUSTED: 'wait',
  BUDGET_UNAVAILABLE: 'retry',
  BREAKER_OPEN: 'wait',
  PROVIDER_RATE_LIMITED: 'wait',
  PROVIDER_UNAVAILABLE: 'retry',
  PROVIDER_TIMEOUT: 'retry',
  PROVIDER_BODY_BROKEN: 'retry',
  PROVIDER_SCHEMA_UNKNOWN: 'bug',
  PROVIDER_REJECTED: 'drop',
  SCOPE_MISSING: 'drop',
  CONSENT_MISSING: 'reauthorise',
  TOKEN_REJECTED: 'reauthorise',
  AUTH_UNAVAILABLE: 'retry',
  REFRESH_UNDER_WAY: 'wait',
  TENANT_NOT_SERVED: 'wait',
  NOT_FOUND: 'drop',
  WORKERS_TAKEN: 'wait',
  LEASE_LOST: 'drop',
  DATABASE_CONFLICT: 'retry',
  BROKER_UNAVAILABLE: 'retry',
  BROKER_ACCESS_DENIED: 'bug',
  LANE_GAP: 'bug',
  EVENT_TOO_LARGE: 'bug',
  EVENT_REFUSED: 'drop',
  TOPIC_INVALID: 'bug',
  UNEXPECTED: 'retry',
} as const satisfies Record<string, Disposition>;

export type ErrorCode = keyof typeof dispositions;

export interface ErrorDetails {
  /** Machine-readable facts for the log: never a token, a secret or an athlete's data. */
  readonly fields?: Readonly<Record<string, string | number | boolean | null>>;
  /** Epoch milliseconds before which trying again is pointless. */
  readonly waitUntil?: number;
  /** Epoch milliseconds since when it has been so. */
  readonly since?: number;
  readonly cause?: unknown;
}

/** The one error class of the product: a message for people, a code and a disposition for code. */
export class BridgeError extends Error {
  override readonly name = 'BridgeError';
  readonly code: ErrorCode;
  readonly disposition: Disposition;
  readonly fields: Readonly<Record<string, string | number | boolean | null>>;
  readonly waitUntil: number | undefined;
  readonly since: number | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.disposition = dispositions[code];
    this.fields = details.fields ?? {};
    this.waitUntil = details.waitUntil;
    this.since = details.since;
  }
}

export function isBridgeError(error: unknown, code?: ErrorCode): error is BridgeError {
  return error instanceof BridgeError && (code === undefined || error.code === code);
}
