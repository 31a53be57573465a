import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';

/** Which version this is, as package.json has it. */
export function version(): string {
  const file = findPackageJSON('.', import.meta.url);
  if (file === undefined) return 'unknown';
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
