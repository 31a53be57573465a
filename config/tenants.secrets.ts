import type { EnvSource } from './env/source.ts';
import { readText } from './read-text.ts';
import type { TenantProblem } from './tenants.problems.ts';
import { type TenantEntry, isSecretSource } from './tenants.schema.ts';

export interface ResolvedSecrets {
  /** By the tenant's place in the file; empty where it could not be had. */
  readonly secrets: readonly string[];
  readonly problems: readonly TenantProblem[];
}

/** Fetches each tenant's client secret from where the file says it is. */
export function resolveSecrets(tenants: readonly TenantEntry[], source: EnvSource): ResolvedSecrets {
  const problems: TenantProblem[] = [];
  const secrets = tenants.map((tenant, index) => {
    const where: unknown = tenant.polar?.clientSecret;
    if (!isSecretSource(where)) return '';
    const [key, name] = 'env' in where ? (['env', where.env] as const) : (['file', where.file] as const);
    const found = key === 'env' ? fromEnv(name, source) : fromFile(name);
    if (found.secret !== undefined) return found.secret;
    const path = `tenants[${String(index)}].polar.clientSecret.${key}`;
    // Whoever pasted the secret itself here must not find it in the log.
    const shown = key === 'file' ? /^(\.{0,2}\/|[A-Z]:\\)/.test(name) : /^[A-Z_][A-Z0-9_]*$/.test(name);
    problems.push(
      shown && found.wrong !== undefined
        ? { path, wrong: found.wrong }
        : { path, ...(shown && { value: name }), allowed: found.allowed },
    );
    return '';
  });
  return { secrets, problems };
}

/** A secret is a line. */
const mostBytes = 64 * 1024;

type Found =
  { readonly secret: string } | { readonly secret?: undefined; readonly wrong?: string; readonly allowed: string };

function fromEnv(name: string, source: EnvSource): Found {
  const secret = source[name];
  if (secret) return { secret };
  return {
    wrong: `${name} is ${secret === undefined ? 'not set' : 'empty'}`,
    allowed: 'the name of an environment variable that is set and not empty, such as ACME_POLAR_SECRET',
  };
}

function fromFile(path: string): Found {
  try {
    const secret = readText(path, mostBytes).trim();
    return secret === '' ? { allowed: 'a file that is not empty' } : { secret };
  } catch (error) {
    return { allowed: `a readable file (${error instanceof Error ? error.message : String(error)})` };
  }
}
