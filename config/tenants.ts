import { BridgeError, type Tenant, type Tenants } from '#core';
import { type EnvSource, processSource } from './env/source.ts';
import { type CheckOptions, type CheckedFile, checkFile } from './tenants.document.ts';
import { tenantFileInvalid } from './tenants.problems.ts';
import { prefixOf } from './tenants.rules.ts';
import type { TenantEntry } from './tenants.schema.ts';
import { resolveSecrets } from './tenants.secrets.ts';

export interface TenantFileOptions extends CheckOptions {
  /** Whether the client secrets are fetched. Only the auth service does; for the others `clientSecret` is empty. */
  readonly withSecrets?: boolean;
  /** Where `clientSecret: { env: NAME }` is looked up. */
  readonly source?: EnvSource;
}

/** @throws BridgeError CONFIG_INVALID that names every fault with the key's path and what is allowed */
export function loadTenants(file: string, options: TenantFileOptions): readonly Tenant[] {
  return tenantsOf(file, checkFile(file, options), options);
}

/** The tenants of a file. `reload` takes a changed file over as a whole or not at all. */
export class TenantFile implements Tenants {
  private readonly file: string;
  private readonly options: TenantFileOptions;
  private checked: CheckedFile;
  private tenants: readonly Tenant[];

  constructor(file: string, options: TenantFileOptions) {
    this.file = file;
    this.options = options;
    this.checked = checkFile(file, options);
    this.tenants = tenantsOf(file, this.checked, options);
  }

  get(id: string): Tenant {
    const tenant = this.tenants.find((candidate) => candidate.id === id);
    if (tenant !== undefined) return tenant;
    const known = this.tenants.map((candidate) => candidate.id).join(', ');
    throw new BridgeError('NOT_FOUND', `There is no tenant of this id. There are: ${known}.`);
  }

  all(): readonly Tenant[] {
    return this.tenants;
  }

  /**
   * Reads the file and the secrets again and tells whether anything is different now. A tenant that did not change stays the
   * same object.
   * @throws BridgeError CONFIG_INVALID; the tenants of before stay in force
   */
  reload(): boolean {
    this.checked = checkFile(this.file, this.options, this.checked);
    const before = new Map(this.tenants.map((tenant) => [tenant.id, tenant]));
    const after = tenantsOf(this.file, this.checked, this.options).map((tenant) => {
      const known = before.get(tenant.id);
      return known !== undefined && JSON.stringify(known) === JSON.stringify(tenant) ? known : tenant;
    });
    const same = after.length === this.tenants.length && after.every((tenant, index) => tenant === this.tenants[index]);
    if (!same) this.tenants = Object.freeze(after);
    return !same;
  }
}

function tenantsOf(file: string, { entries, problems }: CheckedFile, options: TenantFileOptions): readonly Tenant[] {
  const found = options.withSecrets
    ? resolveSecrets(entries, options.source ?? processSource())
    : { secrets: [], problems: [] };
  const faults = [...problems, ...found.problems];
  if (faults.length > 0) throw tenantFileInvalid(file, faults, found.problems.length);
  return Object.freeze(entries.map((entry, index) => tenantOf(entry, found.secrets[index] ?? '')));
}

function tenantOf(entry: TenantEntry, clientSecret: string): Tenant {
  const { clientId, apiUrl, authUrl } = entry.polar;
  const { partitions, replication, retentionHours, state, minInsyncReplicas, maxMessageBytes } = entry.topics;
  return deepFreeze({
    id: entry.id,
    name: entry.name ?? entry.id,
    paused: entry.paused,
    polar: { clientId, clientSecret, apiUrl: apiUrl.replace(/\/+$/, ''), authUrl: authUrl.replace(/\/+$/, '') },
    quota: entry.quota.map(({ requests, seconds }) => ({ requests, seconds })),
    returnUrls: [...entry.returnUrls],
    resources: entry.resources === 'all' ? 'all' : [...entry.resources],
    polling: { ...entry.polling },
    topics: {
      prefix: prefixOf(entry),
      partitions,
      replication,
      retentionHours,
      state,
      ...(minInsyncReplicas !== undefined && { minInsyncReplicas }),
      ...(maxMessageBytes !== undefined && { maxMessageBytes }),
    },
  });
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value))
    if (typeof inner === 'object' && inner !== null) deepFreeze(inner as object);
  return Object.freeze(value);
}
