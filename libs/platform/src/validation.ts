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
          errors: [{ path: 'id', allowed: 'a UUID, as the lists show it' }],
        }),
    });
  }
}

/** class-validator's tree, flattened: one line per refused value, with its path (`to.list[2].name`). */
export function refusalsOf(errors: readonly ValidationError[], parent = ''): Refusal[] {
  return errors.flatMap((error) => {
    const path = join(parent, error.property);
    const isRefused = Object.keys(error.constraints ?? {}).length > 0;
    const own = isRefused ? [{ path, ...shown(error), allowed: allowedOf(error) }] : [];
    return [...own, ...refusalsOf(error.children ?? [], path)];
  });
}

const asItIs = (message: string): string => message;
const numbers = (message: string): readonly string[] => message.match(/\d+/g) ?? [];

/** The rules' own messages say what must be, at length; a rule that is not here gives its message for what is allowed. */
const words: Readonly<Record<string, (message: string) => string>> = {
  isString: () => 'a string',
  isInt: () => 'a whole number',
  isArray: () => 'a list',
  isUuid: () => 'a UUID',
  isBoolean: () => 'true or false',
  isIn: (message) => `one of ${message.replace(/^.*: /, '')}`,
  min: (message) => `at least ${message.replace(/^.* /, '')}`,
  max: (message) => `at most ${message.replace(/^.* /, '')}`,
  isLength: (message) => lengthOf(message.includes('longer'), message.includes('shorter'), numbers(message)),
  arrayNotEmpty: () => 'at least one',
  arrayUnique: () => 'each one once',
  matches: (message) => message.replace(/^.* must match (.*) regular expression$/, 'what matches $1'),
};

function lengthOf(isTooShort: boolean, isTooLong: boolean, [first = '', second = first]: readonly string[]): string {
  if (isTooShort && isTooLong) return `${first} to ${second} characters`;
  return `at ${isTooLong ? 'most' : 'least'} ${first} characters`;
}

function allowedOf({ value, constraints = {} }: ValidationError): string {
  if ('whitelistValidation' in constraints) return 'nothing: there is no such member';
  const allowed = Object.entries(constraints).map(([rule, message]) => (words[rule] ?? asItIs)(message));
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
