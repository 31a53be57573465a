/** What stands in the log where a secret would have been. */
export const redacted = '[redacted]';

const secretKey = /token|secret|password|authorization|cookie|^code$/i;
/** Who a person is has no place in a log either: what is logged is told by ids that mean nothing to others. */
const personalKey = /user_?(reference|id|name)|e-?mail/i;
const deepest = 8;

/** Whether a field of this name may hold a secret. */
export const isSecretKey = (key: string): boolean => secretKey.test(key);

const isHidden = (key: string): boolean => secretKey.test(key) || personalKey.test(key);

/** Takes credentials out of running text: bearer, basic and signed tokens, secret query parameters, passwords in URLs. */
export function scrub(text: string): string {
  return (
    text
      .replaceAll(/\b(Bearer|Basic)\s+[\w~+/.=-]+/gi, `$1 ${redacted}`)
      // Three parts joined by dots, the last one a signature: connect links, JWTs.
      .replaceAll(/[\w-]{16,}\.[\w-]+\.[\w-]{32,}/g, redacted)
      .replaceAll(/([?&](?:code|state|client_secret|\w*token)=)[^&\s"']+/gi, `$1${redacted}`)
      .replaceAll(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:)[^\s/@]+@/gi, `$1${redacted}@`)
  );
}

/** A copy that is safe to log: secret-looking keys replaced at any depth, errors told in full, cycles and depths cut. */
export function redact(value: unknown): unknown {
  return copy(value, 0, new Set());
}

function copy(value: unknown, depth: number, parents: ReadonlySet<object>): unknown {
  if (typeof value === 'string') return scrub(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'function' || typeof value === 'symbol') return undefined;
  if (value === null || typeof value !== 'object') return value;
  if (parents.has(value)) return '[cycle]';
  if (depth >= deepest) return '[deeper]';
  const inside = new Set(parents).add(value);
  const inner = (item: unknown): unknown => copy(item, depth + 1, inside);
  if (value instanceof Error) return tell(value, inner);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${String(value.byteLength)} bytes]`;
  if (Array.isArray(value)) return value.map(inner);
  if (value instanceof Map || value instanceof Set) return inner([...value]);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      isHidden(key) && item !== undefined && item !== null ? redacted : inner(item),
    ]),
  );
}

/** `code` becomes `errorCode`, because a key named `code` is taken for an authorization code. */
function tell(error: Error, inner: (value: unknown) => unknown): Record<string, unknown> {
  const { code, disposition, fields } = error as { code?: unknown; disposition?: unknown; fields?: unknown };
  return {
    type: error.name,
    message: scrub(error.message),
    ...(code !== undefined && { errorCode: code }),
    ...(disposition !== undefined && { disposition }),
    ...(fields !== undefined && { fields: inner(fields) }),
    ...(error.stack !== undefined && { stack: scrub(error.stack) }),
    ...(error.cause !== undefined && { cause: inner(error.cause) }),
    ...(error instanceof AggregateError && { errors: inner(error.errors) }),
  };
}
