import type { QuotaWindow, Tenant } from '#core';

/** What an operator wants to see of the tenants at a glance, a line each. No secret is among it. */
export function tenantTable(tenants: readonly Tenant[], allResources: number): string {
  const rows = [
    ['id', 'client id', 'resources', 'quota', 'topics', 'paused'],
    ...tenants.map(({ id, polar, resources, quota, topics, paused }) => [
      id,
      polar.clientId,
      resources === 'all' ? `all ${String(allResources)}` : String(resources.length),
      quota.map(limit).join(', '),
      topics.prefix,
      paused ? 'yes' : 'no',
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
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
