import { ParseUUIDPipe, ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { Problem, type Refusal } from './problem.ts';
import { isSecretKey } from './redact.ts';

/** The pipe for every request: unknown members are refused, and all that is wrong is told at once. */
export function createValidationPipe(): ValidationPipe {
  return new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    transform: true,
    exceptionFactory: (errors) =>
      new Problem(400, 'The request has values that are not allowed.', {
        code: 'VALIDATION_FAILED',
        errors: refusalsOf(errors),
      }),
  });
}

/** A path parameter that is a UUID. */
export class UuidPipe extends ParseUUIDPipe {
  constructor() {
    super({
      exceptionFactory: () =>
        new Problem(400, 'The request has values that are not allowed.', {
          code: 'VALIDATION_FAILED',
          errors: [{ path: 'id', allowed: 'a UUID, as the list of connections shows it' }],
        }),
    });
  }
}

/** class-validator's tree, flattened: one line per refused value, with its path (`to.list[2].name`). */
export function refusalsOf(errors: readonly ValidationError[], parent = ''): Refusal[] {
  return errors.flatMap((error) => {
    const path = join(parent, error.property);
    const messages = Object.values(error.constraints ?? {});
    const own = messages.length === 0 ? [] : [{ path, ...shown(error), allowed: allowedOf(error, messages) }];
    return [...own, ...refusalsOf(error.children ?? [], path)];
  });
}

function allowedOf({ property, value, constraints = {} }: ValidationError, messages: readonly string[]): string {
  if ('whitelistValidation' in constraints) return 'nothing: there is no such member';
  const allowed = messages.map((message) =>
    message.replace(`${property} must be `, '').replace(`${property} must `, 'must '),
  );
  return value === undefined ? `it is missing; allowed: ${allowed.join('; ')}` : allowed.join('; ');
}

const join = (parent: string, property: string): string => {
  if (/^\d+$/.test(property)) return `${parent}[${property}]`;
  return parent === '' ? property : `${parent}.${property}`;
};

/** Only short plain values of harmless members are repeated to the sender. */
function shown({ property, value, constraints }: ValidationError): { value?: unknown } {
  const unknown = constraints !== undefined && 'whitelistValidation' in constraints;
  if (unknown || isSecretKey(property)) return {};
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return { value };
  return typeof value === 'string' ? { value: value.length > 100 ? `${value.slice(0, 100)}…` : value } : {};
}
