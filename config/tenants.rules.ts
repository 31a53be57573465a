import type { TenantProblem } from './tenants.problems.ts';
import type { TenantEntry } from './tenants.schema.ts';

/**
 * The rules between values: order, clashes, names that must exist. They also run on a file with other faults,
 * so that an operator learns everything at once; what has the wrong type is left to the schema.
 */
export function clashesIn(tenants: readonly TenantEntry[], knownResources: readonly string[]): TenantProblem[] {
  return [
    ...unique(tenants, 'id', (tenant) => tenant.id, 'an id that no other tenant has'),
    ...unique(
      tenants,
      'polar.clientId',
      (tenant) => tenant.polar?.clientId,
      'a client id of its own, since the quota hangs on it',
    ),
    ...nested(tenants),
    ...tenants.flatMap((tenant, index) => [
      ...order(tenant, `tenants[${String(index)}]`),
      ...windows(tenant, `tenants[${String(index)}]`),
      ...names(tenant, `tenants[${String(index)}]`, knownResources),
    ]),
  ];
}

export const prefixOf = (tenant: TenantEntry): string => tenant.topics.prefix ?? `polar.${tenant.id}`;

/**
 * A prefix within another one could make a topic of the other tenant's, and whoever may read all that begins with the outer
 * one could read both.
 */
function nested(tenants: readonly TenantEntry[]): TenantProblem[] {
  const keys = tenants.map(topicKey);
  const owners = new Map(keys.map((key, index) => [key, index] as const).toReversed());
  return tenants.flatMap((tenant, index) => {
    const around = beginnings(keys[index] ?? '').map((key) => owners.get(key));
    const owner = around.find((one) => one !== undefined && one !== index);
    const outer = owner === undefined ? undefined : tenants[owner];
    if (outer === undefined) return [];
    const allowed = `a prefix that does not lie within another one ("." and "_" count as the same in Kafka); tenants[${String(owner)}] has "${prefixOf(outer)}"`;
    return [{ path: `tenants[${String(index)}].topics.prefix`, value: prefixOf(tenant), allowed }];
  });
}

function topicKey(tenant: TenantEntry): string | undefined {
  if (typeof tenant.topics !== 'object' || tenant.topics === null || typeof tenant.id !== 'string') return undefined;
  const prefix: unknown = prefixOf(tenant);
  return typeof prefix === 'string' ? `${prefix.replaceAll('.', '_')}_` : undefined;
}

/** `a_`, `a_b_` and `a_b_c_` of `a_b_c_`. */
const beginnings = (key: string): readonly string[] =>
  [...key.matchAll(/_/g)].map(({ index }) => key.slice(0, index + 1));

function unique(
  tenants: readonly TenantEntry[],
  path: string,
  read: (tenant: TenantEntry) => unknown,
  allowed: string,
): TenantProblem[] {
  const owners = new Map<string, number>();
  return tenants.flatMap((tenant, index) => {
    const value = read(tenant);
    if (typeof value !== 'string') return [];
    const owner = owners.get(value);
    if (owner === undefined) owners.set(value, index);
    if (owner === undefined) return [];
    return [
      { path: `tenants[${String(index)}].${path}`, value, allowed: `${allowed} (tenants[${String(owner)}] has it)` },
    ];
  });
}

function order({ polling }: TenantEntry, path: string): TenantProblem[] {
  if (!Number.isInteger(polling?.minSeconds) || !Number.isInteger(polling.maxSeconds)) return [];
  if (polling.minSeconds <= polling.maxSeconds) return [];
  const allowed = `at most polling.maxSeconds, which is ${String(polling.maxSeconds)}`;
  return [{ path: `${path}.polling.minSeconds`, value: polling.minSeconds, allowed }];
}

function windows({ quota }: TenantEntry, path: string): TenantProblem[] {
  if (!Array.isArray(quota)) return [];
  const seen = new Set<number>();
  return quota.flatMap((window, index) => {
    const seconds = window?.seconds;
    if (!Number.isInteger(seconds) || !seen.has(seconds)) {
      seen.add(seconds);
      return [];
    }
    return [
      { path: `${path}.quota[${String(index)}].seconds`, value: seconds, allowed: 'one limit per window length' },
    ];
  });
}

function names({ resources }: TenantEntry, path: string, known: readonly string[]): TenantProblem[] {
  if (!Array.isArray(resources)) return [];
  return resources.flatMap((name: unknown, index) => {
    const at = `${path}.resources[${String(index)}]`;
    if (typeof name !== 'string' || !known.includes(name))
      return [{ path: at, value: name, allowed: known.join(', ') }];
    return resources.indexOf(name) < index ? [{ path: at, value: name, allowed: 'each name once' }] : [];
  });
}
