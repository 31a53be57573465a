import type { ProblemDetails } from '#platform';

/** What an operator can do about an answer, by its code. */
const advice: Readonly<Record<string, string>> = {
  UNAUTHENTICATED: 'ADMIN_TOKEN is not the token of this service: set the one that it was started with.',
  FORBIDDEN: 'The service has no ADMIN_TOKEN, so its routes are closed: start it with one.',
  ROUTE_NOT_FOUND: 'Is that the address of this service, and is it of the same version as this `bridge`?',
  TENANT_PAUSED: 'It goes on when `paused` is taken out of the tenant file.',
  CONNECTION_NOT_ACTIVE: '`bridge why` tells what it needs: to be resumed, or a new consent of the athlete.',
  BACKFILL_UNDER_WAY: '`bridge backfill status` tells how far it is, `bridge backfill cancel` ends it.',
  TOO_MANY_REQUESTS: 'Too many wrong tokens came from here: wait a minute.',
};

/** Members that the first line has, or that nobody reads. */
const told: ReadonlySet<string> = new Set(['type', 'title', 'status', 'detail', 'code', 'errors', 'disposition']);

/** An answer that is a problem (RFC 9457), for people: what happened, which values were refused, what is allowed, what to do. */
export function problemWords(
  service: string,
  problem: ProblemDetails,
  path: string,
  typedAs: (path: string) => string | undefined = () => undefined,
): string {
  const { title, detail = title, code, errors = [] } = problem;
  const members = Object.entries(problem).filter(([name, value]) => !told.has(name) && value !== null);
  const isOfConnection = code === 'NOT_FOUND' && path.includes('/connections/');
  const hint = isOfConnection ? '`bridge connections list` shows the connections that there are.' : advice[code];
  return [
    `${service} refused: ${detail}`,
    ...errors.map(({ path, value, allowed }) => {
      const found = value === undefined ? '' : `${JSON.stringify(value)}; `;
      return `  - ${typedAs(path) ?? path}: ${found}allowed: ${allowed}`;
    }),
    ...members.map(([name, value]) => `  ${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`),
    ...(hint === undefined ? [] : [hint]),
  ].join('\n');
}

export function isProblem(body: unknown): body is ProblemDetails {
  const { status, code } = (body ?? {}) as { status?: unknown; code?: unknown };
  return typeof status === 'number' && typeof code === 'string';
}
