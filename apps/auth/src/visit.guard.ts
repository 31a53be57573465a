import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Problem } from '#platform';
import type { FastifyRequest } from 'fastify';

/** What browsers call a request that nobody has asked for yet: Chrome and Firefox, older ones, Safari. */
const purposes = ['sec-purpose', 'purpose', 'x-moz', 'x-purpose'];

/** A code and a state serve once. Mail scanners that send HEAD, and browsers that look ahead, must not use them up. */
@Injectable()
export class VisitGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { method, headers } = context.switchToHttp().getRequest<FastifyRequest>();
    if (method !== 'GET') throw new Problem(405, 'Only GET leads on here.', { headers: { allow: 'GET' } });
    if (purposes.some((name) => /prefetch|preview|prerender/i.test(String(headers[name] ?? ''))))
      throw new Problem(503, 'This page cannot be fetched before somebody visits it.');
    return true;
  }
}
