import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Tenant, isBridgeError } from '#core';
import { stringify } from 'yaml';
import { loadTenants } from './tenants.ts';

export const folder = mkdtempSync(join(tmpdir(), 'tenants-'));
export const knownResources = ['sleeps', 'skin-contacts'];
const source = { ACME_SECRET: 'hunter2', EMPTY: '' };
let count = 0;

/** A file with this text or these bytes, or with these values as YAML. */
export function fileOf(content: unknown): string {
  count += 1;
  const file = join(folder, `${String(count)}.yaml`);
  writeFileSync(file, typeof content === 'string' || Buffer.isBuffer(content) ? content : stringify(content));
  return file;
}

export const acme = (changes: object = {}): Record<string, unknown> => ({
  id: 'acme',
  polar: { clientId: '4f1c', clientSecret: { env: 'ACME_SECRET' } },
  ...changes,
});

export const load = (content: unknown): readonly Tenant[] =>
  loadTenants(fileOf(content), { knownResources, source, withSecrets: true });

/** What is said of such a file. */
export function refusalOf(content: unknown): string {
  return toldOf(() => load(content));
}

/** @throws when nothing was wrong, or when it was no fault of the file */
export function toldOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (isBridgeError(error, 'CONFIG_INVALID')) return error.message;
    throw error;
  }
  throw new Error('it was accepted');
}
