import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tenantFileSchema } from '#config';
import { resources } from '#resources';
import { differences } from './committed.ts';
import { contractsFolder } from './folder.ts';
import { formatted } from './formatted.ts';

const name = 'config/tenants.schema.json';
const path = join(contractsFolder, '../tenants.schema.json');

/** A contract with operators: editors complete and check the tenant file by it. */
export async function tenantSchema(): Promise<{
  readonly path: string;
  readonly text: string;
  /** What is wrong with the file that is committed. */
  readonly changes: readonly string[];
}> {
  const schema = tenantFileSchema(resources.map((resource) => resource.name));
  const text = await formatted(name, JSON.stringify(schema));
  const before = new Map(existsSync(path) ? [[name, readFileSync(path, 'utf8')]] : []);
  return { path, text, changes: differences(before, new Map([[name, text]])) };
}
