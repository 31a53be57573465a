import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { loadTenants, tenantFileSchema } from '#config';
import { resources } from '#resources';
import { table } from './section.ts';

interface Schema {
  readonly description?: string;
  readonly default?: unknown;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
}

interface Field {
  /** As the services name it, such as `tenants[0].quota[0].seconds`. */
  readonly path: string;
  readonly schema: Schema;
  readonly isRequired: boolean;
}

const knownResources = resources.map(({ name }) => name);
const root = 'tenants[0]';

/** Every key of a tenant: what it means, its default, and what the services say is allowed when they refuse a value. */
export function tenantFields(): string {
  const tenant = (tenantFileSchema(knownResources) as Schema).properties?.['tenants']?.items;
  if (tenant === undefined) throw new Error('the schema of the tenant file has no list of tenants');
  const allowed = refusals(broken(tenant));
  const rows = fieldsOf(tenant, root).map(({ path, schema, isRequired }) => [
    `\`${path.slice(root.length + 1).replaceAll('[0]', '[]')}\``,
    schema.description ?? '',
    isRequired ? '**required**' : defaultOf(schema),
    allowedAt(path, schema, allowed),
  ]);
  return table(['Key', 'Meaning', 'Default', 'Allowed'], rows);
}

/** Lists and mappings are rows of their own where they have something to say. */
function fieldsOf({ properties = {}, required = [] }: Schema, parent: string): readonly Field[] {
  return Object.entries(properties).flatMap(([key, schema]) => {
    const path = `${parent}.${key}`;
    const own = { path, schema, isRequired: required.includes(key) };
    if (schema.properties !== undefined) return fieldsOf(schema, path);
    return [own, ...(schema.items?.properties === undefined ? [] : fieldsOf(schema.items, `${path}[0]`))];
  });
}

function defaultOf({ default: value }: Schema): string {
  if (value === undefined) return '';
  if (!Array.isArray(value)) return `\`${String(value)}\``;
  return value.length === 0 ? 'none' : value.map((entry) => `\`${JSON.stringify(entry)}\``).join(', ');
}

/** A tenant whose every value is of a kind that no key takes. */
function broken({ properties = {} }: Schema): unknown {
  return Object.fromEntries(
    Object.entries(properties).map(([key, schema]) => {
      if (schema.properties !== undefined) return [key, broken(schema)];
      if (schema.type === 'array') return [key, [schema.items?.properties === undefined ? {} : broken(schema.items)]];
      return [key, {}];
    }),
  );
}

/** @returns what the services say is allowed, by path */
function refusals(tenant: unknown): ReadonlyMap<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'tenant-fields-'));
  try {
    const file = join(folder, 'tenants.yaml');
    writeFileSync(file, stringify({ tenants: [tenant] }));
    loadTenants(file, { knownResources });
  } catch (error) {
    const lines = (error as Error).message.matchAll(/^ {2}- (\S+): (?:.*?; )?allowed: (.*)$/gm);
    return new Map([...lines].map(([, path = '', allowed = '']) => [path, allowed]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  throw new Error('the services accept a tenant whose every value is wrong');
}

/** @throws for a key of which the services accepted nonsense */
function allowedAt(path: string, { minItems, maxItems }: Schema, allowed: ReadonlyMap<string, string>): string {
  const [own, entry] = [allowed.get(path), allowed.get(`${path}[0]`)];
  if (own !== undefined) return own;
  if (entry !== undefined) return `a list; each of it ${entry}`;
  const inside = [...allowed.keys()].some((key) => key.startsWith(`${path}[0].`));
  if (inside) return `a list of ${String(minItems)} to ${String(maxItems)} mappings`;
  throw new Error(`nobody says what is allowed at ${path}`);
}
