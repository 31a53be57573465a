import { normalizeIP } from '@fastify/rate-limit';
import { type CanActivate, type ExecutionContext, Injectable, type Type, UseGuards } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { HitCounter } from './hit-counter.ts';
import { Problem } from './problem.ts';

const windowMs = 60_000;

/** So many requests per minute of one kind from one address. IPv6 addresses count by their /64: everybody has one whole. */
export class RateLimiter {
  private readonly counter: HitCounter;
  private readonly perMinute: number;

  constructor(counter: HitCounter, perMinute: number) {
    this.counter = counter;
    this.perMinute = perMinute;
  }

  /** @throws Problem 429 that says when to come back */
  async hit(kind: string, { ip }: Pick<FastifyRequest, 'ip'>): Promise<void> {
    const { count, resetMs } = await this.counter.hit(`${kind}:${normalizeIP(ip)}`, windowMs);
    if (count <= this.perMinute) return;
    throw new Problem(429, `More than ${String(this.perMinute)} requests in a minute came from this address.`, {
      code: 'TOO_MANY_REQUESTS',
      headers: { 'retry-after': String(Math.max(1, Math.ceil(resetMs / 1000))) },
    });
  }
}

const guards = new Map<string, Type<CanActivate>>();

function LimitGuard(kind: string): Type<CanActivate> {
  const known = guards.get(kind);
  if (known !== undefined) return known;

  @Injectable()
  class Guard implements CanActivate {
    private readonly limiter: RateLimiter;

    constructor(limiter: RateLimiter) {
      this.limiter = limiter;
    }

    async canActivate(context: ExecutionContext): Promise<boolean> {
      await this.limiter.hit(kind, context.switchToHttp().getRequest<FastifyRequest>());
      return true;
    }
  }
  guards.set(kind, Guard);
  return Guard;
}

/** Marks routes that need no token: one address may call all of the same kind so many times a minute. */
export const Limited = (kind: string): ClassDecorator & MethodDecorator => UseGuards(LimitGuard(kind));
