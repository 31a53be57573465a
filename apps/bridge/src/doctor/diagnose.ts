import { TenantFile, type EnvSource } from '#config';
import { Clock } from '#platform';
import { resources } from '#resources';
import { checksOf } from './checks.ts';
import { type Finding, examine } from './examine.ts';
import { Installation } from './installation.adapters.ts';
import { type App, readSettings } from './settings.ts';
import { readTenants } from './tenant-file.ts';

export interface DiagnosisOptions {
  readonly apps: readonly App[];
  /** How long a check may take. */
  readonly longestMs: number;
  /** The variables; those of the process if not given. */
  readonly source?: EnvSource;
  readonly clock?: Clock;
}

/** Looks at an installation as its environment has it. Nothing of it is changed. */
export async function diagnose(options: DiagnosisOptions): Promise<readonly Finding[]> {
  const { apps, longestMs, source, clock = new Clock() } = options;
  const settings = readSettings(apps, source);
  const { TENANTS_FILE: file } = settings.env;
  const knownResources = resources.map(({ name }) => name);
  const read = (withSecrets: boolean) =>
    readTenants(file, () => new TenantFile(file, { knownResources, withSecrets, ...(source && { source }) }));
  const tenantFile = settings.unusable.has('TENANTS_FILE') ? undefined : read(false);
  const secrets = tenantFile?.tenants !== undefined && apps.includes('auth') ? read(true) : undefined;

  const installation = new Installation(settings.env, tenantFile?.tenants, clock);
  try {
    return await examine(checksOf({ settings, tenantFile, secrets, installation }), longestMs);
  } finally {
    await installation.close();
  }
}
