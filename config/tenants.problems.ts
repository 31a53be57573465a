import { BridgeError } from '#core';
import { type ValidationError, getMetadataStorage } from 'class-validator';
import type { RuleContext } from './tenants.decorators.ts';

/** One thing wrong in the tenant file. `value` is left out where it could be a secret. */
export interface TenantProblem {
  /** As in `tenants[0].polling.minSeconds`. */
  readonly path: string;
  readonly value?: unknown;
  readonly allowed: string;
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
    const keys = keysOf(error.target?.constructor);
    return [{ path, allowed: `no such key; known here are ${keys.join(', ')}` }];
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

export function tenantFileInvalid(file: string, problems: readonly TenantProblem[]): BridgeError {
  const lines = problems.map(({ path, value, allowed }) => `  - ${path}: ${shown(value)}allowed: ${allowed}`);
  return new BridgeError('CONFIG_INVALID', `The tenant file ${file} is not usable:\n${lines.join('\n')}`, {
    fields: { file, problems: problems.length },
  });
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
