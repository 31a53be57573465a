import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { capacityTable } from './capacity-table.ts';
import { cliReference } from './cli-reference.ts';
import { withPart } from './section.ts';
import { tenantFields } from './tenant-fields.ts';

export const root = join(import.meta.dirname, '../..');

export interface Guide {
  readonly path: string;
  readonly now: string;
  /** With that part as the code says. */
  readonly wanted: string;
}

const guide = (path: string, part: string, text: string): Guide => {
  const now = readFileSync(join(root, path), 'utf8');
  return { path, now, wanted: withPart(now, part, text) };
};

/** The guides that have a part that the code writes. */
export const guides = (): readonly Guide[] => [
  guide('docs/tenants.md', 'fields', tenantFields()),
  guide('docs/capacity.md', 'delays', capacityTable()),
  guide('docs/cli.md', 'commands', cliReference()),
];
