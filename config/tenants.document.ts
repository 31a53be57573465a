import { BridgeError } from '#core';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { readText } from './read-text.ts';
import { type TenantProblem, problemsOf } from './tenants.problems.ts';
import { clashesIn } from './tenants.rules.ts';
import { TenantEntry, TenantsDocument } from './tenants.schema.ts';
import { parseYaml } from './tenants.yaml.ts';

/** What a ConfigMap may hold: thousands of tenants. */
const mostBytes = 1024 * 1024;

export interface CheckOptions {
  /** The names that `resources` may list. */
  readonly knownResources: readonly string[];
  /** What the operator sets to name the file. */
  readonly namedBy?: string;
}

/** A file as it was read, and what is wrong with it. */
export interface CheckedFile {
  readonly text: string;
  /** As many as are written, in their order; those that are no mapping are empty. */
  readonly entries: readonly TenantEntry[];
  readonly problems: readonly TenantProblem[];
}

/**
 * Checks all that can be said without the secrets.
 * @param before what was checked last: a file that did not change is not checked again
 * @throws BridgeError CONFIG_INVALID when the file can't be read, or is no YAML with a mapping
 */
export function checkFile(file: string, options: CheckOptions, before?: CheckedFile): CheckedFile {
  const { knownResources, namedBy = 'TENANTS_FILE' } = options;
  const text = textOf(file, namedBy);
  if (text === before?.text) return before;
  const document = plainToInstance(TenantsDocument, parseYaml(file, text));
  const entries = Array.isArray(document.tenants)
    ? document.tenants.map((entry: unknown) => (entry instanceof TenantEntry ? entry : new TenantEntry()))
    : [];
  const problems = [
    ...problemsOf(validateSync(document, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true })),
    ...clashesIn(entries, knownResources),
  ];
  return { text, entries, problems };
}

function textOf(file: string, namedBy: string): string {
  try {
    return readText(file, mostBytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `The tenant file ${file} cannot be read (${reason}). ${namedBy} is the path of a YAML file; config/tenants.example.yaml shows one.`;
    throw new BridgeError('CONFIG_INVALID', message, { fields: { file } });
  }
}
