import { type ExecutionContext, createParamDecorator } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';

/** Whoever has the admin token may say by `X-Actor` on whose behalf it is used. */
const header = 'x-actor';
const nameless = 'admin';

const describeHeader: MethodDecorator = ApiHeader({
  name: 'X-Actor',
  required: false,
  description: 'On whose behalf, for the audit log: up to 100 visible ASCII characters; `admin` without it.',
  example: 'alice',
});

/** Who the audit log names: what the header `X-Actor` says, if that can be a name, else `admin`. */
export const Actor = createParamDecorator(
  (_: unknown, context: ExecutionContext): string => {
    const given = context.switchToHttp().getRequest<FastifyRequest>().headers[header];
    return typeof given === 'string' && /^[\x21-\x7e]{1,100}$/.test(given) ? given : nameless;
  },
  [
    (target, key) => {
      const route = key === undefined ? undefined : Object.getOwnPropertyDescriptor(target, key);
      if (key !== undefined && route !== undefined) describeHeader(target, key, route);
    },
  ],
);
