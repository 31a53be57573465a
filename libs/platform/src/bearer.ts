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
import { ApiBasicAuth, ApiBearerAuth } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Problem } from './problem.ts';
import { RateLimiter } from './rate-limiter.ts';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const keyOf = (name: string): symbol => Symbol.for(`platform/bearer/${name}`);

/** Says which token opens the routes marked `@RequireToken(name)`. Without a token they stay closed. */
export function provideToken(name: string, token: string | undefined): Provider {
  return { provide: keyOf(name), useValue: token === undefined || token === '' ? null : digest(token) };
}

/** How a request carries a token. */
interface Scheme {
  /** @param header `Authorization` */
  readonly given: (header: string) => string | undefined;
  /** What to send instead. */
  readonly ask: (name: string) => string;
  /** The header `WWW-Authenticate`. */
  readonly challenge: (name: string) => string;
}

const bearer: Scheme = {
  given: (header) => /^Bearer +(\S+)$/i.exec(header)?.[1],
  ask: (name) => `Send the ${name} token as "Authorization: Bearer <token>".`,
  challenge: (name) => `Bearer realm="${name}"`,
};

/** HTTP Basic, for browsers: they ask for it by themselves, and keep it in no address, page or cookie. */
const password: Scheme = {
  given(header) {
    const credentials = /^Basic +([\w+/]+=*)$/i.exec(header)?.[1];
    return credentials && /^[^:]*:(.+)$/s.exec(Buffer.from(credentials, 'base64').toString())?.[1];
  },
  ask: (name) => `Log in with any user name and the ${name} token as the password.`,
  challenge: (name) => `Basic realm="${name}", charset="UTF-8"`,
};

/** Compares digests in constant time, so that the answer's duration tells nothing about the token. */
function makeGuard(name: string, { given, ask, challenge }: Scheme): Type<CanActivate> {
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
      const reason = this.refuse(given(request.headers.authorization ?? ''));
      if (reason === undefined) return true;
      // Only failures count: the right token is never shut out by what somebody else sends from the same address.
      await this.limiter.hit('refused', request);
      throw new Problem(401, reason, {
        code: 'UNAUTHENTICATED',
        headers: { 'www-authenticate': challenge(name) },
      });
    }

    private refuse(token: string | undefined): string | undefined {
      if (this.expected === null) return `No ${name} token is configured, so this route is closed.`;
      if (token === undefined) return ask(name);
      return timingSafeEqual(digest(token), this.expected) ? undefined : `This is not the ${name} token.`;
    }
  }
  return Guard;
}

const guardOf = (guards: Map<string, Type<CanActivate>>, name: string, scheme: Scheme): Type<CanActivate> => {
  const guard = guards.get(name) ?? makeGuard(name, scheme);
  guards.set(name, guard);
  return guard;
};
const bearerGuards = new Map<string, Type<CanActivate>>();
const passwordGuards = new Map<string, Type<CanActivate>>();

export const BearerGuard = (name: string): Type<CanActivate> => guardOf(bearerGuards, name, bearer);

export const PasswordGuard = (name: string): Type<CanActivate> => guardOf(passwordGuards, name, password);

/** Marks a controller or a route as open only to the bearer of the named token. */
export const RequireToken = (name: string): ClassDecorator & MethodDecorator =>
  applyDecorators(UseGuards(BearerGuard(name)), ApiBearerAuth(name));

/** The name of the named token in an API's description, where it is taken as a password. */
export const passwordName = (name: string): string => `${name}-password`;

/** Marks a page as open only to whoever logs in with the named token as the password: a browser sends no bearer token by itself. */
export const RequirePassword = (name: string): ClassDecorator & MethodDecorator =>
  applyDecorators(UseGuards(PasswordGuard(name)), ApiBasicAuth(passwordName(name)));
