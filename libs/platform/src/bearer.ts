import { createHash, timingSafeEqual } from 'node:crypto';
import {
  type CanActivate,
  type ExecutionContext,
  Inject,
  Injectable,
  type Provider,
  type Type,
  UseGuards,
  applyDecorators,
} from '@nestjs/common';
import { ApiBearerAuth } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Problem } from './problem.ts';
import { RateLimiter } from './rate-limiter.ts';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const keyOf = (name: string): symbol => Symbol.for(`platform/bearer/${name}`);
const guards = new Map<string, Type<CanActivate>>();

/** Says which token opens the routes marked `@RequireToken(name)`. Without a token they stay closed. */
export function provideToken(name: string, token: string | undefined): Provider {
  return { provide: keyOf(name), useValue: token === undefined || token === '' ? null : digest(token) };
}

/** Compares digests in constant time, so that the answer's duration tells nothing about the token. */
export function BearerGuard(name: string): Type<CanActivate> {
  const known = guards.get(name);
  if (known !== undefined) return known;

  @Injectable()
  class Guard implements CanActivate {
    private readonly expected: Buffer | null;
    private readonly limiter: RateLimiter;

    constructor(@Inject(keyOf(name)) expected: Buffer | null, limiter: RateLimiter) {
      this.expected = expected;
      this.limiter = limiter;
    }

    async canActivate(context: ExecutionContext): Promise<boolean> {
      const request = context.switchToHttp().getRequest<FastifyRequest>();
      const reason = this.refuse(request.headers.authorization ?? '');
      if (reason === undefined) return true;
      // Only failures count: the right token is never shut out by what somebody else sends from the same address.
      await this.limiter.hit('refused', request);
      throw new Problem(401, reason, {
        code: 'UNAUTHENTICATED',
        headers: { 'www-authenticate': `Bearer realm="${name}"` },
      });
    }

    private refuse(header: string): string | undefined {
      const given = /^Bearer +(\S+)$/i.exec(header)?.[1];
      if (this.expected === null) return `No ${name} token is configured, so this route is closed.`;
      if (given === undefined) return `Send the ${name} token as "Authorization: Bearer <token>".`;
      return timingSafeEqual(digest(given), this.expected) ? undefined : `This is not the ${name} token.`;
    }
  }
  guards.set(name, Guard);
  return Guard;
}

/** Marks a controller or a route as open only to the bearer of the named token. */
export const RequireToken = (name: string): ClassDecorator & MethodDecorator =>
  applyDecorators(UseGuards(BearerGuard(name)), ApiBearerAuth(name));
