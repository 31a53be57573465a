import { ValidationPipe } from '@nestjs/common';
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

/** class-validator's tree, flattened: one line per refused value, with its path (`to.list[2].name`). */
export function refusalsOf(errors: readonly ValidationError[], parent = ''): Refusal[] {
  return errors.flatMap((error) => {
    const path = join(parent, error.property);
    const messages = Object.values(error.constraints ?? {});
    const own = messages.length === 0 ? [] : [{ path, ...shown(error), allowed: messages.join('; ') }];
    return [...own, ...refusalsOf(error.children ?? [], path)];
  });
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
