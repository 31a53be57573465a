import { readFileSync } from 'node:fs';
import { BridgeError, type Tenant, type Tenants } from '#core';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { parseDocument } from 'yaml';
import { type EnvSource, processSource } from './env/source.ts';
import { problemsOf, tenantFileInvalid } from './tenants.problems.ts';
import { clashesIn, prefixOf } from './tenants.rules.ts';
import { type TenantEntry, TenantsDocument } from './tenants.schema.ts';
import { resolveSecrets } from './tenants.secrets.ts';

export interface TenantFileOptions {
  /** The names that `resources` may list. */
  readonly knownResources: readonly string[];
  /** Whether the client secrets are fetched. Only the auth service does; for the others `clientSecret` is empty. */
  readonly withSecrets?: boolean;
  /** Where `clientSecret: { env: NAME }` is looked up. */
  readonly source?: EnvSource;
}

/** @throws BridgeError CONFIG_INVALID that names every fault with the key's path and what is allowed */
export function loadTenants(file: string, options: TenantFileOptions): readonly Tenant[] {
  const document = plainToInstance(TenantsDocument, readYaml(file));
  const entries = Array.isArray(document.tenants)
    ? document.tenants.filter((entry) => typeof entry === 'object' && entry !== null)
    : [];
  const { secrets, problems } = options.withSecrets
    ? resolveSecrets(entries, options.source ?? processSource())
    : { secrets: [], problems: [] };
  const faults = [
    ...problemsOf(validateSync(document, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true })),
    ...clashesIn(entries, options.knownResources),
    ...problems,
  ];
  if (faults.length > 0) throw tenantFileInvalid(file, faults);
  return Object.freeze(entries.map((entry, index) => tenantOf(entry, secrets[index] ?? '')));
}

/** The tenants of a file. `reload` takes a changed file over as a whole or not at all. */
export class TenantFile implements Tenants {
  private readonly file: string;
  private readonly options: TenantFileOptions;
  private tenants: readonly Tenant[];

  constructor(file: string, options: TenantFileOptions) {
    this.file = file;
    this.options = options;
    this.tenants = loadTenants(file, options);
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
   * Reads the file again and tells whether anything is different now. A tenant that did not change stays the same object.
   * @throws BridgeError CONFIG_INVALID; the tenants of before stay in force
   */
  reload(): boolean {
    const before = new Map(this.tenants.map((tenant) => [tenant.id, tenant]));
    const after = loadTenants(this.file, this.options).map((tenant) => {
      const known = before.get(tenant.id);
      return known !== undefined && JSON.stringify(known) === JSON.stringify(tenant) ? known : tenant;
    });
    const same = after.length === this.tenants.length && after.every((tenant, index) => tenant === this.tenants[index]);
    if (!same) this.tenants = Object.freeze(after);
    return !same;
  }
}

function readYaml(file: string): object {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    const message = `The tenant file ${file} cannot be read (${reason}). Set TENANTS_FILE to the path of a YAML file; config/tenants.example.yaml shows one.`;
    throw new BridgeError('CONFIG_INVALID', message, { fields: { file } });
  }
  const document = parseDocument(text, { prettyErrors: false });
  const fault = document.errors[0];
  if (fault !== undefined) {
    const line = text.slice(0, fault.pos[0]).split('\n').length;
    // The parser's message may quote the line; its code says what is wrong and can't hold a value.
    throw tenantFileInvalid(file, [{ path: `line ${String(line)}`, allowed: `valid YAML (${fault.code})` }]);
  }
  const content: unknown = document.toJS({ maxAliasCount: 20 });
  if (typeof content === 'object' && content !== null && !Array.isArray(content)) return content;
  throw tenantFileInvalid(file, [{ path: 'the whole file', allowed: 'a mapping with the key "tenants"' }]);
}

function tenantOf(entry: TenantEntry, clientSecret: string): Tenant {
  const { clientId, apiUrl, authUrl } = entry.polar;
  const { partitions, replication, retentionHours, state } = entry.topics;
  return deepFreeze({
    id: entry.id,
    name: entry.name ?? entry.id,
    paused: entry.paused,
    polar: { clientId, clientSecret, apiUrl: apiUrl.replace(/\/+$/, ''), authUrl: authUrl.replace(/\/+$/, '') },
    quota: entry.quota.map(({ requests, seconds }) => ({ requests, seconds })),
    returnUrls: [...entry.returnUrls],
    resources: entry.resources === 'all' ? 'all' : [...entry.resources],
    polling: { ...entry.polling },
    topics: { prefix: prefixOf(entry), partitions, replication, retentionHours, state },
  });
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value))
    if (typeof inner === 'object' && inner !== null) deepFreeze(inner as object);
  return Object.freeze(value);
}
