/**
 * `npm run licences`: ends with 1 when a package of the image has a licence that is not on the list. A licence that is not
 * one SPDX id, a choice for instance, is put on the list as it is written, after somebody has read it.
 */
import { type Component, productionSbom } from './production.ts';

const allowed: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'Python-2.0',
]);

const { components } = await productionSbom();
const counts = new Map<string, number>();
const refused: string[] = [];
for (const component of components) {
  const licence = licenceOf(component);
  counts.set(licence, (counts.get(licence) ?? 0) + 1);
  if (!allowed.has(licence)) refused.push(`${component.name} ${component.version}: ${licence}`);
}
const table = [...counts].sort(([, a], [, b]) => b - a).map(([licence, count]) => `${licence} ${count}`);
console.log(`licences: ${components.length} packages for production: ${table.join(', ')}`);
if (components.length === 0) refused.push('no package was found, which cannot be');
if (refused.length > 0) {
  console.error(`not on the list of deploy/supply-chain/licences.ts:\n${refused.map((one) => `  ${one}`).join('\n')}`);
  process.exitCode = 1;
}

function licenceOf({ licenses = [] }: Component): string {
  const names = licenses.map(({ license, expression }) => expression ?? license?.id ?? license?.name ?? '');
  return names.filter(Boolean).join(' AND ') || 'none';
}
