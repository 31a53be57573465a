import type { QuotaWindow, Tenant } from '#core';
import type { Column } from '../output/table.ts';

export const tenantColumns: readonly Column[] = [
  { title: 'id' },
  { title: 'client id', wraps: true },
  { title: 'resources' },
  { title: 'quota', wraps: true },
  { title: 'topics', wraps: true },
  { title: 'paused' },
];

/** What an operator wants to see of a tenant at a glance. No secret is among it. */
export function tenantRow({ id, polar, resources, quota, topics, paused }: Tenant, allResources: number): string[] {
  return [
    id,
    polar.clientId,
    resources === 'all' ? `all ${String(allResources)}` : String(resources.length),
    quota.map(limit).join(', '),
    topics.prefix,
    paused ? 'yes' : 'no',
  ];
}

const units = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
] as const;

/** The largest unit that makes it a whole number. */
function limit({ requests, seconds }: QuotaWindow): string {
  const [size, unit] = units.find(([length]) => seconds % length === 0) ?? units[3];
  return `${String(requests)}/${String(seconds / size)} ${unit}`;
}
