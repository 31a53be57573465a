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

    constructor(@Inject(keyOf(name)) expected: Buffer | null) {
      this.expected = expected;
    }

    canActivate(context: ExecutionContext): boolean {
      const header = context.switchToHttp().getRequest<FastifyRequest>().headers.authorization ?? '';
      const given = /^Bearer +(\S+)$/i.exec(header)?.[1];
      if (this.expected === null) throw refusal(name, `No ${name} token is configured, so this route is closed.`);
      if (given === undefined) throw refusal(name, `Send the ${name} token as "Authorization: Bearer <token>".`);
      if (!timingSafeEqual(digest(given), this.expected)) throw refusal(name, `This is not the ${name} token.`);
      return true;
    }
  }
  guards.set(name, Guard);
  return Guard;
}

/** Marks a controller or a route as open only to the bearer of the named token. */
export const RequireToken = (name: string): ClassDecorator & MethodDecorator =>
  applyDecorators(UseGuards(BearerGuard(name)), ApiBearerAuth(name));

const refusal = (name: string, detail: string): Problem =>
  new Problem(401, detail, { code: 'UNAUTHENTICATED', headers: { 'www-authenticate': `Bearer realm="${name}"` } });
