import { BridgeError } from '#core';
import { type ValidationError, getMetadataStorage } from 'class-validator';

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
    const path = join(parent, error.property);
    return [...own(error, path), ...problemsOf(error.children ?? [], path)];
  });
}

function own(error: ValidationError, path: string): TenantProblem[] {
  const constraints = error.constraints ?? {};
  if ('whitelistValidation' in constraints) {
    const keys = keysOf(error.target);
    return [{ path, allowed: `no such key; known here are ${keys.join(', ')}` }];
  }
  const allowed = [...new Set(Object.values(constraints))].join('; ');
  if (allowed === '') return [];
  return [{ path, allowed, ...(!/secret/i.test(error.property) && { value: error.value as unknown }) }];
}

function keysOf(target: object | undefined): readonly string[] {
  if (target === undefined) return [];
  const rules = getMetadataStorage().getTargetValidationMetadatas(target.constructor, '', false, false);
  return [...new Set(rules.map((rule) => rule.propertyName))];
}

const join = (parent: string, property: string): string => {
  if (/^\d+$/.test(property)) return `${parent}[${property}]`;
  return parent === '' ? property : `${parent}.${property}`;
};

export function tenantFileInvalid(file: string, problems: readonly TenantProblem[]): BridgeError {
  const lines = problems.map(({ path, value, allowed }) => `  - ${path}: ${shown(value)}allowed: ${allowed}`);
  return new BridgeError('CONFIG_INVALID', `The tenant file ${file} is not usable:\n${lines.join('\n')}`, {
    fields: { file, problems: problems.length },
  });
}

function shown(value: unknown): string {
  if (value === undefined) return '';
  const text = JSON.stringify(value) ?? String(value);
  return `${text.length > 120 ? `${text.slice(0, 120)}…` : text}; `;
}
