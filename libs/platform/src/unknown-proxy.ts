import type { FastifyRequest } from 'fastify';
import type { AppLogger } from './logger.ts';

/** Tells once that somebody's word about its callers is ignored: then all of them count as one address, and share its limits. */
export function warnOfUnknownProxy(log: Pick<AppLogger, 'warn'>): (request: FastifyRequest) => void {
  let isTold = false;
  return (request) => {
    if (isTold || request.headers['x-forwarded-for'] === undefined) return;
    // A proxy that is known is followed by whom it speaks for.
    if ((request.ips?.length ?? 1) > 1) return;
    isTold = true;
    log.warn('X-Forwarded-For is ignored, because it comes from an address that is not in TRUSTED_PROXIES', {
      address: request.socket.remoteAddress,
    });
  };
}
