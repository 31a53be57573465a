import helmet from '@fastify/helmet';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppLogger } from './logger.ts';
import { otherMethods } from './other-methods.ts';
import { refuseBody, refuseHead } from './request-rules.ts';
import { warnOfUnknownProxy } from './unknown-proxy.ts';

export interface HardenOptions {
  /** Whether browsers reach the app by TLS: then they are told never to come without (HSTS). */
  readonly isSecure?: boolean;
  /** Addresses and networks whose X-Forwarded-For is believed. If given, somebody else's is told once in the log. */
  readonly trustedProxies?: readonly string[];
}

const nothing = ["'none'"];

/** An answer of the API is data: it may not be shown as a page, framed, or fetched by a page of somebody else. */
const policies = ({ isSecure = false }: HardenOptions) => ({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: nothing, frameAncestors: nothing, baseUri: nothing, formAction: nothing },
  },
  referrerPolicy: { policy: 'no-referrer' as const },
  xFrameOptions: { action: 'deny' as const },
  strictTransportSecurity: isSecure ? { maxAge: 31_536_000, includeSubDomains: false } : (false as const),
});

/** The API's description for people is a page with scripts of its own. */
const docsPolicy = {
  useDefaults: false,
  directives: {
    defaultSrc: nothing,
    connectSrc: ["'self'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    fontSrc: ["'self'", 'data:'],
    frameAncestors: nothing,
    baseUri: nothing,
    formAction: nothing,
  },
};

/** Security headers on every answer, and refusal of every request that is not what the API takes. Before `app.init()`. */
export async function harden(app: NestFastifyApplication, options: HardenOptions = {}): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  // JSON is all that is read.
  fastify.removeContentTypeParser('text/plain');
  const allowedMethods = otherMethods(fastify);
  const warnOfProxy = options.trustedProxies && warnOfUnknownProxy(app.get(AppLogger));
  await app.register(helmet, { global: false, ...policies(options) });
  fastify.addHook('onRequest', async (request, reply) => {
    const isDocs = /^\/docs(\/|$)/.test(request.routeOptions.url ?? '');
    await reply.helmet(isDocs ? { contentSecurityPolicy: docsPolicy } : {});
    if (!isDocs) reply.header('cache-control', 'no-store');
    warnOfProxy?.(request);
    if (request.is404) allowedMethods(request);
    refuseHead(request);
  });
  fastify.addHook('preValidation', (request, _reply, done) => done(refuseBody(request.body)));
}
