import { type Verdict, verdict } from '#core';
import { scrub } from '#platform';

interface Known {
  readonly when: RegExp;
  readonly line: string;
  readonly advice: string;
}

/** By the error's code, or by its words where it has none. */
const known: readonly Known[] = [
  {
    when: /^(ECONNREFUSED)/,
    line: 'nothing listens there',
    advice: 'Start it, or correct the host and the port.',
  },
  {
    when: /^(ENOTFOUND|EAI_AGAIN)/,
    line: 'the host is not known here',
    advice: 'Correct the host, or look at the DNS of this machine.',
  },
  {
    when: /^(ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|LateError)|timeout exceeded when trying to connect/,
    line: 'no answer',
    advice: 'Look for a firewall, a network policy or a service that hangs in between.',
  },
  {
    when: /^(28P01|28000)|WRONGPASS|NOAUTH|invalid username-password/,
    line: 'user or password is refused',
    advice: 'Correct user and password, or make that user there.',
  },
  { when: /^3D000/, line: 'there is no such database', advice: 'Make it, or correct the name after the last `/`.' },
  {
    when: /^(53300)/,
    line: 'it has no connection left',
    advice: 'Lower DATABASE_POOL or the number of replicas, or raise max_connections.',
  },
  {
    when: /^(57P03)/,
    line: 'it is just starting or ending',
    advice: 'Wait a moment, and run this again.',
  },
  {
    when: /^NOPERM/,
    line: 'the user may not do what the bridge needs',
    advice: 'Give the user of Redis all commands on all keys (`ACL SETUSER ... ~* &* +@all`).',
  },
  {
    when: /SELF_SIGNED_CERT|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|CERT_|ERR_TLS/,
    line: 'its certificate is not trusted here',
    advice: 'Use a certificate of a known authority, for the name in the URL.',
  },
];

/**
 * What an error of a connection says to an operator.
 * @param where such as `PostgreSQL at db:5432 (DATABASE_URL)`
 */
export function faultOf(where: string, error: unknown): Verdict {
  const signs = signsOf(error);
  const match = known.find(({ when }) => signs.some((sign) => when.test(sign)));
  if (match !== undefined) return verdict.broken(`${where}: ${match.line}.`, match.advice);
  const words = scrub(signs.at(-1) ?? 'unknown').split('\n')[0] ?? '';
  return verdict.broken(`${where}: ${words}`, 'Look at its log; what it said stands here.');
}

/** Codes, names and messages of an error and of those inside, its own words last. */
function signsOf(error: unknown): readonly string[] {
  if (typeof error !== 'object' || error === null) return [String(error)];
  const {
    code,
    name,
    message,
    errors = [],
    cause,
  } = error as Readonly<Record<string, unknown>> & {
    readonly errors?: readonly unknown[];
  };
  const inner = [...errors, ...(cause === undefined ? [] : [cause])].flatMap(signsOf);
  return [...texts(code), ...inner, ...texts(name), ...texts(message)];
}

const texts = (value: unknown): readonly string[] => (typeof value === 'string' && value !== '' ? [value] : []);
