import { BridgeError } from '#core';
import { type ValidationError, getMetadataStorage } from 'class-validator';
import { nearest } from './nearest.ts';
import type { RuleContext } from './tenants.decorators.ts';

/** One thing wrong in the tenant file, at a path such as `tenants[0].polling.minSeconds`. */
export type TenantProblem = RefusedValue | Fault;

/** `value` is left out where it could be a secret. */
interface RefusedValue {
  readonly path: string;
  readonly value?: unknown;
  readonly allowed: string;
}

/** Where it says more what is wrong than what is allowed. */
interface Fault {
  readonly path: string;
  readonly wrong: string;
}

/** class-validator's tree as a list. A value of the wrong kind gives one line, not one per rule that it breaks. */
export function problemsOf(errors: readonly ValidationError[], parent = ''): TenantProblem[] {
  return errors.flatMap((error) => {
    const path = pathOf(parent, error.property);
    return [...own(error, path), ...problemsOf(error.children ?? [], path)];
  });
}

function own(error: ValidationError, path: string): TenantProblem[] {
  // A rule beside it says more: what is not nested is no mapping, or no list.
  const { nestedValidation: _, ...constraints } = error.constraints ?? {};
  if ('whitelistValidation' in constraints) {
    return [{ path, wrong: unknownKey(error.property, keysOf(error.target?.constructor)) }];
  }
  const value: unknown = error.value;
  const contexts = (error.contexts ?? {}) as Readonly<Record<string, RuleContext | undefined>>;
  const entries = Object.entries(constraints).flatMap(([rule, allowed]) => {
    const breaks = contexts[rule]?.breaks;
    if (breaks === undefined) return [];
    delete constraints[rule];
    // What is no list at all is told by another rule.
    if (!Array.isArray(value)) return [];
    return value.flatMap((entry: unknown, index) =>
      breaks(entry) ? [{ path: `${path}[${String(index)}]`, value: entry, allowed }] : [],
    );
  });
  const allowed = [...new Set(Object.values(constraints))].join('; ');
  if (allowed === '') return entries;
  return [{ path, allowed, ...(!/secret/i.test(error.property) && { value }) }, ...entries];
}

/** Every key that an entry of the file may have. */
export function keysOf(entry: unknown): readonly string[] {
  if (typeof entry !== 'function') return [];
  const rules = getMetadataStorage().getTargetValidationMetadatas(entry, '', false, false);
  return [...new Set(rules.map((rule) => rule.propertyName))];
}

export function pathOf(parent: string, key: string): string {
  if (/^\d+$/.test(key)) return `${parent}[${key}]`;
  return parent === '' ? key : `${parent}.${key}`;
}

/** @param secrets how many of the problems are secrets that could not be had */
export function tenantFileInvalid(file: string, problems: readonly TenantProblem[], secrets = 0): BridgeError {
  const lines = problems.map((problem) => `  - ${problem.path}: ${told(problem)}`);
  return new BridgeError('CONFIG_INVALID', `The tenant file ${file} is not usable:\n${lines.join('\n')}`, {
    fields: { file, problems: problems.length, secrets },
  });
}

const told = (problem: TenantProblem): string =>
  'wrong' in problem ? problem.wrong : `${shown(problem.value)}allowed: ${problem.allowed}`;

function unknownKey(key: string, known: readonly string[]): string {
  const meant = nearest(key, known);
  return `unknown key; ${meant === undefined ? '' : `did you mean ${meant}? `}known here are ${known.join(', ')}`;
}

/** What is made of several values is only named: a secret may be among them. */
function shown(value: unknown): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.length === 0 ? '[]; ' : `a list of ${String(value.length)}; `;
  if (typeof value === 'object' && value !== null) return 'a mapping; ';
  if (typeof value !== 'string') return `${String(value)}; `;
  const text = JSON.stringify(value).replace(/\/\/[^/?#]*@/, '//…@');
  return `${text.length > 120 ? `${text.slice(0, 120)}…` : text}; `;
}
