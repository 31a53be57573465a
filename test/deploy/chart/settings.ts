import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AuthEnv, MigrateEnv, PollerEnv, PublisherEnv, variablesOf } from '#config';
import { chart } from './helm.ts';
import type { Pod } from './policies.ts';

/** What each program of the chart reads, by the name of its container. */
export const programs: Readonly<Record<string, new () => object>> = {
  auth: AuthEnv,
  poller: PollerEnv,
  publisher: PublisherEnv,
  migrate: MigrateEnv,
};

/** Variables of every program that mean nothing to one of them. */
const MEANINGLESS: Readonly<Record<string, readonly string[]>> = {
  // The size of its pool is its own, and it has nothing that another installation could share.
  migrate: ['DATABASE_POOL', 'DEPLOYMENT'],
};

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
}

/**
 * @param pods of all sets of values together
 * @returns variables that a program reads and no value sets, and settings that the values' schema takes and no program reads
 */
export async function settingFaults(pods: readonly Pod[]): Promise<readonly string[]> {
  const schema = JSON.parse(await readFile(join(chart, 'values.schema.json'), 'utf8')) as Schema;
  return Object.entries(programs).flatMap(([name, type]) => {
    const read = variablesOf(type);
    const settings = Object.keys(schema.properties?.[name]?.properties?.['settings']?.properties ?? {});
    const set = new Set([...settings, ...(MEANINGLESS[name] ?? []), ...environmentOf(pods, name)]);
    return [
      ...read.filter((variable) => !set.has(variable)).map((variable) => `no value sets ${variable} of ${name}`),
      ...settings
        .filter((variable) => !read.includes(variable))
        .map((variable) => `${name}.settings takes ${variable}, which ${name} does not read`),
    ];
  });
}

function environmentOf(pods: readonly Pod[], name: string): readonly string[] {
  const containers = pods.flatMap(({ spec }) => spec.containers).filter((container) => container.name === name);
  return containers.flatMap(({ env }) => (env ?? []).flatMap((one) => [one.name, one.name.replace(/_FILE$/, '')]));
}
