import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { httpLimits } from './http-limits.ts';
import { problemDetails } from './problem.ts';

export interface HttpOptions {
  /** Addresses and networks (CIDR) whose X-Forwarded-For is believed; nobody's by default. */
  readonly trustedProxies?: readonly string[];
  /** For tests that wait for a slow client to be sent away. */
  readonly requestMs?: number;
}

/** The HTTP server with its limits. What it refuses by itself is a problem document like everything else. */
export function createHttpAdapter({ trustedProxies = [], requestMs = httpLimits.requestMs }: HttpOptions = {}) {
  return new FastifyAdapter({
    bodyLimit: httpLimits.bodyBytes,
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    requestTimeout: requestMs,
    connectionTimeout: httpLimits.silenceMs,
    keepAliveTimeout: httpLimits.keepAliveMs,
    http: httpServerOptions(requestMs),
    routerOptions: { maxParamLength: httpLimits.parameterLength },
    frameworkErrors: refuseUrl,
    clientErrorHandler: refuseBytes,
  });
}

/** For Node's server, as Fastify makes it or without it. */
export const httpServerOptions = (requestMs: number = httpLimits.requestMs) => ({
  // The request rules refuse its absence with a problem; Node would with an empty answer.
  requireHostHeader: false,
  maxHeaderSize: httpLimits.headerBytes,
  headersTimeout: Math.min(httpLimits.headMs, requestMs),
  connectionsCheckingInterval: Math.min(2000, requestMs),
  requestTimeout: requestMs,
  keepAliveTimeout: httpLimits.keepAliveMs,
});

const contentType = 'application/problem+json; charset=utf-8';

/** For answers that no hook sees. */
const bareHeaders: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** The router can't read the URL: before any hook, so the headers are set here. */
function refuseUrl(error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  const isTooLong = error.code === 'FST_ERR_MAX_PARAM_LENGTH';
  const details = isTooLong
    ? problemDetails(414, `A part of the path is longer than ${String(httpLimits.parameterLength)} characters.`)
    : problemDetails(400, 'The path is not a valid URL: a percent sign needs two hex digits that make up UTF-8.');
  void reply
    .status(details.status)
    .headers({ ...bareHeaders, 'content-type': contentType })
    .send(JSON.stringify(details));
}

const refusals: Readonly<Record<string, readonly [status: number, detail: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request took too long to arrive.'],
  HPE_HEADER_OVERFLOW: [431, `The head of the request is larger than ${String(httpLimits.headerBytes)} bytes.`],
};

/** What came is no HTTP request: there is only the socket to answer on, and nothing that follows can be trusted. */
export function refuseBytes(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const [status, detail] = refusals[error.code ?? ''] ?? [400, 'This is not a valid HTTP/1.1 request.'];
  const body = JSON.stringify(problemDetails(status, detail));
  const headers = {
    ...bareHeaders,
    'content-type': contentType,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  if (socket.writable)
    socket.write(`HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}\r\n${head.join('')}\r\n${body}`);
  socket.destroySoon();
}
