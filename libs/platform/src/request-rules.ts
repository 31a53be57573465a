import type { FastifyRequest } from 'fastify';
import { httpLimits } from './http-limits.ts';
import { Problem } from './problem.ts';

/** What two proxies could read differently when it comes twice. */
const once = ['authorization', 'content-length', 'content-type', 'host', 'transfer-encoding'];

/** @throws Problem for a request whose head alone says that it is none of ours */
export function refuseHead({ method, url, headers, raw }: FastifyRequest): void {
  if (url.length > httpLimits.urlLength)
    throw new Problem(414, `The URL is longer than ${String(httpLimits.urlLength)} characters.`);
  const names = raw.rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  if (names.length > httpLimits.headers)
    throw new Problem(431, `The request has more than ${String(httpLimits.headers)} headers.`);
  const twice = once.find((name) => names.indexOf(name) !== names.lastIndexOf(name));
  if (twice !== undefined) throw new Problem(400, `The header ${twice} may come once only.`);
  if (headers.host === undefined && raw.httpVersion === '1.1') throw new Problem(400, 'The header host is missing.');
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  if (hasBody && ['GET', 'HEAD', 'DELETE'].includes(method))
    throw new Problem(400, `A ${method} request has no body.`, { headers: { connection: 'close' } });
}

/** A body is an object. Deep nesting is small on the wire and a long way down for everything that walks it. */
export function refuseBody(body: unknown): Problem | undefined {
  if (body === undefined) return undefined;
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return new Problem(400, 'The body is no JSON object.');
  let level: unknown[] = [body];
  for (let depth = 0; depth <= httpLimits.jsonDepth; depth += 1) {
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []));
    if (level.length === 0) return undefined;
  }
  return new Problem(400, `The body is nested deeper than ${String(httpLimits.jsonDepth)} levels.`);
}
